"""What an accepted call makes of what is known, for each operation."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.clock import tokyo_date
from hub.contract.money import Yen
from hub.domain.invoice_days import issue_day
from hub.domain.known import (
    Fact,
    Known,
    OutOfOrderError,
    ReportedParcel,
    State,
    move,
)
from hub.provider.port import (
    Accepted,
    AlreadyCancelled,
    Operation,
    Screened,
    Verdict,
)
from hub.store.operations import StoredOperation

VERDICT_FACTS = {
    Verdict.PASSED: Fact.SCREENING_PASSED,
    Verdict.FAILED: Fact.SCREENING_FAILED,
    Verdict.STARTED: Fact.SCREENING_STARTED,
    Verdict.HELD: Fact.SCREENING_HELD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The operation that was answered, and what was known when it was sent.

    `first_unclear_at` is the business time of its first attempt that may have been
    applied without our knowing. `amends_after_report` is the profile's belief (no. 12).
    """

    operation: StoredOperation
    known: Known
    business_now: datetime
    first_unclear_at: datetime | None = None
    amends_after_report: bool = False

    @property
    def kind(self) -> Operation:
        """Return the provider's operation."""
        return Operation(self.operation.kind)


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
    if known.state is State.SHIPMENT_REPORTED:
        return _told_under_report(question, known, fact)
    return move(known, fact, now=question.business_now)


def _told_under_report(question: Question, known: Known, fact: Fact) -> Known:
    """Move after an amendment of goods that are out (no. 12).

    A new screening takes the approval away, and with it what was reported upon it:
    unless it passes, the report counts as taken back, which is an alarm.
    """
    if not question.amends_after_report:
        raise OutOfOrderError(f"{fact} does not follow {known.state}")
    now = question.business_now
    if fact in (Fact.AMENDMENT_ACCEPTED, Fact.SCREENING_PASSED):
        return move(known, Fact.AMENDMENT_ACCEPTED, now=now)
    return move(move(known, Fact.SHIPMENT_REPORT_CANCELLED, now=now), fact, now=now)


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
    """Return the day of the invoice.

    A report that was made unseen counts from when it was sent first.
    """
    is_change = question.kind is Operation.CHANGE_SHIPMENT_REPORT
    first = question.first_unclear_at if is_change else None
    return issue_day(
        question.known,
        is_change=is_change,
        reported_on=tokyo_date(first or question.business_now),
    )


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


def known_after(question: Question, answer: Answer) -> Known:
    """Return what is known after an accepted call; raises OutOfOrderError."""
    return _MOVES[question.kind](question, answer)
