"""Proves the sender; the body is not parsed here."""

from hub.contract.connector import Settings
from hub.contract.inbound import InboundRequest
from hub.contract.proof import Delivery, content_key, signed
from hub.contract.signatures import Encoding, HmacScheme, verify_hmac

from .manifest import COMPLIANCE_TOPICS, TOPICS

# The only place that names headers: the later family of Shopify's drops the "x-".
SIGNATURE_HEADER = "x-shopify-hmac-sha256"
TOPIC_HEADER = "x-shopify-topic"
ID_HEADER = "x-shopify-webhook-id"

_SCHEME = HmacScheme(header=SIGNATURE_HEADER, encoding=Encoding.BASE64)
# Shopify writes a topic as a path and as a constant: ORDERS_CREATE.
_TOPIC_OF = {
    one.upper().replace("/", "_"): one for one in (*TOPICS, *COMPLIANCE_TOPICS)
}

# Bodies without a moment: what happens a second time looks like the first.
_MOMENTLESS = (
    "fulfillment_orders/",
    "app/uninstalled",
    "customers/redact",
    "shop/redact",
)
_LONGEST_ID = 100


def verify(request: InboundRequest, settings: Settings) -> Delivery:
    """Return the proven delivery, else raise SignatureError.

    The signature covers the body alone: topic, shop, ids and times of the headers are
    not believed (shopify.md 0.3). The topic only says how to read a body, and the body
    must look like it; what was said names the message, for its id is not signed: only
    where the body alone could not tell two messages apart is it a part of the name.
    """
    secrets = settings.accepted_secrets("client_secret")
    place = verify_hmac(request, secrets, scheme=_SCHEME, now=request.received_at)
    topic = _topic(request.header(TOPIC_HEADER))
    said = topic
    if topic.startswith(_MOMENTLESS):
        # Its body says the same each time it happens. Who sends a captured one again
        # makes us ask the shop once more, and nothing else.
        said = f"{topic} {request.header(ID_HEADER)[:_LONGEST_ID]}"
    return signed(
        request,
        topic=topic,
        dedupe_key=content_key(said, request.body),
        is_by_previous_secret=place > 0,
    )


def _topic(header: str) -> str:
    spelt = header.strip().upper().replace("/", "_")
    return _TOPIC_OF.get(spelt, "unknown")
