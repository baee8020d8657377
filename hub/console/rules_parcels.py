"""店舗の設定: which parcel of an order is reported, and when."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hub.console.rules_form import Editor, Form, Read, Section
from hub.console.visit import Visit
from hub.domain.known import State
from hub.domain.parcel_rules import ParcelRules, ReportWhen
from hub.store.merchants import Shop


def _answers(shop: Shop) -> Mapping[str, Any]:
    rules = shop.parcels
    return {
        "report_when": rules.report_when.value,
        "unsaid_is_all": "yes" if rules.unsaid_is_all else "",
    }


def _read(shop: Shop, form: Form, _editor: Editor) -> Read:
    chosen = form.get("report_when", "")
    if chosen not in ReportWhen.__members__.values():
        return Read(shop=shop, problems={"report_when": "rules.choose"})
    rules: ParcelRules = replace(
        shop.parcels,
        report_when=ReportWhen(chosen),
        unsaid_is_all=bool(form.get("unsaid_is_all")),
    )
    return Read(shop=replace(shop, parcels=rules))


def _shows(_visit: Visit, _shop: Shop) -> Mapping[str, object]:
    return {"choices": list(ReportWhen)}


PARCELS = Section(
    topic="parcels",
    affects=frozenset({State.AUTHORIZED}),
    answers=_answers,
    read=_read,
    shows=_shows,
)
