"""店舗の設定: which parcel of an order is reported, when, and checked how."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hub.console.rules_form import Editor, Form, Read, Section
from hub.console.visit import Visit
from hub.domain.known import State
from hub.domain.parcel_rules import ReportWhen
from hub.domain.tracking_numbers import SOFT, NumberFault
from hub.store.merchants import Shop

MONTHS = (1, 3, 6, 12)
_DOUBTS = tuple(fault for fault in NumberFault if fault in SOFT)


def _answers(shop: Shop) -> Mapping[str, Any]:
    rules = shop.parcels
    return {
        "report_when": rules.report_when.value,
        "unsaid_is_all": "yes" if rules.unsaid_is_all else "",
        "always_sent": "yes" if rules.always_sent else "",
        "reuse_months": str(rules.reuse_months),
        **{
            f"stops-{fault}": "yes" if fault in rules.stops else "" for fault in _DOUBTS
        },
    }


def _read(shop: Shop, form: Form, _editor: Editor) -> Read:
    problems = {}
    chosen, months = form.get("report_when", ""), form.get("reuse_months", "")
    if chosen not in ReportWhen.__members__.values():
        problems["report_when"] = "rules.choose"
    if months not in map(str, MONTHS):
        problems["reuse_months"] = "rules.choose"
    if problems:
        return Read(shop=shop, problems=problems)
    rules = replace(
        shop.parcels,
        report_when=ReportWhen(chosen),
        unsaid_is_all=bool(form.get("unsaid_is_all")),
        always_sent=bool(form.get("always_sent")),
        stops=frozenset(fault for fault in _DOUBTS if form.get(f"stops-{fault}")),
        reuse_months=int(months),
    )
    return Read(shop=replace(shop, parcels=rules))


def _shows(_visit: Visit, _shop: Shop) -> Mapping[str, object]:
    return {"choices": list(ReportWhen), "doubts": _DOUBTS, "months": MONTHS}


PARCELS = Section(
    topic="parcels",
    affects=frozenset(
        {
            State.RECEIVED,
            State.INVALID,
            State.REFUSED,
            State.AUTHORIZED,
            State.SHIPMENT_REPORTED,
        }
    ),
    answers=_answers,
    read=_read,
    shows=_shows,
)
