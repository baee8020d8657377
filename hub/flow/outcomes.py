"""What an answer of the provider means: new facts, and what becomes of the operation.

Anything that is not exactly understood changes nothing but the time of the next try;
for a registration it stops everything until a person decides (class N).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.clock import tokyo_date
from hub.contract.money import Yen
from hub.domain.business_calendar import next_business_day
from hub.domain.deadlines import TAKEN_BACK_OR_NOT, UNANSWERED
from hub.domain.known import (
    Fact,
    Known,
    OutOfOrderError,
    ReportedParcel,
    Trouble,
    move,
)
from hub.provider.port import (
    Accepted,
    AlreadyCancelled,
    NotSent,
    Operation,
    ProviderAnswer,
    Refused,
    Screened,
    Throttled,
    Unclear,
    Verdict,
)
from hub.store.operations import StoredOperation

VERDICT_FACTS = {
    Verdict.PASSED: Fact.SCREENING_PASSED,
    Verdict.FAILED: Fact.SCREENING_FAILED,
    Verdict.STARTED: Fact.SCREENING_STARTED,
    Verdict.HELD: Fact.SCREENING_HELD,
}
R5_WAIT_SECONDS = 600
CREDENTIALS = "HUB-PROV-401"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What follows from one answer.

    `operation_state` is `planned` where it is tried again after `wait_seconds`.
    """

    known: Known
    operation_state: str
    attempt_state: str
    reason_code: str = ""
    retry_class: str = ""
    wait_seconds: float | None = None
    kind: str = ""
    is_out_of_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The operation that was answered, and what was known when it was sent.

    `first_unclear_at` is the business time of its first attempt that may have been
    applied without our knowing.
    """

    operation: StoredOperation
    known: Known
    business_now: datetime
    first_unclear_at: datetime | None = None

    @property
    def kind(self) -> Operation:
        """Return the provider's operation."""
        return Operation(self.operation.kind)


def outcome_of(question: Question, answer: ProviderAnswer) -> Outcome:
    """Return what follows from an answer."""
    match answer:
        case Refused(are_credentials=True):
            troubled = replace(
                question, known=in_trouble(question.known, CREDENTIALS, question)
            )
            return _later(troubled, CREDENTIALS, "R5", seconds=R5_WAIT_SECONDS)
        case Refused():
            return _refused(question, answer)
        case NotSent():
            return _later(question, answer.code, "R1")
        case Throttled():
            seconds = answer.retry_after_seconds
            return _later(question, "HUB-PROV-503", "R3", seconds=seconds)
        case Screened() | Accepted() | AlreadyCancelled():
            return _done(question, answer)
        case _:
            code = answer.code if isinstance(answer, Unclear) else "HUB-PROV-202"
            return _unclear(question, code)


def _done(
    question: Question, answer: Screened | Accepted | AlreadyCancelled
) -> Outcome:
    try:
        known = _MOVES[question.kind](question, answer)
    except OutOfOrderError:
        return Outcome(
            known=question.known,
            operation_state="done",
            attempt_state="done",
            is_out_of_order=True,
        )
    known = replace(known, trouble=None)
    return Outcome(known=known, operation_state="done", attempt_state="done")


def in_trouble(known: Known, code: str, question: "Question") -> Known:
    """Return what is known with why a call does not get through, since its first try.

    One trouble of a kind keeps its beginning.
    """
    if known.trouble is not None and known.trouble.code == code:
        return known
    since = question.first_unclear_at or question.business_now
    return replace(known, trouble=Trouble(code=code, since=since))


Answer = Screened | Accepted | AlreadyCancelled


def _told_order(question: Question, answer: Answer) -> Known:
    """Move after a registration or an amendment: the provider holds this order now."""
    if isinstance(answer, AlreadyCancelled):
        return _move(question, Fact.CANCELLATION_CONFIRMED)
    fact = (
        VERDICT_FACTS[answer.verdict]
        if isinstance(answer, Screened)
        else Fact.AMENDMENT_ACCEPTED
    )
    # What was sent, which is perhaps no longer what is wanted.
    sent = question.operation.payload
    known = replace(
        question.known,
        provider_transaction_id=answer.provider_transaction_id
        or question.known.provider_transaction_id,
        registered=sent["digest"],
        amount=Yen(sent["total"]),
        reasons=tuple(answer.reasons) if isinstance(answer, Screened) else (),
    )
    return move(known, fact, now=question.business_now)


def _cancelled(question: Question, _answer: Answer) -> Known:
    return _move(question, Fact.CANCELLATION_CONFIRMED)


def _reported(question: Question, answer: Answer) -> Known:
    if isinstance(answer, AlreadyCancelled):
        return _move(question, Fact.CANCELLATION_CONFIRMED)
    payload = question.operation.payload
    is_change = question.kind is Operation.CHANGE_SHIPMENT_REPORT
    fact = Fact.SHIPMENT_REPORTED
    if is_change and question.known.reported is not None:
        fact = Fact.SHIPMENT_REPORT_CHANGED
    moved = _move(question, fact)
    return replace(
        moved,
        reported=ReportedParcel(
            parcel_number=payload["parcel_number"],
            carrier_code=payload["carrier_code"],
            tracking_number=payload["tracking_number"],
            expected_issue_on=_issue_day(question),
            reported_at=_reported_at(question),
        ),
    )


def _reported_at(question: Question) -> datetime:
    """Return when the parcel was reported first; a change does not move it."""
    reported = question.known.reported
    if reported is not None and reported.reported_at is not None:
        return reported.reported_at
    return question.first_unclear_at or question.business_now


def _issue_day(question: Question) -> date | None:
    """Return the day of the invoice; a changed number does not move it (S15)."""
    known = question.known
    if known.print_data_of and known.print_data_of == known.registered:
        return None
    if question.kind is Operation.CHANGE_SHIPMENT_REPORT:
        if question.known.reported is not None:
            return question.known.reported.expected_issue_on
        if question.first_unclear_at is not None:
            return next_business_day(tokyo_date(question.first_unclear_at))
    return next_business_day(tokyo_date(question.business_now))


def _report_cancelled(question: Question, answer: Answer) -> Known:
    if isinstance(answer, AlreadyCancelled):
        return _move(question, Fact.CANCELLATION_CONFIRMED)
    return _move(question, Fact.SHIPMENT_REPORT_CANCELLED)


def _move(question: Question, fact: Fact) -> Known:
    return move(question.known, fact, now=question.business_now)


_MOVES: dict[Operation, Callable[[Question, Answer], Known]] = {
    Operation.REGISTER: _told_order,
    Operation.AMEND: _told_order,
    Operation.CANCEL: _cancelled,
    Operation.REPORT_SHIPMENT: _reported,
    Operation.CHANGE_SHIPMENT_REPORT: _reported,
    Operation.CANCEL_SHIPMENT_REPORT: _report_cancelled,
}


def _refused(question: Question, answer: Refused) -> Outcome:
    was_unclear = question.first_unclear_at is not None
    if was_unclear and question.kind is Operation.REPORT_SHIPMENT:
        # The report that nobody answered was applied after all: change it to the
        # same values, which is the only way to see that it stands.
        changed = Operation.CHANGE_SHIPMENT_REPORT.value
        return _later(question, "HUB-PROV-202", "R7", seconds=0, kind=changed)
    known = replace(question.known, trouble=None)
    if was_unclear and question.kind is Operation.CANCEL_SHIPMENT_REPORT:
        # Either no report is left, or it may not be taken back any more: the codes
        # that would tell are unknown (api no. 1), and money depends on it.
        known = in_trouble(known, TAKEN_BACK_OR_NOT, question)
    known = replace(
        known,
        refused=question.known.refused | {question.operation.effect_key},
        reasons=tuple(f"{error.point}: {error.message}" for error in answer.errors),
    )
    if question.kind is Operation.REGISTER:
        known = move(known, Fact.REGISTRATION_REFUSED, now=question.business_now)
    return Outcome(
        known=known,
        operation_state="refused",
        attempt_state="refused",
        reason_code="HUB-PROV-102",
        retry_class="R4",
    )


def _later(
    question: Question,
    code: str,
    retry_class: str,
    *,
    seconds: float | None = None,
    kind: str = "",
) -> Outcome:
    """Plan the same operation again: it was surely not applied."""
    known = question.known
    if question.kind is Operation.REGISTER:
        known = move(known, Fact.REGISTRATION_NOT_SENT, now=question.business_now)
    return Outcome(
        known=known,
        operation_state="planned",
        attempt_state="refused" if retry_class in ("R5", "R7") else "not_sent",
        reason_code=code,
        retry_class=retry_class,
        wait_seconds=seconds,
        kind=kind,
    )


def _unclear(question: Question, code: str) -> Outcome:
    """Stop a registration for good; anything else may be said again (3.5)."""
    if question.kind is Operation.REGISTER:
        return Outcome(
            known=move(
                question.known, Fact.REGISTRATION_UNCLEAR, now=question.business_now
            ),
            operation_state="unclear",
            attempt_state="unclear",
            reason_code=code,
            retry_class="R2",
        )
    known = question.known
    if question.kind is Operation.AMEND:
        # The provider holds the old order or the new one: say it until it is clear.
        known = replace(known, registered="")
    known = in_trouble(known, UNANSWERED, question)
    return Outcome(
        known=known,
        operation_state="planned",
        attempt_state="unclear",
        reason_code=code,
        retry_class="R2",
    )
