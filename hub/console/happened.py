"""何が起きましたか: say it, look at the plan, and only then let it be done."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from flask import Response, request

from hub.console.buyer_texts import text_after
from hub.console.interventions import attempted
from hub.console.order import order_page, story_of
from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go
from hub.console.visit import ACTING, Visit, field
from hub.console.words import explained, own_message
from hub.contract.money import Yen
from hub.contract.order import Order, Parcel
from hub.domain.after_shipping import AfterPlan, Result, Stage, choices, stage_of
from hub.domain.business_calendar import next_business_day
from hub.domain.carriers import CARRIER_NAMES_JA
from hub.domain.happening import REPRICING, WITH_PARCEL, Happening, Told
from hub.domain.revision import Stated, Statement
from hub.flow import happenings, intervene
from hub.flow.happenings import ToldAt
from hub.flow.intervene import InterventionError
from hub.flow.order_story import Story
from hub.flow.settle import operation_of
from hub.text.catalogue import Message

_UNFIT = "HUB-AFTER-102"
_PAID_WORDS = {"advance_paid": Stated.ADVANCE_PAID, "buyer_paid": Stated.BUYER_PAID}


def add_happened(house: House) -> None:
    """Add the routes."""

    @house.page("/orders/<order_id>/happened", "happened")
    def happened(visit: Visit, order_id: str) -> Response:
        story = story_of(visit, order_id)
        what = _happening(request.args.get("what", ""))
        if not choices(story.order.wanted, story.known):
            problem = explained("HUB-AFTER-101")
            return order_page(visit, order_id, problem=problem, status=409)
        return _form(visit, story, what)

    @house.action("/orders/<order_id>/happened/plan", "happened_plan", roles=ACTING)
    def plan(visit: Visit, order_id: str) -> Response:
        return _plan(visit, order_id)

    @house.action("/orders/<order_id>/happened/do", "happened_do", roles=ACTING)
    def do(visit: Visit, order_id: str) -> Response:
        return _do(visit, order_id)

    _add_answers(house)


def _add_answers(house: House) -> None:
    @house.action("/orders/<order_id>/refunded", "refunded", roles=ACTING)
    def refunded(visit: Visit, order_id: str) -> Response:
        problem = attempted(
            lambda: happenings.refund_done(
                visit.parts, visit.merchant_id, order_id, user_id=visit.user_id
            )
        )
        if problem is not None:
            return order_page(visit, order_id, problem=problem, status=409)
        return go("order", order_id=order_id, done="refunded")

    @house.action("/orders/<order_id>/report-in-doubt", "settle_report", roles=ACTING)
    def settle_report(visit: Visit, order_id: str) -> Response:
        story = story_of(visit, order_id)
        problem = attempted(
            lambda: intervene.settle_report(
                visit.parts,
                visit.merchant_id,
                story.transaction.id,
                is_gone=field("is_gone") == "yes",
                typed_number=field("number"),
                user_id=visit.user_id,
            )
        )
        if problem is not None:
            return order_page(visit, order_id, problem=problem, status=409)
        return go("order", order_id=order_id, done="report")


def _happening(text: str) -> Happening | None:
    return Happening(text) if text in Happening.__members__.values() else None


def _form(
    visit: Visit,
    story: Story,
    what: Happening | None,
    *,
    problem: Message | None = None,
) -> Response:
    may = choices(story.order.wanted, story.known)
    if what is not None and what not in may:
        raise AbsentError
    return page(
        visit,
        "happened.html",
        status=409 if problem else 200,
        problem=problem,
        story=story,
        order=story.order.wanted.told,
        choices=may,
        what=what,
        is_repricing=what in REPRICING,
        has_parcel=what in WITH_PARCEL,
        stage=_stage(visit, story),
        carriers=CARRIER_NAMES_JA,
        typed=request.form,
    )


def _stage(visit: Visit, story: Story) -> Stage:
    return stage_of(story.order.wanted, story.known, today=visit.show.today)


def _plan(visit: Visit, order_id: str) -> Response:
    story = story_of(visit, order_id)
    what = _happening(field("what"))
    if what is None:
        return _form(visit, story, None, problem=explained("HUB-AFTER-101"))
    if not field("reason"):
        return _form(visit, story, what, problem=explained("HUB-ACT-010"))
    try:
        plan = happenings.plan_ahead(
            visit.parts, visit.merchant_id, order_id, _told_at(visit, story, what)
        )
    except InterventionError as error:
        problem = explained(error.code) or own_message("input")
        return _form(visit, story, what, problem=problem)
    return _shown(visit, story, what, plan)


def _shown(
    visit: Visit,
    story: Story,
    what: Happening,
    plan: AfterPlan,
    *,
    problem: Message | None = None,
) -> Response:
    is_mailed_again = plan.result is Result.AMENDED and story.known.reported is not None
    return page(
        visit,
        "happened_plan.html",
        status=409 if problem else 200,
        problem=problem,
        story=story,
        what=what,
        plan=plan,
        calls=[operation_of(call).value for call in plan.calls],
        issue_on=next_business_day(visit.show.today) if is_mailed_again else None,
        left_open=explained("HUB-AFTER-105"),
        buyer_text=text_after(story, plan, what, tracking=field("tracking_number")),
        typed=[
            (name, value)
            for name, value in request.form.items()
            if name not in ("csrf", "seen")
        ],
    )


def _do(visit: Visit, order_id: str) -> Response:
    story = story_of(visit, order_id)
    what = _happening(field("what"))
    if what is None:
        return _form(visit, story, None, problem=explained("HUB-AFTER-101"))
    told_at = _told_at(visit, story, what)
    problem = attempted(
        lambda: happenings.carry_on(
            visit.parts,
            visit.merchant_id,
            order_id,
            told_at,
            seen=field("seen"),
            reason=field("reason"),
            user_id=visit.user_id,
        )
    )
    if problem is not None:
        return order_page(visit, order_id, problem=problem, status=409)
    return go("order", order_id=order_id, done="happened")


def _told_at(visit: Visit, story: Story, what: Happening) -> ToldAt:
    """Read the form; raises InterventionError for what is no number."""
    form = request.form
    order = story.order.wanted.told
    is_lower = what is Happening.REDUCED or form.get("sign") == "minus"
    adjustment = abs(_number(form, "adjustment"))
    # Read here, for the word is told again in the writer's thread.
    told = Told(
        happening=what,
        at=visit.now,
        user_id=visit.user_id,
        reason=field("reason"),
        remaining=_remaining(form, order) if what in REPRICING else {},
        adjustment=Yen(-adjustment if is_lower else adjustment),
        parcel=_parcel(visit.now) if what in WITH_PARCEL else None,
        refund=Yen(_number(form, "refund")),
        paid=_paid(visit),
    )
    return lambda now: replace(told, at=now)


def _remaining(form: Mapping[str, str], order: Order | None) -> dict[int, int]:
    lines = order.lines if order else ()
    return {
        number: _number(form, f"remaining_{number}")
        for number in range(len(lines))
        if f"remaining_{number}" in form
    }


def _number(form: Mapping[str, str], name: str) -> int:
    text = unicodedata.normalize("NFKC", form.get(name, "")).strip()
    digits = text.replace(",", "").removesuffix("円")
    if not digits:
        return 0
    if not digits.isascii() or not digits.isdigit() or len(digits) > 7:
        raise InterventionError("not a number", code=_UNFIT)
    return int(digits)


def _parcel(now: datetime) -> Parcel:
    return Parcel(
        number="",
        carrier=field("carrier"),
        tracking_number=field("tracking_number"),
        shipped_at=now,
    )


def _paid(visit: Visit) -> tuple[Statement, ...]:
    stated = _PAID_WORDS.get(field("paid"))
    if stated is None:
        return ()
    return (
        Statement(
            stated=stated,
            on=_day(field("paid_on")) or visit.show.today,
            user_id=visit.user_id,
        ),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
