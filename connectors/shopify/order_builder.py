"""One order of Shopify's as the hub's order; both readers end here."""

from dataclasses import replace

from hub.contract.connector import Settings
from hub.contract.money import Yen
from hub.contract.order import Contact, Order

from .addresses import buyer_and_ship_to
from .amounts import billed, lines_of, tax_excluded
from .handover import is_unsent
from .kana import kana_of
from .order_kinds import kind_of
from .shop_order import ShopOrder

YEN = "JPY"


def built(shop_order: ShopOrder, settings: Settings) -> Order:
    """Return the order; raises PayloadError where an amount is not whole yen.

    In another currency nothing is read as yen: the order has no amount, and its
    currency is the reason why the hub does not register it.
    """
    buyer, ship_to = buyer_and_ship_to(
        shop_order, kana_of(shop_order.attributes, settings)
    )
    order = _bare(shop_order, buyer, ship_to)
    if order.currency != YEN:
        return order
    total = billed(shop_order, settings)
    return replace(
        order,
        lines=lines_of(shop_order, total),
        total=total,
        total_excluding_tax=tax_excluded(shop_order, total),
    )


def _bare(shop_order: ShopOrder, buyer: Contact, ship_to: Contact | None) -> Order:
    head = shop_order.head
    presentment = shop_order.presentment or shop_order.currency
    return Order(
        number=head.number,
        reference=head.reference,
        ordered_at=shop_order.ordered_at,
        buyer=buyer,
        ship_to=ship_to,
        lines=(),
        total=Yen(0),
        # Both must be yen: the buyer owes what stood at checkout.
        currency=presentment if shop_order.currency == YEN else shop_order.currency,
        payment_method=_method(shop_order),
        shipping_method=shop_order.shipping_title.strip(),
        is_test=shop_order.is_test,
        kind=kind_of(shop_order, is_elsewhere=ship_to is not None),
        browser=shop_order.browser,
        expected_parcels=0 if is_unsent(shop_order) else None,
    )


def _method(shop_order: ShopOrder) -> str:
    # All of them: with a gift card the order was paid in two ways.
    return ", ".join(shop_order.head.gateways)
