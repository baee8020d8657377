"""The timeline of an order, merged from its journal and its ledger."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.findings import Finding
from hub.domain.known import HAS_REASONS, State
from hub.store.attempts import StoredAttempt
from hub.store.journal import Entry
from hub.store.records import DeliveryLine, OperationLine
from hub.store.transactions import StoredTransaction

Mask = Callable[[bytes], str]


class MomentKind(StrEnum):
    """What a line of the timeline is about, in the order of one commit."""

    HEARD = "heard"
    CHECKED = "checked"
    PERSON = "person"
    PROVIDER = "provider"
    STATE = "state"
    ATTENTION = "attention"
    TOLD = "told"


class Tone(StrEnum):
    """The colour of a line; never without a word."""

    OK = "ok"
    WAIT = "wait"
    STOP = "stop"
    UNDER_WAY = "info"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One attempt as it may be shown: personal values are hidden."""

    started_at: datetime
    state: str
    status: int | None
    milliseconds: int | None
    reason_code: str
    request: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    kind: MomentKind
    tone: Tone
    word: str = ""
    code: str = ""
    state: State | None = None
    reasons: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    delivery: DeliveryLine | None = None
    operation: OperationLine | None = None
    wires: Sequence[Wire] = ()
    person: str = ""


_TONES = {
    State.RECEIVED: Tone.UNDER_WAY,
    State.REGISTERING: Tone.UNDER_WAY,
    State.SCREENING: Tone.UNDER_WAY,
    State.INVALID: Tone.WAIT,
    State.REFUSED: Tone.WAIT,
    State.UNCLEAR: Tone.STOP,
    State.ON_HOLD: Tone.WAIT,
    State.AUTHORIZED: Tone.OK,
    State.SHIPMENT_REPORTED: Tone.OK,
    State.DECLINED: Tone.STOP,
    State.EXPIRED: Tone.STOP,
    State.CANCELLED: Tone.QUIET,
}
_OPERATION_TONES = {
    "planned": Tone.UNDER_WAY,
    "leased": Tone.UNDER_WAY,
    "sending": Tone.UNDER_WAY,
    "done": Tone.OK,
    "refused": Tone.WAIT,
    "unclear": Tone.STOP,
    "superseded": Tone.QUIET,
}
_ORDER = {kind: place for place, kind in enumerate(MomentKind)}
# The ledger tells these better than the journal does.
_TOLD_BY_STATE = frozenset(
    {"HUB-PROV-101", "HUB-PROV-102", "HUB-PROV-103", "HUB-PROV-104", "HUB-PROV-201"}
)
_TOLD_BY_LEDGER = frozenset({State.REGISTERING})


def moments_of(
    *,
    entries: Sequence[Entry],
    operations: Sequence[OperationLine],
    attempts: Sequence[StoredAttempt],
    deliveries: Sequence[DeliveryLine],
    transaction: StoredTransaction,
    names: Mapping[str, str],
    mask: Mask,
) -> Sequence[Moment]:
    """Return the timeline, oldest first."""
    found = [
        *_from_journal(entries, deliveries, transaction, names),
        *_checks(entries, transaction),
        *_from_ledger(operations, attempts, mask),
    ]
    return sorted(found, key=lambda moment: (moment.at, _ORDER[moment.kind]))


def _from_journal(
    entries: Sequence[Entry],
    deliveries: Sequence[DeliveryLine],
    transaction: StoredTransaction,
    names: Mapping[str, str],
) -> Iterator[Moment]:
    by_id = {delivery.id: delivery for delivery in deliveries}
    last_state = max(
        (index for index, entry in enumerate(entries) if entry.kind == "state"),
        default=-1,
    )
    for index, entry in enumerate(entries):
        has_reasons = index == last_state and transaction.known.state in HAS_REASONS
        moment = _told(
            entry,
            delivery=by_id.get(entry.delivery_id or ""),
            reasons=transaction.known.reasons if has_reasons else (),
            person=names.get(entry.user_id or "", ""),
        )
        if moment is not None:
            yield moment


def _told(
    entry: Entry, *, delivery: DeliveryLine | None, reasons: Sequence[str], person: str
) -> Moment | None:
    if entry.at is None:
        return None
    if entry.kind == "cart_event":
        return Moment(
            at=entry.at,
            kind=MomentKind.HEARD,
            tone=Tone.OK,
            word=entry.code,
            delivery=delivery,
        )
    if entry.kind == "state" and State(entry.to_state) not in _TOLD_BY_LEDGER:
        state = State(entry.to_state)
        return Moment(
            at=entry.at,
            kind=MomentKind.STATE,
            tone=_TONES[state],
            state=state,
            reasons=reasons,
        )
    if entry.kind == "attention" and entry.code not in _TOLD_BY_STATE:
        return Moment(
            at=entry.at, kind=MomentKind.ATTENTION, tone=Tone.WAIT, code=entry.code
        )
    if entry.user_id:
        return Moment(
            at=entry.at,
            kind=MomentKind.PERSON,
            tone=Tone.UNDER_WAY,
            word=entry.kind,
            code=entry.code,
            person=person,
        )
    return None


def _checks(
    entries: Sequence[Entry], transaction: StoredTransaction
) -> Iterator[Moment]:
    """Yield our own check; only what the last one found is kept."""
    told = [
        entry.at
        for entry in entries
        if entry.kind == "cart_event" and entry.code in ("OrderPlaced", "OrderAmended")
    ]
    if told and told[-1] is not None:
        has_blocking = any(finding.is_blocking for finding in transaction.findings)
        yield Moment(
            at=told[-1],
            kind=MomentKind.CHECKED,
            tone=Tone.WAIT if has_blocking else Tone.OK,
            findings=transaction.findings,
        )


def _from_ledger(
    operations: Sequence[OperationLine],
    attempts: Sequence[StoredAttempt],
    mask: Mask,
) -> Iterator[Moment]:
    by_operation: dict[str, list[StoredAttempt]] = {}
    for attempt in attempts:
        by_operation.setdefault(attempt.operation_id, []).append(attempt)
    for operation in operations:
        tried = by_operation.get(operation.id, [])
        is_cart = operation.target == "cart"
        yield Moment(
            at=tried[0].started_at if tried else operation.created_at,
            kind=MomentKind.TOLD if is_cart else MomentKind.PROVIDER,
            tone=_OPERATION_TONES.get(operation.state, Tone.QUIET),
            word=operation.kind,
            code=operation.reason_code,
            operation=operation,
            wires=[_wire(attempt, mask) for attempt in tried],
        )


def _wire(attempt: StoredAttempt, mask: Mask) -> Wire:
    is_provider = attempt.target == "provider"
    return Wire(
        started_at=attempt.started_at,
        state=attempt.state,
        status=attempt.status,
        milliseconds=attempt.milliseconds,
        reason_code=attempt.reason_code,
        # What a cart is told holds no person; what it answers may hold anything.
        request=mask(attempt.request)
        if is_provider
        else attempt.request.decode(errors="replace"),
        answer=mask(attempt.answer) if is_provider and attempt.answer else "",
    )
