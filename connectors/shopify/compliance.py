"""What a buyer or a whole shop asks of us by law (shopify.md 2.3)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hub.contract.connector import Settings
from hub.contract.errors import ForeignShopError
from hub.contract.events import (
    BuyerDataRequested,
    BuyerForgotten,
    CartEvent,
    ShopForgotten,
)
from hub.contract.proof import Delivery

from .schemas import (
    BuyerRedactSchema,
    DataRequestSchema,
    ShopRedactSchema,
    loaded,
    unreadable,
)
from .shops import shop_domain

# A shop is to be forgotten for an uninstallation of at least so long ago. Installed
# again since, it is not gone.
_SHOP_WAIT = timedelta(hours=48)
_OTHER = "別の種類の通知です。 / It is a message of another kind."
_DATA_REQUEST, _REDACT, _SHOP = (
    DataRequestSchema(),
    BuyerRedactSchema(),
    ShopRedactSchema(),
)


def data_requested(
    document: object, delivery: Delivery, settings: Settings
) -> Sequence[CartEvent]:
    """Return that a buyer asks what is stored."""
    _only(document, without=("orders_to_redact",))
    members = loaded(_DATA_REQUEST, document)
    check_shop(members["shop_domain"], settings)
    customer = members["customer"]
    return (
        BuyerDataRequested(
            request_id=str(members["data_request"]["id"]),
            references=references(members["orders_requested"]),
            email=customer["email"],
            phone=customer["phone"],
            occurred_at=delivery.received_at,
        ),
    )


def buyer_forgotten(
    document: object, delivery: Delivery, settings: Settings
) -> Sequence[CartEvent]:
    """Return that a buyer is to be forgotten; it may be known by e-mail alone."""
    _only(document, without=("data_request", "orders_requested"))
    members = loaded(_REDACT, document)
    check_shop(members["shop_domain"], settings)
    customer = members["customer"]
    return (
        BuyerForgotten(
            references=references(members["orders_to_redact"]),
            email=customer["email"],
            phone=customer["phone"],
            occurred_at=delivery.received_at,
        ),
    )


def shop_forgotten(
    document: object, delivery: Delivery, settings: Settings
) -> Sequence[CartEvent]:
    """Return that everybody is to be forgotten.

    The topic is not signed: a message about one buyer must not pass as this one.
    """
    _only(document, without=("customer", "data_request", "orders_to_redact"))
    members = loaded(_SHOP, document)
    check_shop(members["shop_domain"], settings)
    return (ShopForgotten(occurred_at=delivery.received_at - _SHOP_WAIT),)


def check_shop(named: str, settings: Settings) -> None:
    """Raise ForeignShopError where a body names another shop than the connection's."""
    ours = shop_domain(settings.text("shop"))
    if ours and shop_domain(named) != ours:
        raise ForeignShopError("the body names another shop than the connection")


def references(ids: Sequence[int]) -> tuple[str, ...]:
    """Return the references of orders by their numbers."""
    return tuple(f"gid://shopify/Order/{one}" for one in ids)


def _only(document: Any, *, without: Sequence[str]) -> None:
    if isinstance(document, dict) and any(name in document for name in without):
        raise unreadable({"": _OTHER})
