"""What a named person decides about a registration whose outcome nobody knows."""

from dataclasses import replace
from typing import Any

from hub.contract.money import Yen
from hub.domain.known import Fact
from hub.domain.plan import CancelShipmentReport
from hub.flow.cases import Case, new_transaction
from hub.flow.deeds import (
    Deed,
    InterventionError,
    carry_out,
    case_of,
    moved,
    note,
    typed,
)
from hub.flow.order_actions import may_register_again
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import inquiries, operations, records, transactions
from hub.store.store import Scope

_PLAIN_ID_LENGTH = 11


def inquiry_number(typed_text: str) -> str:
    """Return an お問合せ番号 as it is stored, "" for what can be none."""
    number = typed_text.strip()
    is_plain = number.isascii() and number.isalnum()
    return number if is_plain and len(number) <= _PLAIN_ID_LENGTH else ""


def adopt(
    parts: Parts,
    merchant_id: str,
    transaction_id: str,
    *,
    provider_transaction_id: str,
    typed_number: str,
    user_id: str,
) -> None:
    """Take over a transaction that exists at the provider, by its お問合せ番号."""
    number = inquiry_number(provider_transaction_id)
    if not number:
        raise InterventionError("not an inquiry number", code="HUB-ACT-006")

    def work(scope: Scope) -> set[Lane]:
        case = typed(case_of(scope, transaction_id), typed_number)
        if transactions.is_known_id(scope, number):
            raise InterventionError("another order has it", code="HUB-ACT-007")
        known = replace(
            moved(parts, case, Fact.ADOPTED).known,
            provider_transaction_id=number,
            **_held(scope, case),
        )
        note(scope, parts, case, "adopted", user_id=user_id)
        operations.abandon_unclear(scope, transaction_id, now=parts.clock.now())
        lanes = settle(scope, parts, case.knowing(known), now=parts.clock.now())
        inquiries.plan(
            scope, transaction_id, due_at=parts.clock.business_now(), count=0
        )
        return lanes | {Lane.PROVIDER}

    deed = Deed(
        user_id=user_id,
        action="adopt",
        subject=transaction_id,
        detail={"provider_transaction_id": number},
    )
    carry_out(parts, merchant_id, deed, work)


def _held(scope: Scope, case: Case) -> dict[str, Any]:
    """Return the digest and the amount that the provider holds, as far as we know."""
    for line in records.operations_of(scope, case.order.id):
        if (line.transaction_id, line.state) == (case.transaction.id, "unclear"):
            # What was sent, which is perhaps no longer what is wanted.
            total = Yen(line.payload["total"])
            return {"registered": line.payload["digest"], "amount": total}
    order = case.wanted.told
    amount = order.total if order else None
    return {"registered": case.wanted.digest, "amount": amount}


def register_again(
    parts: Parts,
    merchant_id: str,
    transaction_id: str,
    *,
    typed_number: str,
    user_id: str,
) -> None:
    """Register anew under the next number, where one is unclear or cancelled alone."""

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = typed(case_of(scope, transaction_id), typed_number)
        given_up = case
        if not may_register_again(case.order, case.transaction):
            given_up = moved(parts, case, Fact.GIVEN_UP)
        note(scope, parts, case, "given_up", user_id=user_id)
        # Its end is told by the new generation, not as a cancellation.
        transactions.save_known(
            scope,
            transaction_id,
            given_up.known,
            is_open=False,
            expires_at=None,
            now=now,
        )
        transactions.save_attention(scope, transaction_id, None, now=now)
        fresh = new_transaction(
            scope,
            parts,
            case.shop,
            case.order,
            generation=case.transaction.generation + 1,
            now=now,
        )
        again = replace(case, transaction=fresh, known=fresh.known)
        return settle(scope, parts, again, now=now)

    deed = Deed(
        user_id=user_id, action="register_again", subject=transaction_id, detail={}
    )
    carry_out(parts, merchant_id, deed, work)


def settle_report(
    parts: Parts,
    merchant_id: str,
    transaction_id: str,
    *,
    is_gone: bool,
    typed_number: str,
    user_id: str,
) -> None:
    """Say what the provider's screen shows of a report whose end nobody answered."""

    def work(scope: Scope) -> set[Lane]:
        case = typed(case_of(scope, transaction_id), typed_number)
        if case.known.in_doubt_since is None:
            raise InterventionError("no report is in doubt", code="HUB-ACT-001")
        told = replace(case, known=replace(case.known, in_doubt_since=None))
        if is_gone:
            known = moved(parts, told, Fact.SHIPMENT_REPORT_CANCELLED).known
            left = known.refused - {CancelShipmentReport().key}
            told = told.knowing(replace(known, refused=left))
        kind = "report_gone" if is_gone else "report_stands"
        note(scope, parts, case, kind, user_id=user_id)
        return settle(scope, parts, told, now=parts.clock.now())

    deed = Deed(
        user_id=user_id,
        action="settle_report",
        subject=transaction_id,
        detail={"is_gone": str(is_gone)},
    )
    carry_out(parts, merchant_id, deed, work)
