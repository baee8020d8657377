"""What the provider confirmed: one State, moved only through the table NEXT."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from hub.contract.money import Yen


class State(StrEnum):
    """The states of a transaction (architecture 1)."""

    RECEIVED = "RECEIVED"
    INVALID = "INVALID"
    REGISTERING = "REGISTERING"
    REFUSED = "REFUSED"
    UNCLEAR = "UNCLEAR"
    SCREENING = "SCREENING"
    ON_HOLD = "ON_HOLD"
    AUTHORIZED = "AUTHORIZED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    SHIPMENT_REPORTED = "SHIPMENT_REPORTED"
    CANCELLED = "CANCELLED"


STATE_LABELS_JA = {
    State.RECEIVED: "受付",
    State.INVALID: "要修正",
    State.REGISTERING: "登録中",
    State.REFUSED: "登録不可",
    State.UNCLEAR: "送信結果が不明",
    State.SCREENING: "審査中",
    State.ON_HOLD: "保留",
    State.AUTHORIZED: "審査OK",
    State.DECLINED: "審査NG",
    State.EXPIRED: "与信期限切れ",
    State.SHIPMENT_REPORTED: "出荷報告済み",
    State.CANCELLED: "取消済み",
}
STATE_LABELS_EN = {
    State.RECEIVED: "received",
    State.INVALID: "needs correction",
    State.REGISTERING: "registering",
    State.REFUSED: "registration refused",
    State.UNCLEAR: "outcome unclear",
    State.SCREENING: "screening",
    State.ON_HOLD: "on hold",
    State.AUTHORIZED: "authorized",
    State.DECLINED: "declined",
    State.EXPIRED: "authorization expired",
    State.SHIPMENT_REPORTED: "shipment reported",
    State.CANCELLED: "cancelled",
}


class Fact(StrEnum):
    """What can happen to a transaction; nearly all are answers of the provider."""

    CHECK_FAILED = "check_failed"
    CHECK_PASSED = "check_passed"
    CLOSED_UNREGISTERED = "closed_unregistered"
    REGISTRATION_SENT = "registration_sent"
    REGISTRATION_NOT_SENT = "registration_not_sent"
    REGISTRATION_REFUSED = "registration_refused"
    REGISTRATION_UNCLEAR = "registration_unclear"
    SCREENING_STARTED = "screening_started"
    SCREENING_HELD = "screening_held"
    SCREENING_PASSED = "screening_passed"
    SCREENING_FAILED = "screening_failed"
    AMENDMENT_ACCEPTED = "amendment_accepted"
    SHIPMENT_REPORTED = "shipment_reported"
    SHIPMENT_REPORT_CHANGED = "shipment_report_changed"
    SHIPMENT_REPORT_CANCELLED = "shipment_report_cancelled"
    CANCELLATION_CONFIRMED = "cancellation_confirmed"
    APPROVAL_EXPIRED = "approval_expired"
    PRINT_DATA_FETCHED = "print_data_fetched"
    # A named person's decisions about what the machine must not decide.
    ADOPTED = "adopted"
    GIVEN_UP = "given_up"


def _verdicts(*states: State) -> dict[tuple[State, Fact], State]:
    verdicts = {
        Fact.SCREENING_STARTED: State.SCREENING,
        Fact.SCREENING_HELD: State.ON_HOLD,
        Fact.SCREENING_PASSED: State.AUTHORIZED,
        Fact.SCREENING_FAILED: State.DECLINED,
    }
    return {(s, fact): to for s in states for fact, to in verdicts.items()}


NEXT: dict[tuple[State, Fact], State] = {
    # Before anything left the house.
    (State.RECEIVED, Fact.CHECK_FAILED): State.INVALID,
    (State.INVALID, Fact.CHECK_FAILED): State.INVALID,
    (State.REFUSED, Fact.CHECK_FAILED): State.INVALID,
    (State.INVALID, Fact.CHECK_PASSED): State.RECEIVED,
    (State.RECEIVED, Fact.CLOSED_UNREGISTERED): State.CANCELLED,
    (State.INVALID, Fact.CLOSED_UNREGISTERED): State.CANCELLED,
    (State.REFUSED, Fact.CLOSED_UNREGISTERED): State.CANCELLED,
    # Registration. A refused call made no transaction, so it may be sent again.
    (State.RECEIVED, Fact.REGISTRATION_SENT): State.REGISTERING,
    (State.REFUSED, Fact.REGISTRATION_SENT): State.REGISTERING,
    (State.REGISTERING, Fact.REGISTRATION_NOT_SENT): State.RECEIVED,
    (State.REGISTERING, Fact.REGISTRATION_REFUSED): State.REFUSED,
    (State.REGISTERING, Fact.REGISTRATION_UNCLEAR): State.UNCLEAR,
    # Verdicts, also on what a person adopted and on what an amendment started again.
    **_verdicts(
        State.REGISTERING,
        State.UNCLEAR,
        State.SCREENING,
        State.ON_HOLD,
        State.AUTHORIZED,
    ),
    (State.SCREENING, Fact.AMENDMENT_ACCEPTED): State.SCREENING,
    (State.ON_HOLD, Fact.AMENDMENT_ACCEPTED): State.SCREENING,
    (State.AUTHORIZED, Fact.AMENDMENT_ACCEPTED): State.AUTHORIZED,
    # Shipment.
    (State.AUTHORIZED, Fact.SHIPMENT_REPORTED): State.SHIPMENT_REPORTED,
    (State.SHIPMENT_REPORTED, Fact.SHIPMENT_REPORTED): State.SHIPMENT_REPORTED,
    (State.SHIPMENT_REPORTED, Fact.SHIPMENT_REPORT_CHANGED): State.SHIPMENT_REPORTED,
    (State.SHIPMENT_REPORTED, Fact.SHIPMENT_REPORT_CANCELLED): State.AUTHORIZED,
    # Only where the provider lets an order change under its report (api no. 12).
    (State.SHIPMENT_REPORTED, Fact.AMENDMENT_ACCEPTED): State.SHIPMENT_REPORTED,
    (State.AUTHORIZED, Fact.PRINT_DATA_FETCHED): State.AUTHORIZED,
    # The end. A declined transaction stays declined when its leftover is removed.
    (State.SCREENING, Fact.CANCELLATION_CONFIRMED): State.CANCELLED,
    (State.ON_HOLD, Fact.CANCELLATION_CONFIRMED): State.CANCELLED,
    (State.AUTHORIZED, Fact.CANCELLATION_CONFIRMED): State.CANCELLED,
    (State.SHIPMENT_REPORTED, Fact.CANCELLATION_CONFIRMED): State.CANCELLED,
    (State.EXPIRED, Fact.CANCELLATION_CONFIRMED): State.CANCELLED,
    (State.DECLINED, Fact.CANCELLATION_CONFIRMED): State.DECLINED,
    (State.CANCELLED, Fact.CANCELLATION_CONFIRMED): State.CANCELLED,
    (State.AUTHORIZED, Fact.APPROVAL_EXPIRED): State.EXPIRED,
    # An adopted transaction exists at the provider, which is then asked for its state.
    (State.RECEIVED, Fact.ADOPTED): State.SCREENING,
    (State.INVALID, Fact.ADOPTED): State.SCREENING,
    (State.REFUSED, Fact.ADOPTED): State.SCREENING,
    (State.UNCLEAR, Fact.ADOPTED): State.SCREENING,
    (State.UNCLEAR, Fact.GIVEN_UP): State.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedParcel:
    """What was reported as shipped.

    `expected_issue_on` is computed (S15), None for an invoice that the shop encloses.
    Where it `is_certain` no longer, a change was sent that nobody answered.
    """

    parcel_number: str
    carrier_code: str
    tracking_number: str
    expected_issue_on: date | None
    reported_at: datetime | None = None
    is_certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why calls of a transaction do not get through, and since when."""

    code: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The provider's half of a transaction.

    `registered` is the digest of the order that the provider holds, `amount` its
    billed amount. `print_data_of` is the digest that the enclosed invoice was fetched
    for. `refused` holds keys of effects that the provider would not take:
    they are not planned again until the cart or a person changes something.
    `is_live` says whether a transaction may exist at the provider. `since` is when it
    came into its state, `taken_back_at` when a report was taken back that is not made
    again. `trouble` is what keeps its calls from being answered, `invalid` the digest
    of a changed order that our own check keeps from being told. Since `in_doubt_since`
    nobody knows whether its report stands: only an answer or a person ends that.
    """

    state: State = State.RECEIVED
    provider_transaction_id: str = ""
    registered: str = ""
    amount: Yen | None = None
    reported: ReportedParcel | None = None
    reasons: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    authorized_at: datetime | None = None
    is_live: bool = False
    print_data_of: str = ""
    since: datetime | None = None
    taken_back_at: datetime | None = None
    trouble: Trouble | None = None
    invalid: str = ""
    in_doubt_since: datetime | None = None


class OutOfOrderError(Exception):
    """The fact does not follow from the state: it is recorded, then inquired."""


_LIVE = frozenset(
    {
        State.REGISTERING,
        State.UNCLEAR,
        State.SCREENING,
        State.ON_HOLD,
        State.AUTHORIZED,
        State.DECLINED,
        State.EXPIRED,
        State.SHIPMENT_REPORTED,
    }
)
_ENDS_DOUBT = frozenset(
    {
        Fact.SHIPMENT_REPORTED,
        Fact.SHIPMENT_REPORT_CHANGED,
        Fact.SHIPMENT_REPORT_CANCELLED,
        Fact.CANCELLATION_CONFIRMED,
    }
)
HAS_REASONS = frozenset({State.ON_HOLD, State.REFUSED, State.INVALID})


def move(known: Known, fact: Fact, *, now: datetime) -> Known:
    """Return what is known after a fact; raises OutOfOrderError for a pair not in NEXT.

    `now` is business time: it starts the life of an authorization.
    """
    state = NEXT.get((known.state, fact))
    if state is None:
        raise OutOfOrderError(f"{fact} does not follow {known.state}")
    is_gone = fact is Fact.CANCELLATION_CONFIRMED
    authorized_at = known.authorized_at
    is_fetched = fact is Fact.PRINT_DATA_FETCHED
    # Asking an authorized transaction again does not lengthen its life.
    if fact is Fact.SCREENING_PASSED and known.state is not State.AUTHORIZED:
        authorized_at = now
    return replace(
        known,
        state=state,
        since=known.since if state is known.state else now,
        taken_back_at=_taken_back_at(known, fact, now=now),
        authorized_at=authorized_at,
        print_data_of=known.registered if is_fetched else known.print_data_of,
        reasons=known.reasons if state in HAS_REASONS else (),
        is_live=state in _LIVE and not is_gone,
        reported=known.reported if state is State.SHIPMENT_REPORTED else None,
        in_doubt_since=None if fact in _ENDS_DOUBT else known.in_doubt_since,
    )


def _taken_back_at(known: Known, fact: Fact, *, now: datetime) -> datetime | None:
    if fact is Fact.SHIPMENT_REPORT_CANCELLED:
        return now
    is_over = fact in (Fact.SHIPMENT_REPORTED, Fact.CANCELLATION_CONFIRMED)
    return None if is_over else known.taken_back_at
