"""What the provider would be told of an order, text by text, for a person to read."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from hub.contract.order import Order
from hub.provider.details import details_of
from hub.provider.fields import BUYER, DETAIL, ORDER_TAIL, SHIP, Field
from hub.provider.port import ToldText
from hub.provider.profile import Profile
from hub.provider.told import told_of

S = TypeVar("S")


def preview(order: Order, profile: Profile) -> tuple[ToldText, ...]:
    """Return every text of the request that stands for a field of the order."""
    told = told_of(order, order_number=order.number, profile=profile)
    texts = [*_texts(BUYER, order.buyer, "buyer", profile)]
    if told.ship is not None and order.ship_to is not None:
        texts += _texts(SHIP, told.ship, "ship_to", profile)
    for detail in details_of(order):
        texts += _texts(DETAIL, detail, detail.place, profile)
    texts += _texts(ORDER_TAIL, told, "", profile)
    return tuple(texts)


def _texts(
    rows: Sequence[Field[S]], source: S, place: str, profile: Profile
) -> Iterator[ToldText]:
    for row in rows:
        if row.ours:
            name = f"{place}.{row.ours}" if place else row.ours
            text = row.sent(source, profile)
            yield ToldText(
                ours=name, element=row.element, text=text, longest=row.longest
            )
