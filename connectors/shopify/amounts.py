"""What is billed, and the lines that add up to it (shopify.md 2.4, 2.6, 7)."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from hub.contract.connector import Settings
from hub.contract.money import Yen, sum_of
from hub.contract.order import LineItem, LineKind

from .gateways import is_ours
from .schemas import unreadable
from .shop_order import ShopLine, ShopOrder

PAID_ELSEWHERE = "ギフトカードなどでのお支払い分"
DIFFERENCE = "調整(Shopifyの合計との差額)"
SHIPPING = "送料"
TAX = "消費税"

_UNPAID = frozenset({"pending", "partially_paid", "authorized", "expired", ""})
_NOT_WHOLE = "円未満の金額です。 / It is not whole yen."
_NOT_KNOWN = (
    "支払い済みの注文で、ほかの決済方法の支払額が分かりません。 / "
    "It is paid, and what the other payment methods paid is not told."
)
_LARGEST_RATE = 100


def billed(order: ShopOrder, settings: Settings) -> Yen:
    """Return what our method bills: the total less what other methods paid.

    Until something was paid by ours Shopify counts it itself, as outstanding; once the
    order is marked as paid nothing is outstanding, and still all of it is billed.
    """
    is_unpaid = order.financial_status in _UNPAID and not order.received
    if is_unpaid and order.outstanding is not None:
        amount = order.outstanding
    elif order.paid_elsewhere is not None:
        amount = order.total - order.paid_elsewhere
    elif all(is_ours([one], settings) for one in order.head.gateways):
        amount = order.total
    else:
        raise unreadable({"financial_status": _NOT_KNOWN})
    return Yen(max(0, yen(amount, "total")))


def yen(amount: Decimal, path: str) -> Yen:
    """Return an amount in whole yen, else raise PayloadError naming its place."""
    if amount != amount.to_integral_value():
        raise unreadable({path: _NOT_WHOLE})
    return Yen(int(amount))


def tax_excluded(order: ShopOrder, total: Yen) -> Yen | None:
    """Return the total without tax; None where a part of the total is paid already."""
    if yen(order.total, "total") != total or not total:
        return None
    return total - yen(order.tax, "tax")


def lines_of(order: ShopOrder, total: Yen) -> Sequence[LineItem]:
    """Return the lines; their sum is the total, a difference is a line of its own."""
    lines = [line for one in order.lines for line in _goods(one)]
    lines += _fees(order)
    before = yen(order.total, "total") - total
    if before:
        lines.append(_single(LineKind.POINTS, PAID_ELSEWHERE, -before))
    difference = total - sum_of([line.amount for line in lines])
    for name, amount in order.extras:
        extra = yen(amount, "total")
        # Shopify shows some of them as lines, too: only what is missing is added.
        if 0 < extra <= difference:
            lines.append(_single(LineKind.FEE, name, extra))
            difference -= extra
    if difference:
        lines.append(_single(LineKind.ADJUSTMENT, DIFFERENCE, difference))
    return tuple(lines)


def _fees(order: ShopOrder) -> Iterator[LineItem]:
    fee = yen(order.shipping_fee, "shipping_lines")
    if fee:
        name = order.shipping_title.strip() or SHIPPING
        yield _single(LineKind.SHIPPING, name, fee, _rate(order.shipping_rates))
    tax = yen(order.tax, "tax")
    if tax and not order.taxes_included:
        yield _single(LineKind.TAX, TAX, tax)


def _goods(line: ShopLine) -> Iterator[LineItem]:
    if not line.current:
        return
    price, rate = yen(line.price, "line_items"), _rate(line.rates)
    discount = _discount(line)
    name = line.name.strip() or line.sku
    each, rest = divmod(price * line.current - discount, line.current)
    if not rest:
        yield _piece(line, name, Yen(each), rate)
        return
    # The pieces cost no whole yen each, so the discount stands beside them.
    yield _piece(line, name, price, rate)
    yield _single(LineKind.DISCOUNT, f"割引({name})", -discount, rate)


def _discount(line: ShopLine) -> Yen:
    share = line.discount * line.current / max(line.quantity, line.current)
    return Yen(int(share.to_integral_value(ROUND_HALF_UP)))


def _piece(line: ShopLine, name: str, price: Yen, rate: int | None) -> LineItem:
    return LineItem(
        kind=LineKind.GOODS,
        name=name,
        sku=line.sku.strip(),
        unit_price=price,
        quantity=line.current,
        tax_rate=rate,
    )


def _single(
    kind: LineKind, name: str, amount: Yen, rate: int | None = None
) -> LineItem:
    return LineItem(kind=kind, name=name, unit_price=amount, tax_rate=rate)


def _rate(rates: Sequence[Decimal]) -> int | None:
    """Return the one rate in whole per cent; None for none, several, or a fraction."""
    percents = {rate * _LARGEST_RATE for rate in rates}
    if len(percents) != 1:
        return None
    percent = percents.pop()
    is_whole = percent == percent.to_integral_value()
    return int(percent) if is_whole and 0 <= percent <= _LARGEST_RATE else None
