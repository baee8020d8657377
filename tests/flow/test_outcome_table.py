"""Every state × every operation × every answer: 792 cells, each said once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hub.domain.known import Known, ReportedParcel, State
from hub.flow.accepted import Question
from hub.flow.outcomes import outcome_of
from hub.provider.port import (
    Accepted,
    AlreadyCancelled,
    NotSent,
    Operation,
    ProviderAnswer,
    ProviderError,
    Refused,
    Screened,
    Throttled,
    Unclear,
    Verdict,
)
from hub.store.operations import StoredOperation

CORPUS = Path(__file__).parent / "corpus" / "outcomes.txt"
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ID = "X0000000001"
READS = {Operation.INQUIRE, Operation.FETCH_PRINT_DATA}
WRITES = [operation for operation in Operation if operation not in READS]
ANSWERS: dict[str, ProviderAnswer] = {
    **{
        verdict.value: Screened(verdict=verdict, provider_transaction_id=ID)
        for verdict in Verdict
    },
    "accepted": Accepted(provider_transaction_id=ID),
    "already_cancelled": AlreadyCancelled(),
    "refused": Refused(
        errors=(ProviderError(point="name", code="er900050", message="（例）"),)
    ),
    "credentials": Refused(errors=(), are_credentials=True),
    "not_sent": NotSent(code="HUB-HTTP-001"),
    "throttled": Throttled(retry_after_seconds=5),
    "unclear": Unclear(code="HUB-HTTP-002"),
}
REPORTED = ReportedParcel(
    parcel_number="S-1",
    carrier_code="12",
    tracking_number="444413758703",
    expected_issue_on=date(2026, 11, 26),
)
UNREGISTERED = {State.RECEIVED, State.INVALID, State.REFUSED}
WITHOUT_ID = UNREGISTERED | {State.REGISTERING, State.UNCLEAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the table."""

    operation: Operation
    answer: str
    state: State
    after: State
    ends: str
    retry_class: str

    @property
    def place(self) -> tuple[Operation, str, State]:
        return self.operation, self.answer, self.state


def cells() -> Iterator[Cell]:
    """Yield the cells of the file; `*` stands for the states not named before it."""
    named: dict[tuple[str, str], set[State]] = {}
    for line in CORPUS.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        operations, answers, states, after, ends, retry = map(
            str.strip, line.split("|")
        )
        for operation in operations.split():
            for answer in answers.split():
                before = named.setdefault((operation, answer), set())
                rest = [state for state in State if state not in before]
                chosen = rest if states == "*" else [State(s) for s in states.split()]
                before.update(chosen)
                for state in chosen:
                    yield Cell(
                        operation=Operation(operation),
                        answer=answer,
                        state=state,
                        after=state if after == "=" else State(after),
                        ends=ends,
                        retry_class=retry,
                    )


TABLE = list(cells())


def test_the_table_says_every_cell_once() -> None:
    wanted = {(o, a, s) for o in WRITES for a in ANSWERS for s in State}
    assert sorted(cell.place for cell in TABLE) == sorted(wanted)


@pytest.mark.parametrize("cell", TABLE, ids=lambda cell: "-".join(cell.place))
def test_an_answer_does_what_the_table_says(cell: Cell) -> None:
    known = known_in(cell.state)
    question = Question(operation=sent(cell.operation), known=known, business_now=NOW)
    outcome = outcome_of(question, ANSWERS[cell.answer])
    ends = "odd" if outcome.is_out_of_order else outcome.operation_state
    assert (outcome.known.state, ends, outcome.retry_class) == (
        cell.after,
        cell.ends,
        cell.retry_class,
    )
    if ends == "odd":
        assert outcome.known == known


def known_in(state: State) -> Known:
    """Return what is known of a transaction in a state."""
    return Known(
        state=state,
        provider_transaction_id="" if state in WITHOUT_ID else ID,
        registered="" if state in WITHOUT_ID else "before",
        reported=REPORTED if state is State.SHIPMENT_REPORTED else None,
        is_live=state not in UNREGISTERED | {State.CANCELLED},
    )


def sent(operation: Operation) -> StoredOperation:
    """Return the operation that is answered."""
    parcel = {
        "parcel_number": "S-1",
        "carrier_code": "12",
        "tracking_number": "444413758703",
    }
    order = {"digest": "after", "total": 4180}
    tells_order = operation in (Operation.REGISTER, Operation.AMEND)
    return StoredOperation(
        id="o-1",
        merchant_id="m-1",
        order_id="c-1",
        transaction_id="t-1",
        target="provider",
        destination="",
        kind=operation.value,
        effect_key=f"{operation.value}:after",
        seq=1,
        state="sending",
        payload=order if tells_order else parcel,
        reason_code="",
        tries=1,
        due_at=NOW,
        lease_until=None,
        lease_token=None,
        created_at=NOW,
        ended_at=None,
    )
