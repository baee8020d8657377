"""A call on its way through the company: prepared outside the book, noted inside."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.sandbox.faults import SILENT, Fault
from hub.sandbox.records import Received
from hub.sandbox.replies import Reply
from hub.sandbox.screening import Call
from hub.sandbox.tables import NG, OK, Operation
from hub.sandbox.wire_xml import Document, WireError

_PASSWORD: Final = re.compile(rb"(<linkPassword>)[^<]*(</linkPassword>)")
_SILENT_CALLS: Final = (Call.APPLIED_SILENTLY, Call.NOT_APPLIED_SILENTLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the wire sends back: the honest reply, and how it is to be spoilt."""

    body: bytes
    fault: Fault | None = None
    call: Call = Call.ANSWERED
    others_id: str = ""
    others_order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A call that was read and checked, before it has any effect."""

    operation: Operation
    document: Document
    merchant: str
    errors: tuple[WireError, ...]
    call: Call
    fault: Fault | None
    body: bytes

    @property
    def applies(self) -> bool:
        """Tell whether the call is to have its effect now."""
        if self.call is Call.NOT_APPLIED_SILENTLY:
            return False
        fault = self.fault
        return fault is None or (fault.is_applied and not fault.is_late)

    @property
    def applies_later(self) -> bool:
        """Tell whether the call is to have its effect after its answer was due."""
        return bool(self.fault and self.fault.is_late and not self.errors)


def masked(body: bytes) -> bytes:
    """Return a request's body without its password."""
    return _PASSWORD.sub(rb"\1********\2", body)


def received(prepared: Prepared, reply: Reply, now: datetime) -> Received:
    """Return the line of the request book for a call and its reply."""
    transaction = reply.transaction
    customer = prepared.document.sections.get("customer", {})
    named = prepared.document.sections.get("transactionInfo", {})
    amount = customer.get("billedAmount", "")
    is_taken = prepared.applies and not reply.errors
    fault = prepared.fault.kind if prepared.fault else None
    is_silent = prepared.call in _SILENT_CALLS
    return Received(
        at=now,
        operation=prepared.operation.value,
        merchant=prepared.merchant,
        shop_order_id=customer.get("shopOrderId", "")
        or (transaction.shop_order_id if transaction else ""),
        transaction_id=transaction.transaction_id
        if transaction
        else named.get("transactionId", ""),
        amount=int(amount) if amount.isascii() and amount.isdigit() else None,
        result=OK if is_taken else NG if reply.errors else "",
        codes=wire_codes(reply),
        fault=prepared.call.value if is_silent else fault.value if fault else "",
        is_applied=is_taken,
        is_answered=not is_silent and fault not in SILENT,
        notes=" ".join(prepared.document.unknown),
        body=masked(prepared.body),
    )


def wire_codes(reply: Reply) -> str:
    """Return the errors of a reply as the request book writes them."""
    return " ".join(f"{error.point}:{error.code}" for error in reply.errors)
