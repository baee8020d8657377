"""What a shop does with each kind of order: when, with which invoice, and on a no."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time, timedelta, timezone
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from hub.contract.order import InvoiceDelivery, Order, OrderKind
from hub.domain.parcel_rules import ReportWhen

ORDER_KIND_LABELS_JA: Mapping[OrderKind, str] = MappingProxyType(
    {
        OrderKind.NORMAL: "通常",
        OrderKind.SUBSCRIPTION_FIRST: "定期初回",
        OrderKind.SUBSCRIPTION_LATER: "定期2回目以降",
        OrderKind.PREORDER: "予約",
        OrderKind.GIFT: "ギフト",
        OrderKind.MULTIPLE: "複数配送",
        OrderKind.MERGED: "おまとめ",
        OrderKind.SPLIT: "分割",
        OrderKind.REPLACEMENT: "再発送・交換",
        OrderKind.TEST: "テスト",
    }
)
MOST_DAYS = 60
# Japan keeps one offset all year.
_TOKYO = timezone(timedelta(hours=9))


class RegisterTime(StrEnum):
    """When an order of the kind is registered."""

    AT_ORDER = "at_order"
    BEFORE_SHIPPING = "before_shipping"
    BY_HAND = "by_hand"


class InvoiceChoice(StrEnum):
    """Which invoice the kind gets; enclosed only where the conditions hold."""

    AS_ORDERED = "as_ordered"
    SEPARATE = "separate"
    ENCLOSED = "enclosed"


class OnDeclined(StrEnum):
    """What becomes of what 審査NG leaves at the provider (api 8, lesson 3)."""

    CLEAN_UP = "clean_up"
    KEEP = "keep"


class OnHold(StrEnum):
    """What is done about 保留."""

    WAIT = "wait"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindPolicy:
    """The rules of one kind; `report_when` is None where the shop's own holds."""

    registers: RegisterTime = RegisterTime.AT_ORDER
    days_before: int = 7
    invoice: InvoiceChoice = InvoiceChoice.AS_ORDERED
    on_declined: OnDeclined = OnDeclined.CLEAN_UP
    on_hold: OnHold = OnHold.WAIT
    report_when: ReportWhen | None = None


# Weeks before a shipment an approval may run out (carts 5.4); a replacement was billed
# with the order that it replaces, so that a person decides.
_DEFAULTS: Mapping[OrderKind, KindPolicy] = MappingProxyType(
    {
        OrderKind.PREORDER: KindPolicy(registers=RegisterTime.BEFORE_SHIPPING),
        OrderKind.GIFT: KindPolicy(invoice=InvoiceChoice.SEPARATE),
        OrderKind.MULTIPLE: KindPolicy(
            invoice=InvoiceChoice.SEPARATE, report_when=ReportWhen.ALL
        ),
        OrderKind.REPLACEMENT: KindPolicy(registers=RegisterTime.BY_HAND),
    }
)
_DEFAULT = KindPolicy()


def default_policy(kind: OrderKind) -> KindPolicy:
    """Return the rules of a kind where a shop set none."""
    return _DEFAULTS.get(kind, _DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindPolicies:
    """A shop's table of rules, with the days after which a person is asked.

    `hold_answer_days` is the 回答期限 of 保留: the operator's own is not in any public
    source, so it is the shop's promise to itself. `stock_hold_days` is how long goods
    of a declined order are kept for another way to pay.
    """

    by_kind: Mapping[OrderKind, KindPolicy] = field(default_factory=dict)
    hold_answer_days: int = 3
    stock_hold_days: int = 7

    def of(self, order: Order | None) -> KindPolicy:
        """Return the rules of an order's kind."""
        kind = order.kind if order else OrderKind.NORMAL
        return self.of_kind(kind)

    def of_kind(self, kind: OrderKind) -> KindPolicy:
        """Return the rules of a kind."""
        return self.by_kind.get(kind) or default_policy(kind)

    def as_document(self) -> dict[str, Any]:
        """Return the rules as JSON; a kind without rules of its own is left out."""
        return {
            "by_kind": {k.value: asdict(rules) for k, rules in self.by_kind.items()},
            "hold_answer_days": self.hold_answer_days,
            "stock_hold_days": self.stock_hold_days,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "KindPolicies":
        """Return the rules of a document; a missing key has its default."""
        default = cls()
        return cls(
            by_kind={
                OrderKind(kind): _rules(OrderKind(kind), told)
                for kind, told in document.get("by_kind", {}).items()
            },
            hold_answer_days=document.get("hold_answer_days", default.hold_answer_days),
            stock_hold_days=document.get("stock_hold_days", default.stock_hold_days),
        )


def _rules(kind: OrderKind, told: dict[str, Any]) -> KindPolicy:
    base = default_policy(kind)
    when = told.get("report_when", base.report_when)
    return KindPolicy(
        registers=RegisterTime(told.get("registers", base.registers)),
        days_before=told.get("days_before", base.days_before),
        invoice=InvoiceChoice(told.get("invoice", base.invoice)),
        on_declined=OnDeclined(told.get("on_declined", base.on_declined)),
        on_hold=OnHold(told.get("on_hold", base.on_hold)),
        report_when=ReportWhen(when) if when else None,
    )


def waits_for_hand(rules: KindPolicy, order: Order) -> bool:
    """Tell whether a person registers the order: as set, or for want of a day."""
    if rules.registers is RegisterTime.BY_HAND:
        return True
    return rules.registers is RegisterTime.BEFORE_SHIPPING and order.ships_on is None


def registers_at(rules: KindPolicy, order: Order) -> datetime | None:
    """Return the moment from which an order is registered, None for no such day."""
    if rules.registers is not RegisterTime.BEFORE_SHIPPING or order.ships_on is None:
        return None
    day = order.ships_on - timedelta(days=rules.days_before)
    return datetime.combine(day, time(), _TOKYO)


def with_invoice(rules: KindPolicy, order: Order) -> Order:
    """Return the order with the invoice of its kind.

    A shop's wish to enclose falls back to mailing where the goods go to somebody else
    (api 7.5), and a gift never carries its price.
    """
    delivery = order.invoice_delivery
    if rules.invoice is InvoiceChoice.SEPARATE or order.kind is OrderKind.GIFT:
        delivery = InvoiceDelivery.SEPARATE
    elif rules.invoice is InvoiceChoice.ENCLOSED:
        is_own = order.ship_to is None
        delivery = InvoiceDelivery.ENCLOSED if is_own else InvoiceDelivery.SEPARATE
    return replace(order, invoice_delivery=delivery)
