"""The 15-line rule: what of an order's lines the provider is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.contract.money import sum_of
from hub.contract.order import LineItem, LineKind, Order

MOST_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One line as it is sent; `index` is its place in the order, None if merged."""

    position: int
    line: LineItem
    index: int | None = None

    @property
    def place(self) -> str:
        """Return the dotted name of the line in the order."""
        return "lines" if self.index is None else f"lines[{self.index}]"


def details_of(order: Order) -> tuple[Detail, ...]:
    """Return at most 15 lines whose sum is that of the order's lines.

    The last goods are merged into one remainder first; shipping, fee and discount stay
    readable on the invoice unless they alone are too many.
    """
    lines = order.lines
    merged = _merged(lines)
    if not merged:
        return tuple(
            Detail(position=index + 1, line=line, index=index)
            for index, line in enumerate(lines)
        )
    remainder = _remainder([lines[index] for index in merged])
    told: list[Detail] = []
    for index, line in enumerate(lines):
        if index == merged[0]:
            told.append(Detail(position=len(told) + 1, line=remainder))
        elif index not in merged:
            told.append(Detail(position=len(told) + 1, line=line, index=index))
    return tuple(told)


def _merged(lines: Sequence[LineItem]) -> list[int]:
    too_many = len(lines) - MOST_LINES
    if too_many <= 0:
        return []
    goods = [i for i, line in enumerate(lines) if line.kind is LineKind.GOODS]
    others = [i for i, line in enumerate(lines) if line.kind is not LineKind.GOODS]
    # One more than the surplus, because the remainder takes a line itself.
    return sorted((others + goods)[-(too_many + 1) :])


def _remainder(lines: list[LineItem]) -> LineItem:
    count = sum(line.quantity for line in lines)
    amount = sum_of([line.amount for line in lines])
    return LineItem(
        kind=LineKind.GOODS, name=f"ほか {count}点", unit_price=amount, quantity=1
    )
