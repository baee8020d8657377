"""What every decision of a named person shares: legal or refused, and audited."""

from collections.abc import Callable
from dataclasses import dataclass

from hub.contract.errors import HubError
from hub.domain.known import Fact, OutOfOrderError, move
from hub.flow.cases import Case, load
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import audit, journal, transactions
from hub.store.journal import Entry
from hub.store.store import Scope

LONGEST_REASON = 500


class InterventionError(HubError):
    """The decision is not possible in the present state; `code` says why."""

    code = "HUB-ACT-001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One audited decision."""

    user_id: str
    action: str
    subject: str
    detail: dict[str, str]


def carry_out(
    parts: Parts, merchant_id: str, deed: Deed, work: Callable[[Scope], set[Lane]]
) -> None:
    """Do the work and its audit row in one commit, and ring after it."""

    def audited(scope: Scope) -> set[Lane]:
        lanes = work(scope)
        audit.record(
            scope,
            user_id=deed.user_id,
            action=deed.action,
            subject=deed.subject,
            detail=deed.detail,
            now=parts.clock.now(),
        )
        return lanes

    for lane in parts.store.of(merchant_id).write(audited):
        parts.bell.ring(lane)


def case_of(scope: Scope, transaction_id: str) -> Case:
    """Return the case of a transaction; raises InterventionError for none."""
    try:
        return load(scope, transaction_id)
    except LookupError as error:
        raise InterventionError("no such transaction", code="HUB-ACT-404") from error


def case_of_order(scope: Scope, order_id: str) -> Case:
    """Return the case of an order's newest transaction."""
    found = transactions.current(scope, order_id)
    if found is None:
        raise InterventionError("no such order", code="HUB-ACT-404")
    return case_of(scope, found.id)


def typed(case: Case, typed_number: str) -> Case:
    """Return the case if the person typed its order number (I-11)."""
    if typed_number.strip() != case.order.order_number:
        raise InterventionError("the number differs", code="HUB-ACT-009")
    return case


def moved(parts: Parts, case: Case, fact: Fact) -> Case:
    """Return the case after a person's decision, where its state allows it."""
    try:
        known = move(case.known, fact, now=parts.clock.business_now())
    except OutOfOrderError as error:
        raise InterventionError("not in this state") from error
    return case.knowing(known)


def need_reason(reason: str) -> None:
    """Refuse a decision without a reason."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InterventionError("a reason is needed", code="HUB-ACT-010")


def note(
    scope: Scope, parts: Parts, case: Case, kind: str, *, user_id: str, code: str = ""
) -> None:
    """Write a person's decision into the journal."""
    journal.write(
        scope,
        Entry(
            kind=kind,
            order_id=case.order.id,
            transaction_id=case.transaction.id,
            user_id=user_id,
            code=code,
        ),
        now=parts.clock.now(),
    )
