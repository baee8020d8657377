"""One order: the answer to 発送していい? first, then why, then what happened."""

from dataclasses import dataclass

from flask import Response

from hub.clock import tokyo_date
from hub.console.asks import asks_of
from hub.console.buyer_texts import texts_of
from hub.console.check import check_of, standing
from hub.console.pages import page
from hub.console.rooms import AbsentError, House
from hub.console.rows import carrier_name, parcel_pill, reason_of, tone_of
from hub.console.visit import Visit
from hub.console.words import explained
from hub.contract.money import Yen, sum_of
from hub.contract.order import LineKind, Order
from hub.domain.after_shipping import choices
from hub.domain.carriers import CARRIER_NAMES_JA
from hub.domain.deadlines import (
    answer_due_at,
    registration_due_at,
    stock_held_until,
)
from hub.domain.invoice_days import due_day
from hub.domain.known import State
from hub.domain.plan import approval_ends_at
from hub.flow.cases import policy_of
from hub.flow.order_moments import Tone
from hub.flow.order_story import Story, order_story
from hub.text.catalogue import Message
from hub.text.error_points import ProviderReason, explain


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer bar: verdict, reason, deadline and what follows."""

    verdict: str
    tone: Tone
    reason: str
    message: Message | None
    deadline: str


def add_order(house: House) -> None:
    """Add the route."""

    @house.page("/orders/<order_id>", "order")
    def order(visit: Visit, order_id: str) -> Response:
        return order_page(visit, order_id)


def order_page(
    visit: Visit, order_id: str, *, problem: Message | None = None, status: int = 200
) -> Response:
    """Return the page of an order, with what went wrong with an action."""
    story = story_of(visit, order_id)
    return page(
        visit,
        "order.html",
        status=status,
        problem=problem,
        story=story,
        order=story.order.wanted.order,
        answer=answer_of(visit, story),
        amount=amount_of(story),
        parts_of_amount=parts_of_amount(story.order.wanted.told),
        carrier=carrier_name(story.order.wanted),
        carriers=CARRIER_NAMES_JA,
        connectors=connector_titles(visit, story),
        expires_at=approval_ends_at(story.known, visit.parts.profile.approval_life),
        due_on=due_day(story.known, visit.parts.profile.payment_term),
        own_messages=own_messages(story),
        provider_reasons=provider_reasons(story),
        check=check_of(visit, story),
        spans_days=_spans_days(story),
        happenings=choices(story.order.wanted, story.known),
        texts=texts_of(story),
        asks=asks_of(visit, story.order),
    )


def story_of(visit: Visit, order_id: str) -> Story:
    """Return an order's story; the same answer for absent and foreign."""
    try:
        return order_story(visit.parts, visit.merchant_id, order_id)
    except LookupError as error:
        raise AbsentError from error


def answer_of(visit: Visit, story: Story) -> Answer:
    """Return the answer bar of a story."""
    code, known, wanted = story.attention_code, story.known, story.order.wanted
    is_over = not code and known.state in (State.CANCELLED, State.SHIPMENT_REPORTED)
    tone = tone_of(story.may_ship, known, code=code)
    if is_over:
        is_reported = known.state is State.SHIPMENT_REPORTED
        tone = Tone.UNDER_WAY if is_reported else Tone.QUIET
    pill = parcel_pill(visit, code)
    return Answer(
        verdict=pill.word if pill else _verdict(visit, story, is_over=is_over),
        tone=pill.tone if pill else tone,
        reason=reason_of(
            visit, wanted, known, code=code, is_waiting=story.waits_before_cutover
        ),
        message=explained(code or _code_of_state(story)),
        deadline=_deadline(visit, story),
    )


def _verdict(visit: Visit, story: Story, *, is_over: bool) -> str:
    if is_over and not story.order.wanted.is_cancelled:
        is_reported = story.known.state is State.SHIPMENT_REPORTED
        return visit.say("pill.reported" if is_reported else "pill.cancelled")
    return visit.say(f"pill.{story.may_ship.value}")


def _code_of_state(story: Story) -> str:
    """Return the sentence of the state, where no wish of the cart overtakes it."""
    known, wanted = story.known, story.order.wanted
    is_overtaken = wanted.is_cancelled and known.state is not State.CANCELLED
    is_changed = known.state is State.AUTHORIZED and known.registered != wanted.digest
    if is_overtaken or is_changed or story.waits_before_cutover:
        return ""
    return f"HUB-STATE-{known.state.value}"


def _deadline(visit: Visit, story: Story) -> str:
    due_at = story.transaction.inquiry_due_at
    asked = ""
    if due_at is not None and story.known.state in (State.SCREENING, State.ON_HOLD):
        asked = visit.say("timeline.next_inquiry", when=visit.show.when(due_at))
    return " · ".join(text for text in (_own_deadline(visit, story), asked) if text)


def _own_deadline(visit: Visit, story: Story) -> str:
    """Return the day that the shop set itself: to answer, to keep, or to register."""
    known, wanted, say, show = story.known, story.order.wanted, visit.say, visit.show
    policy = policy_of(story.shop, story.order, wanted, visit.parts.profile)
    if wanted.is_cancelled:
        return ""
    if (due_at := answer_due_at(known, policy)) is not None:
        return say("timeline.answer_due", when=show.when(due_at))
    if (until := stock_held_until(known, policy)) is not None:
        return say("timeline.stock_held", day=show.day(show.local_date(until)))
    if (due_at := registration_due_at(wanted, known, policy)) is not None:
        return say("timeline.registered_on", day=show.day(show.local_date(due_at)))
    return ""


def amount_of(story: Story) -> Yen | None:
    """Return what the buyer is or will be billed."""
    told = story.order.wanted.told
    return told.total if told else story.known.amount


def parts_of_amount(order: Order | None) -> list[tuple[LineKind, Yen]]:
    """Return the sum of each kind of line, where there is more than one kind."""
    if order is None:
        return []
    kinds = [kind for kind in LineKind if any(x.kind is kind for x in order.lines)]
    if len(kinds) < 2:
        return []
    return [
        (kind, sum_of([line.amount for line in order.lines if line.kind is kind]))
        for kind in kinds
    ]


def connector_titles(visit: Visit, story: Story) -> list[str]:
    """Return the names of the carts that the shop is connected with."""
    return [connector_title(visit, found.connector) for found in story.connections]


def connector_title(visit: Visit, slug: str) -> str:
    """Return a connector's title; its slug where it is not installed any more."""
    try:
        manifest = visit.parts.registry.connector(slug).manifest
    except LookupError:
        return slug
    return manifest.title_ja if visit.language == "ja" else manifest.title_en


def own_messages(story: Story) -> dict[str, Message]:
    """Return the message of every code that the page shows beside its answer."""
    codes = {finding.code for finding in standing(story)}
    codes |= {moment.code for moment in story.moments if moment.code}
    return {code: entry for code in codes if (entry := explained(code))}


def provider_reasons(story: Story) -> list[ProviderReason]:
    """Return what the provider refused, in its words and in ours.

    The reasons of 保留 are a reviewer's own sentences and stand in the answer bar.
    """
    known = story.known
    return [explain(text) for text in known.reasons if known.state is not State.ON_HOLD]


def _spans_days(story: Story) -> bool:
    return len({tokyo_date(moment.at) for moment in story.moments}) > 1
