"""店舗の設定: how strict the check before registering is, and what it may apply."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hub.console.rules_form import Editor, Form, Read, Section
from hub.console.visit import Visit
from hub.contract.money import Yen
from hub.domain.known import State
from hub.domain.lint_rules import (
    APPLICABLE,
    CHOOSABLE,
    LONGEST_LIST,
    LintRules,
    Severity,
)
from hub.store.merchants import Shop
from hub.text.catalogue import message

_MOST_YEN, _MOST_HOURS, _LONGEST_MARK = 9_999, 720, 100
# What a shop may apply by itself, each in words of its own on the form.
_APPLIED = {code: f"lint_apply_{code[4:].replace('-', '_')}" for code in APPLICABLE}


def _answers(shop: Shop) -> Mapping[str, Any]:
    rules = shop.lint
    return {
        **{code: rules.severity(code).value for code in CHOOSABLE},
        **{_APPLIED[code]: "yes" for code in APPLICABLE if code in rules.applied},
        "fee": "" if rules.fee is None else str(int(rules.fee)),
        "refuses_companies": "yes" if rules.refuses_companies else "",
        "duplicate_hours": str(rules.duplicate_hours),
        "forwarders": "\n".join(rules.forwarders),
    }


def _read(shop: Shop, form: Form, _editor: Editor) -> Read:
    problems: dict[str, str] = {}
    severities = {}
    for code in CHOOSABLE:
        chosen = form.get(code, "")
        if chosen in Severity.__members__.values():
            severities[code] = Severity(chosen)
        else:
            problems[code] = "rules.choose"
    fee = _whole(form.get("fee", ""), most=_MOST_YEN)
    if fee is None and form.get("fee", "").strip():
        problems["fee"] = "rules.lint_fee_wrong"
    hours = _whole(form.get("duplicate_hours", ""), most=_MOST_HOURS)
    if hours is None:
        problems["duplicate_hours"] = "rules.lint_hours_wrong"
    marks = tuple(filter(None, map(str.strip, form.get("forwarders", "").splitlines())))
    if len(marks) > LONGEST_LIST or any(len(m) > _LONGEST_MARK for m in marks):
        problems["forwarders"] = "rules.lint_forwarders_wrong"
    if problems or hours is None:
        return Read(shop=shop, problems=problems)
    rules = LintRules(
        # What is as it is by default stays open to a better default.
        severities={c: s for c, s in severities.items() if s is not CHOOSABLE[c]},
        applied=frozenset(code for code in APPLICABLE if form.get(_APPLIED[code])),
        fee=None if fee is None else Yen(fee),
        refuses_companies=bool(form.get("refuses_companies")),
        duplicate_hours=hours,
        forwarders=marks,
    )
    return Read(shop=replace(shop, lint=rules))


def _whole(text: str, *, most: int) -> int | None:
    plain = text.strip().replace(",", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > len(str(most)):
        return None
    return int(plain) if int(plain) <= most else None


def _shows(visit: Visit, _shop: Shop) -> Mapping[str, object]:
    say = visit.language
    return {
        "severities": list(Severity),
        "choosable": [(code, message(code).what.say(say)) for code in CHOOSABLE],
        "applicable": [
            (_APPLIED[code], message(code).what.say(say), code) for code in APPLICABLE
        ],
    }


LINT = Section(
    topic="lint",
    # Whatever is not registered yet is checked again.
    affects=frozenset({State.RECEIVED, State.INVALID, State.REFUSED}),
    answers=_answers,
    read=_read,
    shows=_shows,
)
