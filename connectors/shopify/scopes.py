"""What the app asks for: the least that mode A needs (shopify.md 1.7)."""

from collections.abc import Iterable

SCOPES = (
    "read_orders",
    "write_orders",
    "read_fulfillments",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "write_third_party_fulfillment_orders",
    # For the address at which the theme's blocks find the tag (5).
    "write_app_proxy",
)


def missing_scopes(granted: str, wanted: Iterable[str] = SCOPES) -> tuple[str, ...]:
    """Return what was not granted, from the comma list of the cart's answer.

    The cart does not name a read scope beside the write scope that includes it.
    """
    owned = {one.strip() for one in granted.split(",")}
    owned |= {f"read_{one[6:]}" for one in owned if one.startswith("write_")}
    return tuple(one for one in wanted if one not in owned)


def scope_list(scopes: Iterable[str] = SCOPES) -> str:
    """Return the comma list that the cart reads."""
    return ",".join(scopes)
