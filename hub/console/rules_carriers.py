"""店舗の設定: what the shop's own words mean, and which mail services count."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hub.clock import tokyo_date
from hub.console.rules_form import Editor, Form, Read, Section
from hub.console.visit import Visit
from hub.domain.carrier_services import SERVICES, Standing
from hub.domain.carriers import CARRIER_NAMES_JA, words_key
from hub.domain.known import State
from hub.domain.parcel_rules import Designation, ParcelRules, WordRule
from hub.store import accounts, open_orders
from hub.store.merchants import Shop

DESIGNABLE = tuple(one for one in SERVICES.values() if one.is_designable)
MEANT = tuple(one for one in SERVICES.values() if one.standing is not Standing.OPEN)
# Rows for new words; a shop has a handful of them.
_SPARE = 3
_MOST_WORDS = 100
_LONGEST_WORDS = 100


def _answers(shop: Shop) -> Mapping[str, Any]:
    rules = shop.parcels
    answers: dict[str, Any] = {}
    for one in rules.designations:
        answers[f"code-{one.service}"] = one.code
        answers[f"day-{one.service}"] = one.confirmed_on.isoformat()
    for index, rule in enumerate(rules.words):
        answers[f"words-{index}"] = rule.words
        answers[f"service-{index}"] = rule.service
    return answers


def _read(shop: Shop, form: Form, editor: Editor) -> Read:
    problems: dict[str, str] = {}
    designations = tuple(_designations(shop.parcels, form, editor, problems))
    words = tuple(_words(shop.parcels, form, editor, problems))
    if problems:
        return Read(shop=shop, problems=problems)
    rules = replace(shop.parcels, designations=designations, words=words)
    return Read(shop=replace(shop, parcels=rules))


def _designations(
    rules: ParcelRules, form: Form, editor: Editor, problems: dict[str, str]
) -> Iterator[Designation]:
    present = {one.service: one for one in rules.designations}
    for service in DESIGNABLE:
        code = form.get(f"code-{service.key}", "")
        text = form.get(f"day-{service.key}", "").strip()
        if not code and not text:
            continue
        day = _day(text)
        if code not in CARRIER_NAMES_JA:
            problems[f"code-{service.key}"] = "rules.code"
        elif day is None or day > tokyo_date(editor.now):
            problems[f"day-{service.key}"] = "rules.day"
        else:
            new = Designation(
                service=service.key,
                code=code,
                confirmed_on=day,
                user_id=editor.user_id,
                at=editor.now,
            )
            old = present.get(service.key)
            is_same = old and (old.code, old.confirmed_on) == (code, day)
            yield old if old and is_same else new


def _words(
    rules: ParcelRules, form: Form, editor: Editor, problems: dict[str, str]
) -> Iterator[WordRule]:
    present = {(one.words, one.service): one for one in rules.words}
    seen: set[str] = set()
    for index in range(_MOST_WORDS):
        words = form.get(f"words-{index}", "").strip()[:_LONGEST_WORDS]
        service = form.get(f"service-{index}", "")
        if not words:
            continue
        if service not in SERVICES:
            problems[f"service-{index}"] = "rules.service"
        elif words_key(words) in seen:
            problems[f"words-{index}"] = "rules.twice"
        seen.add(words_key(words))
        yield present.get((words, service)) or WordRule(
            words=words, service=service, user_id=editor.user_id, at=editor.now
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _shows(visit: Visit, shop: Shop) -> Mapping[str, object]:
    rules = shop.parcels
    people = [one.user_id for one in rules.designations]
    people += [one.user_id for one in rules.words]
    names = visit.parts.store.across.read(lambda across: accounts.names(across, people))
    return {
        "designable": DESIGNABLE,
        "services": MEANT,
        "codes": CARRIER_NAMES_JA,
        "rows": range(min(len(rules.words) + _SPARE, _MOST_WORDS)),
        "designated": {one.service: one for one in rules.designations},
        "words": dict(enumerate(rules.words)),
        "names": names,
        "unmapped": visit.store.read(
            lambda scope: open_orders.unmapped_words(scope, shop.id)
        ),
    }


CARRIERS = Section(
    topic="carriers",
    affects=frozenset({State.RECEIVED, State.INVALID, State.REFUSED, State.AUTHORIZED}),
    answers=_answers,
    read=_read,
    shows=_shows,
)
