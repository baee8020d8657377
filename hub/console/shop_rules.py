"""店舗の設定: one page for a shop's rules, one section for each topic.

A topic is a module `rules_<topic>.py` with one `Section`, a partial template of the
same name, and a line in `SECTIONS`.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

from hub.console.interventions import attempted
from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go
from hub.console.rules_banner import BANNER
from hub.console.rules_carriers import CARRIERS
from hub.console.rules_form import Editor, Section
from hub.console.rules_kinds import KINDS
from hub.console.rules_lint import LINT
from hub.console.rules_parcels import PARCELS
from hub.console.visit import OWNING, Visit
from hub.console.words import own_message
from hub.flow.shop_rules import RulesChange, change_rules
from hub.store import merchants, open_orders
from hub.store.merchants import Shop
from hub.store.search import Tally
from hub.store.store import Scope
from hub.text.catalogue import Message

SECTIONS: tuple[Section, ...] = (CARRIERS, PARCELS, KINDS, LINT, BANNER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One section as shown: what stands in its form, and what is wrong with it."""

    section: Section
    typed: Mapping[str, Any]
    problems: Mapping[str, str]
    touched: Tally
    shows: Mapping[str, object]


def add_shop_rules(house: House) -> None:
    """Add the page, and for each section the address that its form is sent to."""

    @house.page("/shops/<shop_id>/rules", "shop_rules")
    def shop_rules(visit: Visit, shop_id: str) -> Response:
        return _rules_page(visit, _shop(visit, shop_id))

    for section in SECTIONS:
        _add_form(house, section)


def _add_form(house: House, section: Section) -> None:
    @house.action(
        f"/shops/<shop_id>/rules/{section.topic}",
        f"rules_{section.topic}",
        roles=OWNING,
    )
    def save(visit: Visit, shop_id: str) -> Response:
        shop, form = _shop(visit, shop_id), request.form
        editor = Editor(user_id=visit.user_id, now=visit.now)
        read = section.read(shop, form, editor)
        if read.problems:
            wrong = own_message("rules")
            return _rules_page(visit, shop, wrong, section, read.problems)
        if form.get("seen") != section.stamp(shop):
            return _rules_page(visit, shop, own_message("stale"), section, {})
        change = RulesChange(
            shop_id=shop_id,
            topic=section.topic,
            affects=section.affects,
            answers=section.answers,
            before=section.answers(shop),
            changed=lambda stored: section.read(stored, form, editor).shop,
        )
        problem = attempted(
            lambda: change_rules(
                visit.parts, visit.merchant_id, change, user_id=visit.user_id
            )
        )
        if problem is not None:
            return _rules_page(visit, shop, problem, section, {})
        return go("shop_rules", shop_id=shop_id, done="rules", _anchor=section.topic)


def _shop(visit: Visit, shop_id: str) -> Shop:
    def work(scope: Scope) -> Shop:
        if shop_id not in merchants.shop_ids(scope):
            raise AbsentError
        return merchants.get_shop(scope, shop_id)

    return visit.store.read(work)


def _rules_page(
    visit: Visit,
    shop: Shop,
    problem: Message | None = None,
    wrong: Section | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    shown = [_shown(visit, shop, section) for section in SECTIONS]
    if wrong is not None:
        # What was typed stays, so that only the mistake is typed again.
        shown = [
            replace(one, typed=_named(request.form), problems=_named(problems or {}))
            if one.section is wrong
            else one
            for one in shown
        ]
    return page(
        visit,
        "shop_rules.html",
        status=422 if problem else 200,
        problem=problem,
        shop=shop,
        sections=shown,
    )


def _shown(visit: Visit, shop: Shop, section: Section) -> Shown:
    return Shown(
        section=section,
        typed=_named(section.answers(shop)),
        problems=_named({}),
        touched=visit.store.read(
            lambda scope: open_orders.tally_of(scope, shop.id, section.affects)
        ),
        shows=section.shows(visit, shop),
    )


def _named(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields, with "" for one that a form leaves out."""
    return defaultdict(str, fields)
