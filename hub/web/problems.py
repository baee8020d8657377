"""How the hub says no over HTTP: one table, the catalogue's words, a stable code."""

from typing import Any

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException

from hub.flow.receive import Receipt
from hub.text.catalogue import message

# Architecture 6. A connector's manifest may turn the 202 into the cart's wanted 200.
STATUS_OF_RECEIPT = {
    Receipt.NEW: 202,
    Receipt.DUPLICATE: 200,
    Receipt.UNPROVEN: 401,
    Receipt.DISABLED: 410,
    Receipt.NOT_NOW: 503,
}
CODE_OF_RECEIPT = {
    Receipt.UNPROVEN: "HUB-HOOK-401",
    Receipt.DISABLED: "HUB-HOOK-410",
    Receipt.NOT_NOW: "HUB-HOOK-503",
}
_CODE_OF_STATUS = {
    400: "HUB-HOOK-400",
    404: "HUB-WEB-404",
    405: "HUB-WEB-405",
    413: "HUB-HOOK-413",
    415: "HUB-HOOK-415",
}


def problem(status: int, code: str) -> Response:
    """Return an answer of problem+json in both languages."""
    entry = message(code)
    body = {
        "code": code,
        "status": status,
        "title": {"ja": entry.what.ja, "en": entry.what.en},
        "detail": {"ja": entry.means.ja, "en": entry.means.en},
        "next": {"ja": entry.next.ja, "en": entry.next.en},
    }
    return Response(
        orjson.dumps(body), status=status, mimetype="application/problem+json"
    )


def answer_http_error(error: HTTPException) -> Any:
    """Answer Flask's own errors in the same form."""
    status = error.code or 500
    response = problem(status, _CODE_OF_STATUS.get(status, "HUB-WEB-500"))
    if status == 405:
        allowed = getattr(error, "valid_methods", None) or ()
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def answer_our_error(_error: Exception) -> Response:
    """Answer a defect of ours without a trace, a path or a value (T-44)."""
    return problem(500, "HUB-WEB-500")
