"""荷物を確認する: each parcel of an order, what is reported, and what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response

from hub.console.interventions import attempted
from hub.console.order import story_of
from hub.console.pages import page
from hub.console.rooms import House, go, problem_page
from hub.console.visit import ACTING, Visit, field
from hub.console.words import explained
from hub.domain.carrier_services import SERVICES, Service
from hub.domain.carriers import CARRIER_NAMES_JA, match_service
from hub.domain.known import Known, State
from hub.domain.parcel_rules import ParcelRules, ReportWhen
from hub.domain.parcel_troubles import slip_trouble, waits_for_parcels
from hub.domain.parcels import (
    Completeness,
    Slip,
    completeness,
    held_slip,
    parcel_words,
    slips_of,
)
from hub.domain.tracking_numbers import NumberFault
from hub.flow.cases import parcel_rules_of
from hub.flow.order_story import Story
from hub.flow.parcel_decisions import (
    Subject,
    accept_number,
    choose_for_all,
    choose_service,
    say_all_shipped,
)
from hub.text.catalogue import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLine:
    """One slip as the page shows it; `words` is what a choice of service stands for."""

    slip: Slip
    is_reported: bool
    trouble: Message | None
    faults: Sequence[NumberFault]
    words: str


def add_parcels(house: House) -> None:
    """Add the page, and what may be decided on it."""

    @house.page("/orders/<order_id>/parcels", "parcels")
    def parcels(visit: Visit, order_id: str) -> Response:
        return _parcels_page(visit, order_id)

    @house.action("/orders/<order_id>/parcels/service", "parcels_service", roles=ACTING)
    def service(visit: Visit, order_id: str) -> Response:
        is_for_all = bool(field("for_all"))
        if is_for_all and not visit.may_own:
            return problem_page(visit, "forbidden", status=403)
        choose = choose_for_all if is_for_all else choose_service
        return _decided(
            visit,
            order_id,
            lambda subject: choose(
                visit.parts,
                visit.merchant_id,
                subject,
                service=field("service"),
                words=field("words"),
            ),
        )

    @house.action("/orders/<order_id>/parcels/number", "parcels_number", roles=ACTING)
    def number(visit: Visit, order_id: str) -> Response:
        return _decided(
            visit,
            order_id,
            lambda subject: accept_number(
                visit.parts, visit.merchant_id, subject, number=field("number")
            ),
        )

    @house.action("/orders/<order_id>/parcels/all", "parcels_all", roles=ACTING)
    def all_shipped(visit: Visit, order_id: str) -> Response:
        return _decided(
            visit,
            order_id,
            lambda subject: say_all_shipped(visit.parts, visit.merchant_id, subject),
        )


def _decided(visit: Visit, order_id: str, deed: Callable[[Subject], None]) -> Response:
    subject = Subject(order_id=order_id, parcel=field("parcel"), user_id=visit.user_id)
    problem = attempted(lambda: deed(subject))
    if problem is not None:
        return _parcels_page(visit, order_id, problem=problem)
    return go("parcels", order_id=order_id, done="parcel")


def _parcels_page(
    visit: Visit, order_id: str, *, problem: Message | None = None
) -> Response:
    story = story_of(visit, order_id)
    wanted, known = story.order.wanted, story.known
    rules = parcel_rules_of(story.shop, wanted)
    held = held_slip(wanted, known, rules)
    lines = [_line(slip, known, held) for slip in slips_of(wanted, rules)]
    told = completeness(wanted, rules)
    return page(
        visit,
        "parcels.html",
        status=409 if problem else 200,
        problem=problem,
        story=story,
        lines=lines,
        taken_back=[one.parcel for one in wanted.parcels if one.parcel.is_cancelled],
        rules=rules,
        waits=waits_for_parcels(wanted, known, rules),
        may_say_all=_may_say_all(story, rules, told),
        completeness=told,
        services=_services(rules),
        carriers=CARRIER_NAMES_JA,
        amount=wanted.order.total if wanted.order else known.amount,
    )


def _line(slip: Slip, known: Known, held: Slip | None) -> ParcelLine:
    # Beside a report that stands, other parcels are recorded: nothing hangs on them.
    is_counted = known.reported is None or held in (None, slip)
    report = known.reported
    told = (report.carrier_code, report.tracking_number) if report else None
    return ParcelLine(
        slip=slip,
        is_reported=told == (slip.match.code, slip.judged.number),
        trouble=explained(slip_trouble(slip)) if is_counted else None,
        faults=tuple(dict.fromkeys((*slip.judged.faults, *slip.doubts))),
        words=parcel_words(slip.parcel),
    )


def _may_say_all(story: Story, rules: ParcelRules, told: Completeness) -> bool:
    return (
        rules.report_when is not ReportWhen.FIRST
        and story.known.state is State.AUTHORIZED
        and bool(story.order.wanted.shipped_parcels)
        and told is not Completeness.COMPLETE
    )


def _services(rules: ParcelRules) -> Sequence[Service]:
    """Return the services that can be reported for this shop."""
    return [
        service
        for service in SERVICES.values()
        if rules.designated(match_service(service.key), on=None).is_reportable
    ]
