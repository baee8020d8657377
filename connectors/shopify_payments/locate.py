"""The messages to the app: whose they are stands in the signed body."""

from connectors.shopify.schemas import unreadable
from connectors.shopify.shops import shop_domain
from connectors.shopify.verify import verify
from hub.contract.connector import Located, Settings
from hub.contract.inbound import InboundRequest
from hub.contract.json_body import read_json

from .manifest import APP_TOPICS

_OTHER = "アプリ宛ての通知ではありません。 / It is no app message."
_NO_SHOP = (
    "ストアのドメイン(….myshopify.com)がありません。 / It is not the domain of a shop."
)


def locate(request: InboundRequest, settings: Settings) -> Located:
    """Return the proven message with its shop; the shop header is never asked.

    Raises SignatureError, or PayloadError where the body names no shop of Shopify's.
    """
    delivery = verify(request, settings)
    if delivery.topic not in APP_TOPICS:
        raise unreadable({"topic": _OTHER})
    body = read_json(delivery.body)
    name = "myshopify_domain" if delivery.topic == "app/uninstalled" else "shop_domain"
    named = body.get(name) if isinstance(body, dict) else None
    shop = shop_domain(named) if isinstance(named, str) else ""
    if not shop:
        raise unreadable({name: _NO_SHOP})
    return Located(shop_key=shop, delivery=delivery)
