"""Amounts that a cart charges of an order, or takes off, without naming what of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.contract.money import Yen, sum_of
from hub.contract.order import LineItem, LineKind, Order

_NAME = "減額"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One amount charged, None where that was denied; `reference` names it."""

    reference: str
    amount: Yen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """One amount taken off, none where that was denied; `reference` names it."""

    reference: str
    amount: Yen


def reduced(
    order: Order, charges: Sequence[Charge], reductions: Sequence[Reduction]
) -> Order:
    """Return the order with a line that takes off what is not to be billed."""
    off = _taken_off(order, charges, reductions)
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


def is_used_up(
    order: Order, charges: Sequence[Charge], reductions: Sequence[Reduction]
) -> bool:
    """Tell whether nothing of an order is left."""
    off = _taken_off(order, charges, reductions)
    return bool(off) and off >= order.total


def is_overcharged(order: Order, charges: Sequence[Charge]) -> bool:
    """Tell whether more is charged than was ordered: that is never billed."""
    return sum_of(_charged(charges)) > order.total


def _taken_off(
    order: Order, charges: Sequence[Charge], reductions: Sequence[Reduction]
) -> Yen:
    off = sum_of([one.amount for one in reductions])
    charged = _charged(charges)
    if not charged or is_overcharged(order, charges):
        return off
    return off + (order.total - sum_of(charged))


def _charged(charges: Sequence[Charge]) -> list[Yen]:
    return [one.amount for one in charges if one.amount is not None]
