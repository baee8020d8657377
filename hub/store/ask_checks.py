"""Requests of carts whose answers contradict what became of their orders."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, select

from hub.contract.asking import AskKind, AskOutcome
from hub.domain.known import State
from hub.store.asks import LOST
from hub.store.store import Across
from hub.store.tables import ask, cart_order, journal, operation
from hub.store.violation import Violation, violation

_KINDS = frozenset(AskKind)
_OUTCOMES = frozenset({"", *AskOutcome})
_FINAL = frozenset({AskOutcome.GRANTED, AskOutcome.DENIED})
_PASSED = (State.AUTHORIZED.value, State.SHIPMENT_REPORTED.value)

_was_passed = (
    select(journal.c.id)
    .where(
        journal.c.merchant_id == cart_order.c.merchant_id,
        journal.c.order_id == cart_order.c.id,
        journal.c.kind == "state",
        journal.c.to_state.in_(_PASSED),
    )
    .exists()
)
_was_planned = (
    select(operation.c.id)
    .where(
        operation.c.merchant_id == cart_order.c.merchant_id,
        operation.c.order_id == cart_order.c.id,
        operation.c.target == "cart",
        operation.c.destination == ask.c.connection_id,
    )
    .exists()
)
_ASKED = select(
    ask.c.merchant_id,
    ask.c.id,
    ask.c.kind,
    ask.c.outcome,
    ask.c.told,
    cart_order.c.wanted,
    _was_passed.label("was_passed"),
    _was_planned.label("was_planned"),
).outerjoin(
    cart_order,
    and_(
        cart_order.c.merchant_id == ask.c.merchant_id,
        cart_order.c.shop_id == ask.c.shop_id,
        cart_order.c.order_number == ask.c.order_number,
    ),
)


def wrong_answers(across: Across) -> Iterator[Violation]:
    """Yield every request whose answer its order contradicts (I-14, I-20)."""
    for row in across.connection.execute(_ASKED):
        if row.kind not in _KINDS or row.outcome not in _OUTCOMES:
            yield violation("I-14", "ask", row, "no such kind or outcome")
        elif row.told not in _OUTCOMES | {LOST}:
            yield violation("I-14", "ask", row, f"nobody is told {row.told!r}")
        elif why := _contradiction(row):
            yield violation("I-14", "ask", row, why)
        elif row.outcome in _FINAL and not row.was_planned:
            yield violation("I-20", "ask", row, "it has an answer that nobody tells")


def _contradiction(row: Any) -> str:
    if row.told in _FINAL and row.told != row.outcome:
        return f"the cart was told {row.told}, and it is {row.outcome or 'open'}"
    if row.kind != AskKind.PAYMENT:
        return ""
    if row.outcome == AskOutcome.GRANTED and not row.was_passed:
        return "it was granted, and its order was never authorized"
    is_ended = isinstance(row.wanted, dict) and row.wanted.get("is_cancelled")
    if row.outcome == AskOutcome.DENIED and not is_ended:
        return "it was denied, and its order is wanted"
    return ""
