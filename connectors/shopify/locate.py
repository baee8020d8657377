"""The messages for every shop of the app: whose they are stands in the signed body."""

from typing import NoReturn

from hub.contract.connector import Located, Settings
from hub.contract.errors import PayloadError
from hub.contract.inbound import InboundRequest
from hub.contract.json_body import read_json

from .manifest import COMPLIANCE_TOPICS
from .shops import shop_domain
from .verify import verify


def locate(request: InboundRequest, settings: Settings) -> Located:
    """Return the proven message with its shop; the shop header is never asked.

    Raises SignatureError, or PayloadError where the body names no shop of Shopify's.
    """
    delivery = verify(request, settings)
    if delivery.topic not in COMPLIANCE_TOPICS:
        _refuse("topic", "アプリ宛ての通知ではありません。", "It is no app message.")
    body = read_json(delivery.body)
    named = body.get("shop_domain") if isinstance(body, dict) else None
    shop = shop_domain(named) if isinstance(named, str) else ""
    if not shop:
        _refuse(
            "shop_domain",
            "ストアのドメイン(….myshopify.com)がありません。",
            "It is not the domain of a shop.",
        )
    return Located(shop_key=shop, delivery=delivery)


def _refuse(path: str, ja: str, en: str) -> NoReturn:
    raise PayloadError(
        f"the message is not located: {en}", fields={path: f"{ja} / {en}"}
    )
