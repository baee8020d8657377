"""Amounts that a cart takes off an order without naming what of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.contract.money import Yen, sum_of
from hub.contract.order import LineItem, LineKind, Order

_NAME = "減額"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """One amount taken off; `reference` is the cart's own id of that."""

    reference: str
    amount: Yen


def reduced(order: Order, reductions: Sequence[Reduction]) -> Order:
    """Return the order with a line that takes the amounts off."""
    off = sum_of([one.amount for one in reductions])
    if not off:
        return order
    line = LineItem(kind=LineKind.ADJUSTMENT, name=_NAME, unit_price=-off)
    return replace(
        order,
        lines=(*order.lines, line),
        total=order.total - off,
        # Of what rate the amount was, nobody says.
        total_excluding_tax=None,
    )


def is_used_up(order: Order, reductions: Sequence[Reduction]) -> bool:
    """Tell whether nothing of an order is left."""
    off = sum_of([one.amount for one in reductions])
    return bool(off) and off >= order.total
