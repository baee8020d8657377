"""How a request of Shopify's is heard, and what Shopify hears at once."""

import orjson

from connectors.shopify.schemas import unreadable
from connectors.shopify.shops import shop_domain
from hub.contract.asking import Ask, Asked, AskKind, Reply
from hub.contract.connector import Settings
from hub.contract.inbound import InboundRequest
from hub.contract.json_body import read_json
from hub.contract.proof import signed

from .channel import SHOP_HEADER, prove_channel
from .sessions import session_of

# The time that Shopify recommends for a pending payment (4.3).
WAIT_DAYS = 3
_NO_SHOP = (
    "ストアのドメイン(….myshopify.com)がありません。 / It is not the domain of a shop."
)


def hear(request: InboundRequest, kind: AskKind, settings: Settings) -> Asked:
    """Return a proven request; raises SignatureError, then PayloadError.

    All of the body is read here: one that could not be translated later is refused
    now, while the buyer can still choose another method.
    """
    prove_channel(request, settings)
    shop = shop_domain(request.header(SHOP_HEADER))
    if not shop:
        raise unreadable({SHOP_HEADER: _NO_SHOP})
    session = session_of(kind, read_json(request.body))
    reference = session["gid"]
    return Asked(
        shop_key=shop,
        delivery=signed(request, topic=kind.value, dedupe_key=reference),
        reference=reference,
        order_number=session.get("payment_id") or session["id"],
    )


def reply(asked: Asked, waiting_url: str) -> Reply:
    """Return where the buyer of a payment waits, or that the request was taken."""
    if asked.delivery.topic == AskKind.PAYMENT:
        return Reply(status=200, body=orjson.dumps({"redirect_url": waiting_url}))
    return Reply(status=201, body=b"{}")


ASK = Ask(hear=hear, reply=reply, wait_days=WAIT_DAYS)
