"""The page within Shopify's admin: who may frame it, and what is still to be set up."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from hub.contract.connector import Settings
from hub.contract.embed import Embed
from hub.contract.inbound import InboundRequest

from .checklist import checklist
from .oauth import exchange
from .session_tokens import visit
from .shops import shop_domain

APP_BRIDGE = "https://cdn.shopify.com/shopifycloud/app-bridge.js"
ADMIN = "https://admin.shopify.com"


def shop_of(request: InboundRequest) -> str:
    """Return the shop that a page request names, for `frame-ancestors` alone.

    Nobody is proven by it: a name that is not a shop's, or stands twice, is "".
    """
    named = [value for name, value in parse_qsl(request.query[:8192]) if name == "shop"]
    return shop_domain(named[0]) if len(named) == 1 else ""


def frame_ancestors(shop: str) -> Sequence[str]:
    """Return who may frame a page of this shop; for no shop, nobody (1.6).

    A wildcard is a named failure of Shopify's review.
    """
    domain = shop_domain(shop)
    return (f"https://{domain}", ADMIN) if domain else ("'none'",)


def meta(settings: Settings) -> Sequence[tuple[str, str]]:
    """Return what App Bridge reads from the page's head."""
    return (("shopify-api-key", settings.text("client_id")),)


EMBED = Embed(
    shop_of=shop_of,
    frame_ancestors=frame_ancestors,
    visit=visit,
    exchange=exchange,
    scripts=(APP_BRIDGE,),
    meta=meta,
    checklist=checklist,
    token_function="shopify.idToken",  # noqa: S106 - the name of a function
    stale_headers=(("X-Shopify-Retry-Invalid-Session-Request", "1"),),
)
