"""Proves that a request came through the operator's proxy, which proved Shopify.

Shopify signs no payment session: it shows a client certificate (shopify.md 4.2), which
ends at the operator's proxy. The proxy names itself by a token and lets nobody else
send that header. The body is what came over that connection.
"""

import hmac

from hub.contract.connector import Settings
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest

VERIFIED_HEADER = "x-hub-client-verified"
SHOP_HEADER = "shopify-shop-domain"


def prove_channel(request: InboundRequest, settings: Settings) -> None:
    """Raise SignatureError unless the proxy's token, or its previous one, was sent."""
    # Total: a header may hold anything that a server let through.
    sent = request.header(VERIFIED_HEADER).encode("utf-8", "surrogatepass")
    is_known = False
    # No early end: the time must not tell which of two matched.
    for token in settings.accepted_secrets("proxy_token"):
        known = token.reveal().encode("utf-8", "surrogatepass")
        is_known |= bool(known) and hmac.compare_digest(known, sent)
    if not is_known:
        raise SignatureError("the request did not come through the operator's proxy")
