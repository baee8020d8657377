"""The screening of one order: magic values first, then the rules in their order."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from hub.sandbox.buyers import BuyerBook
from hub.sandbox.screening import Verdict
from hub.sandbox.screening_rules import Outcome, RuleKind, ScreeningRule

# Marks that work whether or not the rule of the same kind is switched on.
BALANCE_MARK: Final = "見本残高"
GOODS_MARK: Final = "見本取扱不可"
ADDRESS_MARK: Final = "見本局留"

_MARKED_BALANCE: Final = ScreeningRule(
    name=BALANCE_MARK, kind=RuleKind.BALANCE, outcome=Outcome.NG, is_on=True
)
_MARKED_GOODS: Final = ScreeningRule(
    name=GOODS_MARK,
    kind=RuleKind.GOODS,
    outcome=Outcome.NG,
    is_on=True,
    words=(GOODS_MARK,),
)
_MARKED_ADDRESS: Final = ScreeningRule(
    name=ADDRESS_MARK,
    kind=RuleKind.ADDRESS,
    outcome=Outcome.REVIEW_HOLD,
    is_on=True,
    words=(ADDRESS_MARK,),
    reason="（例）局留の住所には請求書をお届けできません",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An order as the rules see it, with the buyer's other open amount in yen."""

    order: Mapping[str, Any]
    buyer: int
    own_open_yen: int
    now: datetime
    is_new: bool


def judge(
    judged: Judged, rules: Sequence[ScreeningRule], buyers: BuyerBook
) -> tuple[Verdict, str]:
    """Return the verdict of the first rule that catches the order, and its name."""
    for rule in (*_marked(judged.order), *rules):
        if rule.is_on and _CATCHES[rule.kind](rule, judged, buyers):
            return rule.verdict, rule.name
    return Verdict(), ""


def _marked(order: Mapping[str, Any]) -> list[ScreeningRule]:
    customer = order["customer"]
    found = []
    if "見本" in customer["name"] and BALANCE_MARK in _plain(customer["name"]):
        found.append(_MARKED_BALANCE)
    if ADDRESS_MARK in customer["address"]:
        found.append(_MARKED_ADDRESS)
    if any(GOODS_MARK in detail["goods"] for detail in order["details"]):
        found.append(_MARKED_GOODS)
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def _amount(rule: ScreeningRule, judged: Judged, _buyers: BuyerBook) -> bool:
    return bool(rule.from_yen <= judged.order["billed_amount"] <= rule.to_yen)


def _address(rule: ScreeningRule, judged: Judged, _buyers: BuyerBook) -> bool:
    addresses = (
        judged.order["customer"]["address"],
        judged.order["ship_to"]["shipAddress"],
    )
    return any(word in text for word in rule.words for text in addresses)


def _goods(rule: ScreeningRule, judged: Judged, _buyers: BuyerBook) -> bool:
    names = [detail["goods"] for detail in judged.order["details"]]
    return any(word in name for word in rule.words for name in names)


def _repeat(rule: ScreeningRule, judged: Judged, buyers: BuyerBook) -> bool:
    since = (judged.now - timedelta(hours=rule.hours)).timestamp()
    before = max(0, rule.count - 1) if judged.is_new else rule.count
    return buyers.orders_since(judged.buyer, since, most=before) >= before


def _balance(rule: ScreeningRule, judged: Judged, buyers: BuyerBook) -> bool:
    buyer = buyers.find(judged.buyer)
    others = buyer.open_yen - judged.own_open_yen if buyer else 0
    total = others + judged.order["billed_amount"]
    # The wire carries amounts with tax only, so the limit is compared with its tax.
    return bool(total * 100 > rule.limit_yen * (100 + rule.tax_percent))


_CATCHES: Final[
    Mapping[RuleKind, Callable[[ScreeningRule, Judged, BuyerBook], bool]]
] = {
    RuleKind.AMOUNT: _amount,
    RuleKind.ADDRESS: _address,
    RuleKind.GOODS: _goods,
    RuleKind.REPEAT: _repeat,
    RuleKind.BALANCE: _balance,
}
