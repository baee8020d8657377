"""Comparing the hub's books with the sandbox's ledger, which the hub never sees."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from hub.domain.known import State
from hub.parts import Parts
from hub.store.known_json import known_from_json
from hub.store.tables import transaction

ENDED = frozenset({"CANCELLED", "REFUSED", "EXPIRED"})
STATES = {
    State.AUTHORIZED: {"APPROVED", "EXPIRED"},
    State.SHIPMENT_REPORTED: {"SHIPPED", "CLEARED"},
    State.CANCELLED: {"CANCELLED"},
}


def disagreements(parts: Parts, ledger: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield every transaction of which one side does not know what the other does."""
    live = Counter(
        (row["merchant"], row["shop_order_id"])
        for row in ledger
        if row["state"] not in ENDED
    )
    yield from (f"registered twice: {number}" for number, n in live.items() if n > 1)
    rows: list[Any] = parts.store.across.read(
        lambda across: list(across.connection.execute(select(transaction)))
    )
    by_id = {row["transaction_id"]: row for row in ledger}
    for row in rows:
        if row.provider_transaction_id:
            yield from _differences(row, by_id.pop(row.provider_transaction_id, None))
    # A person was asked, or has decided, about those.
    asked = {row.provider_order_number for row in rows if not _is_plain(row)}
    for row in by_id.values():
        if row["state"] not in ENDED and row["shop_order_id"] not in asked:
            yield f"nobody knows {row['transaction_id']} of {row['shop_order_id']}"


def _is_plain(row: Any) -> bool:
    is_given_up = row.state == State.CANCELLED.value and not row.provider_transaction_id
    return row.state != State.UNCLEAR.value and not is_given_up


def _differences(ours: Any, theirs: dict[str, Any] | None) -> Iterator[str]:
    if theirs is None:
        yield f"{ours.provider_order_number} is not at the provider"
        return
    known = known_from_json(ours.known)
    if theirs["state"] not in STATES.get(known.state, {theirs["state"]}):
        yield f"{ours.provider_order_number}: {known.state} / {theirs['state']}"
    if not known.is_live or not known.registered:
        return
    if known.amount != theirs["billed_amount"]:
        yield f"{ours.provider_order_number}: {known.amount} yen is not theirs"
    if known.reported and known.reported.tracking_number != theirs["tracking_number"]:
        yield f"{ours.provider_order_number}: another tracking number"
    issue_on = known.reported.expected_issue_on if known.reported else None
    if known.reported and theirs["issue_on"] != (str(issue_on) if issue_on else None):
        yield f"{ours.provider_order_number}: the invoice goes out on another day"
