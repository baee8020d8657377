"""Which status and code each refusal over HTTP has: one table for carts, people, APIs.

It stands below the rooms that answer, because those must not know each other.
"""

from hub.flow.receive import Receipt

# Architecture 6. A connector's manifest may turn the 202 into the cart's wanted 200.
STATUS_OF_RECEIPT = {
    Receipt.NEW: 202,
    Receipt.DUPLICATE: 200,
    Receipt.UNPROVEN: 401,
    Receipt.DISABLED: 410,
    Receipt.NOT_NOW: 503,
    Receipt.NOBODYS: 200,
    Receipt.UNREADABLE: 400,
}
CODE_OF_RECEIPT = {
    Receipt.UNPROVEN: "HUB-HOOK-401",
    Receipt.DISABLED: "HUB-HOOK-410",
    Receipt.NOT_NOW: "HUB-HOOK-503",
    Receipt.UNREADABLE: "HUB-HOOK-400",
}
CODE_OF_STATUS = {
    400: "HUB-HOOK-400",
    404: "HUB-WEB-404",
    405: "HUB-WEB-405",
    413: "HUB-HOOK-413",
    415: "HUB-HOOK-415",
}
UNEXPECTED = "HUB-WEB-500"

# What the API says where it speaks of keys and members instead of messages and pages.
API_CODE_OF_STATUS = {
    **CODE_OF_STATUS,
    400: "HUB-API-400",
    401: "HUB-API-401",
    403: "HUB-API-403",
    404: "HUB-API-404",
    415: "HUB-API-415",
    422: "HUB-API-422",
    429: "HUB-API-429",
    503: "HUB-HOOK-503",
}
# A decision that is not possible is a conflict with the present state, unless:
STATUS_OF_CODE = {"HUB-ACT-404": 404, "HUB-ACT-010": 422, "HUB-API-423": 422}
CONFLICT = 409


def status_of(code: str) -> int:
    """Return the status with which a decision's refusal is answered."""
    return STATUS_OF_CODE.get(code, CONFLICT)
