"""What a shop's pages ask for through the shop's own domain (app proxy, shopify.md 5).

The theme's blocks load the tag there: no address of the hub stands in any theme, and
that they ask at all shows that they stand on a page.
"""

import re

from hub.contract.connector import Settings
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest

from .shops import shop_domain
from .signed_queries import proven_proxy

# https://<shop>/<prefix>/<subpath>/tag.js; a merchant may choose another subpath.
PREFIX, SUBPATH = "apps", "atobarai"
TAG_PATH = f"/{PREFIX}/{SUBPATH}/tag.js"

# What is signed has no separators: another parameter, or another form, could be read
# as a second shop. A page's own parameters are signed too, and refused for that.
_FORMS = {
    "logged_in_customer_id": re.compile(r"[0-9]*", re.ASCII),
    "path_prefix": re.compile(r"/[A-Za-z]+/[A-Za-z0-9_-]{1,64}", re.ASCII),
    "shop": re.compile(r"[a-z0-9.-]+", re.ASCII),
    "timestamp": re.compile(r"[0-9]+", re.ASCII),
}


def storefront(request: InboundRequest, settings: Settings) -> str:
    """Return the shop whose page asks; raises SignatureError.

    It proves the way, never a buyer: what is answered is the same for everybody.
    """
    parameters = proven_proxy(
        request.query,
        settings.accepted_secrets("client_secret"),
        now=request.received_at,
    )
    for name, value in parameters.items():
        form = _FORMS.get(name)
        if form is None or not form.fullmatch(value):
            raise SignatureError("the request is not of the app proxy's form")
    shop = shop_domain(parameters.get("shop", ""))
    if not shop:
        raise SignatureError("the request names no shop")
    return shop
