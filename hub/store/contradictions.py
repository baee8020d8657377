"""Rows that contradict each other: the ledger, the journal and what is known."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from hub.domain.known import State
from hub.store.ask_checks import wrong_answers
from hub.store.store import Across
from hub.store.tables import attempt, journal, operation, transaction
from hub.store.violation import Violation, violation

_STATES = frozenset(
    {"planned", "leased", "sending", "done", "refused", "unclear", "superseded"}
)
_TOLD = ("register", "amend")


def contradictions(across: Across) -> Iterator[Violation]:
    """Yield every row that another row contradicts."""
    yield from _operations(across)
    yield from _amounts(across)
    yield from _journal(across)
    yield from wrong_answers(across)


def _operations(across: Across) -> Iterator[Violation]:
    """I-09: what was done was sent before, and every state is one of the ledger's."""
    attempted = (
        select(attempt.c.id)
        .where(
            attempt.c.merchant_id == operation.c.merchant_id,
            attempt.c.operation_id == operation.c.id,
            attempt.c.state == "done",
        )
        .exists()
    )
    rows = across.connection.execute(
        select(
            operation.c.merchant_id,
            operation.c.id,
            operation.c.state,
            attempted.label("was_done"),
        )
    )
    for row in rows:
        if row.state not in _STATES:
            yield violation("I-14", "operation", row, f"no such state: {row.state}")
        elif row.state == "done" and not row.was_done:
            yield violation("I-09", "operation", row, "done without an attempt")
        elif row.was_done and row.state != "done":
            yield violation("I-09", "operation", row, f"{row.state} although done")


def _amounts(across: Across) -> Iterator[Violation]:
    """I-13: the amount that the provider holds is the amount that was sent."""
    sent: dict[tuple[str, str], Any] = {}
    for row in across.connection.execute(
        select(operation)
        .where(operation.c.state == "done", operation.c.kind.in_(_TOLD))
        .order_by(operation.c.seq)
    ):
        sent[row.merchant_id, row.transaction_id] = row.payload
    for row in across.connection.execute(select(transaction)):
        payload = sent.get((row.merchant_id, row.id))
        if payload is None or not isinstance(row.known, dict):
            continue
        is_same = row.known.get("registered") == payload.get("digest")
        if is_same and row.known.get("amount") != payload.get("total"):
            yield violation("I-13", "transaction", row, "another amount was sent")


def _journal(across: Across) -> Iterator[Violation]:
    """I-14: every state follows the one before, up to the one that holds now."""
    last: dict[tuple[str, str], Any] = {}
    for row in across.connection.execute(
        select(journal).where(journal.c.kind == "state").order_by(journal.c.id)
    ):
        place = (row.merchant_id, row.transaction_id)
        before = last.get(place)
        if row.from_state != (before.to_state if before else State.RECEIVED.value):
            # Which of the two was changed cannot be told from them.
            for one in (before, row):
                if one is not None:
                    why = "this state and the next do not meet"
                    yield violation("I-14", "journal", one, why)
        last[place] = row
    for row in across.connection.execute(select(transaction)):
        newest = last.get((row.merchant_id, row.id))
        told = newest.to_state if newest else State.RECEIVED.value
        if told != row.state and not _is_given_up(row, told):
            yield violation("I-14", "transaction", row, f"the journal ends in {told}")


def _is_given_up(row: Any, told: str) -> bool:
    """Tell whether a person gave it up, which the next generation tells."""
    is_unclear = told == State.UNCLEAR.value and row.state == State.CANCELLED.value
    return is_unclear and not row.provider_transaction_id
