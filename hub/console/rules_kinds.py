"""店舗の設定: what is done with each kind of order."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from hub.console.rules_form import Editor, Form, Read, Section
from hub.console.visit import Visit
from hub.contract.order import OrderKind
from hub.domain.known import State
from hub.domain.order_kind_policy import (
    MOST_DAYS,
    InvoiceChoice,
    KindPolicies,
    KindPolicy,
    OnDeclined,
    OnHold,
    RegisterTime,
    default_policy,
)
from hub.domain.parcel_rules import ReportWhen
from hub.store.merchants import Shop

_AS_SHOP = "as_shop"
_CHOICES: Mapping[str, type[StrEnum]] = {
    "registers": RegisterTime,
    "invoice": InvoiceChoice,
    "on_declined": OnDeclined,
    "on_hold": OnHold,
}
_DAYS = ("hold_answer_days", "stock_hold_days")


def _answers(shop: Shop) -> Mapping[str, Any]:
    told: dict[str, Any] = {name: str(getattr(shop.kinds, name)) for name in _DAYS}
    for kind in OrderKind:
        rules = shop.kinds.of_kind(kind)
        for name in _CHOICES:
            told[f"{kind}_{name}"] = getattr(rules, name).value
        told[f"{kind}_days_before"] = str(rules.days_before)
        told[f"{kind}_report_when"] = rules.report_when or _AS_SHOP
    return told


def _read(shop: Shop, form: Form, _editor: Editor) -> Read:
    problems: dict[str, str] = {}
    days = {name: _number(form, name, problems) for name in _DAYS}
    by_kind = {kind: _rules(kind, form, problems) for kind in OrderKind}
    if problems:
        return Read(shop=shop, problems=problems)
    kinds = KindPolicies(
        by_kind={k: r for k, r in by_kind.items() if r != default_policy(k)}, **days
    )
    return Read(shop=replace(shop, kinds=kinds))


def _rules(kind: OrderKind, form: Form, problems: dict[str, str]) -> KindPolicy:
    chosen: dict[str, Any] = {}
    for name, choices in _CHOICES.items():
        value = form.get(f"{kind}_{name}", "")
        if value not in choices.__members__.values():
            problems[f"{kind}_{name}"] = "rules.choose"
            continue
        chosen[name] = choices(value)
    when = form.get(f"{kind}_report_when", "")
    if when not in (_AS_SHOP, *ReportWhen):
        problems[f"{kind}_report_when"] = "rules.choose"
        when = _AS_SHOP
    return KindPolicy(
        days_before=_number(form, f"{kind}_days_before", problems),
        report_when=None if when == _AS_SHOP else ReportWhen(when),
        **chosen,
    )


def _number(form: Form, name: str, problems: dict[str, str]) -> int:
    text = unicodedata.normalize("NFKC", form.get(name, "")).strip()
    if text.isascii() and text.isdigit() and int(text[:4]) <= MOST_DAYS:
        return int(text)
    problems[name] = "rules.days"
    return 0


def _shows(_visit: Visit, _shop: Shop) -> Mapping[str, object]:
    return {
        "kinds": list(OrderKind),
        "choices": {name: list(choices) for name, choices in _CHOICES.items()},
        "report_choices": [_AS_SHOP, *ReportWhen],
        "most_days": MOST_DAYS,
    }


KINDS = Section(
    topic="kinds",
    affects=frozenset(
        {State.RECEIVED, State.ON_HOLD, State.AUTHORIZED, State.DECLINED}
    ),
    answers=_answers,
    read=_read,
    shows=_shows,
)
