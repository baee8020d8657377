"""Proves the sender; the body is not parsed here."""

from hub.contract.connector import Settings
from hub.contract.inbound import InboundRequest
from hub.contract.proof import Delivery, content_key, signed
from hub.contract.signatures import Encoding, HmacScheme, verify_hmac

from .manifest import COMPLIANCE_TOPICS, TOPICS

# The only place that names headers: the later family of Shopify's drops the "x-".
SIGNATURE_HEADER = "x-shopify-hmac-sha256"
TOPIC_HEADER = "x-shopify-topic"

_SCHEME = HmacScheme(header=SIGNATURE_HEADER, encoding=Encoding.BASE64)
# Shopify writes a topic as a path and as a constant: ORDERS_CREATE.
_TOPIC_OF = {
    one.upper().replace("/", "_"): one for one in (*TOPICS, *COMPLIANCE_TOPICS)
}


def verify(request: InboundRequest, settings: Settings) -> Delivery:
    """Return the proven delivery, else raise SignatureError.

    The signature covers the body alone: topic, shop, ids and times of the headers are
    not believed (shopify.md 0.3). The topic only says how to read a body, and the body
    must look like it; what was said names the message, for its id is not signed.
    """
    secrets = settings.accepted_secrets("client_secret")
    verify_hmac(request, secrets, scheme=_SCHEME, now=request.received_at)
    topic = _topic(request.header(TOPIC_HEADER))
    return signed(request, topic=topic, dedupe_key=content_key(topic, request.body))


def _topic(header: str) -> str:
    spelt = header.strip().upper().replace("/", "_")
    return _TOPIC_OF.get(spelt, "unknown")
