"""Whether an order may be registered at all (S3, S8, S9, S14)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hub.contract.money import Yen
from hub.contract.order import InvoiceDelivery, Order
from hub.domain.findings import Finding

CREDIT_LIMIT = Yen(50_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRules:
    """What a merchant set: excluded goods (S3) and the limit before tax (S14)."""

    excluded_skus: frozenset[str] = field(default_factory=frozenset)
    credit_limit: Yen = CREDIT_LIMIT
    accepts_test_orders: bool = False


def check_eligibility(order: Order, rules: EligibilityRules) -> tuple[Finding, ...]:
    """Return every finding, blocking or not, each naming its field."""
    found: list[Finding] = []
    for check in _CHECKS:
        found.extend(check(order, rules))
    return tuple(found)


def _amount(order: Order, _rules: EligibilityRules) -> Iterator[Finding]:
    if order.currency != "JPY":
        yield Finding(code="HUB-ELIG-101", field="currency", detail=order.currency)
    if order.total <= 0:
        yield Finding(code="HUB-ELIG-102", field="total", detail=str(order.total))
    elif not order.lines:
        yield Finding(code="HUB-ELIG-104", field="lines")
    elif order.lines_total != order.total:
        detail = f"明細合計 {order.lines_total} / 請求 {order.total}"
        yield Finding(code="HUB-ELIG-103", field="total", detail=detail)
    for index, line in enumerate(order.lines):
        if line.quantity <= 0:
            yield Finding(code="HUB-ELIG-105", field=f"lines[{index}].quantity")


def _limit(order: Order, rules: EligibilityRules) -> Iterator[Finding]:
    limit = int(rules.credit_limit)
    if order.total_excluding_tax is not None:
        if order.total_excluding_tax > limit:
            detail = f"税抜 {order.total_excluding_tax} / 与信枠(税抜) {Yen(limit)}"
            yield Finding(code="HUB-ELIG-201", field="total", detail=detail)
        return
    # Without the rates, only what no rate can bring under the limit is blocked (S14).
    if order.total * 100 > limit * 110:
        yield Finding(code="HUB-ELIG-201", field="total", detail=str(order.total))
    elif order.total * 100 > limit * 108:
        yield Finding(
            code="HUB-ELIG-202",
            field="total",
            detail=str(order.total),
            is_blocking=False,
        )


def _addresses(order: Order, _rules: EligibilityRules) -> Iterator[Finding]:
    if order.buyer.address.country != "JP":
        yield Finding(code="HUB-ELIG-302", field="buyer.address.country")
    if order.ship_to is None:
        return
    if order.ship_to.address.country != "JP":
        yield Finding(code="HUB-ELIG-301", field="ship_to.address.country")
    if order.invoice_delivery is InvoiceDelivery.ENCLOSED:
        yield Finding(code="HUB-ELIG-303", field="invoice_delivery", is_blocking=False)


def _goods(order: Order, rules: EligibilityRules) -> Iterator[Finding]:
    for index, line in enumerate(order.lines):
        if line.sku and line.sku in rules.excluded_skus:
            yield Finding(
                code="HUB-ELIG-401", field=f"lines[{index}].sku", detail=line.sku
            )


def _kind(order: Order, rules: EligibilityRules) -> Iterator[Finding]:
    if order.is_test and not rules.accepts_test_orders:
        yield Finding(code="HUB-ELIG-601", field="is_test")


_Check = Callable[[Order, EligibilityRules], Iterator[Finding]]
_CHECKS: tuple[_Check, ...] = (_amount, _limit, _addresses, _goods, _kind)
