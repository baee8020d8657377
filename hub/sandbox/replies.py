"""A checked call and the reply to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.sandbox.records import Transaction
from hub.sandbox.rules import Rules
from hub.sandbox.screening_rules import ScreeningRule
from hub.sandbox.wire_xml import Document, WireError, accepted, elements, refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer of one call and the transaction that it touched."""

    body: bytes
    errors: tuple[WireError, ...] = ()
    transaction: Transaction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A checked call of an authenticated merchant."""

    merchant: str
    document: Document
    now: datetime
    rules: Rules
    screening: Sequence[ScreeningRule] = ()


def refusal(point: str, code: str, transaction: Transaction | None = None) -> Reply:
    """Return the reply of a call that was refused for one reason."""
    error = WireError(point=point, code=code)
    return Reply(body=refused([error]), errors=(error,), transaction=transaction)


def taken(transaction: Transaction) -> Reply:
    """Return the reply that says no more than the id."""
    inner = elements((("transactionId", transaction.transaction_id),))
    return Reply(body=accepted("transactionInfo", inner), transaction=transaction)
