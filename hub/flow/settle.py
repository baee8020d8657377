"""After every fact: check, plan, tell the cart, and see what a person must do.

All of it is written in the caller's one commit.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from itertools import chain
from typing import Any

from hub.contract.order import Parcel
from hub.domain.deadlines import next_moment
from hub.domain.findings import Finding
from hub.domain.known import Known, State
from hub.domain.plan import (
    Amend,
    Cancel,
    Effect,
    Register,
    ReportShipment,
    approval_ends_at,
    plan,
)
from hub.domain.policy import Policy
from hub.domain.verdict import Attention, attentions
from hub.flow.answers import answered
from hub.flow.cases import Case, load
from hub.flow.own_check import UNREGISTERED, checked
from hub.flow.tell import tell_cart
from hub.flow.tools import Parts
from hub.provider.port import Operation
from hub.queue import Lane
from hub.store import (
    attempts,
    given_up,
    inquiries,
    journal,
    operations,
    transactions,
)
from hub.store.journal import Entry
from hub.store.operations import StoredOperation
from hub.store.store import Scope

_OF_CARTS = "HUB-CART-"
_REPLACEABLE = frozenset({Operation.REGISTER.value, Operation.AMEND.value})


def settle(scope: Scope, parts: Parts, case: Case, *, now: datetime) -> set[Lane]:
    """Store what follows from a case; returns the lanes to ring after the commit."""
    business_now = parts.clock.business_now()
    policy = case.policy(parts.profile)
    case, findings = checked(scope, parts, case, now=now, business_now=business_now)
    answers = answered(scope, parts, case, findings, now=now, business_now=business_now)
    case, findings = answers.case, answers.findings
    look_at = next_moment(case.wanted, case.known, policy, now=business_now)
    _save(scope, case, findings, policy, look_at=look_at, now=now)
    lanes = set()
    if _plan_next(scope, case, policy, now=now, business_now=business_now):
        lanes.add(Lane.PROVIDER)
    untold = ""
    if tell_cart(
        scope,
        case,
        policy,
        asking=answers.connections,
        now=now,
        business_now=business_now,
    ):
        lanes.add(Lane.CART)
    elif case.order.update_seq:
        untold = given_up.why_untold(scope, case.order.id)
    looked = attentions(case.wanted, case.known, policy, now=business_now)
    # What the cart does not show is told after whatever the order itself needs.
    _watch(scope, case, chain(looked, _untold(untold)), now=now)
    if _plan_inquiry(scope, parts, case, business_now=business_now):
        lanes.add(Lane.PROVIDER)
    return lanes


def look_when_told(
    scope: Scope, parts: Parts, transaction_id: str, *, now: datetime
) -> None:
    """Judge anew what needed a person because a cart had not been told."""
    stored = transactions.get(scope, transaction_id)
    if stored is not None and stored.attention_code.startswith(_OF_CARTS):
        settle(scope, parts, load(scope, transaction_id), now=now)


def _save(
    scope: Scope,
    case: Case,
    findings: tuple[Finding, ...],
    policy: Policy,
    *,
    look_at: datetime | None,
    now: datetime,
) -> None:
    stored, known = case.transaction, case.known
    if findings != stored.findings:
        transactions.save_findings(scope, stored.id, findings, now=now)
    if known == stored.known:
        if look_at != stored.look_at:
            transactions.change(scope, stored.id, look_at=look_at)
        return
    transactions.save_known(
        scope,
        stored.id,
        known,
        is_open=_occupies_number(known),
        expires_at=approval_ends_at(known, policy.approval_life),
        look_at=look_at,
        now=now,
    )
    if known.state is not stored.known.state:
        journal.write(
            scope,
            Entry(
                kind="state",
                order_id=case.order.id,
                transaction_id=stored.id,
                from_state=stored.known.state.value,
                to_state=known.state.value,
            ),
            now=now,
        )


def _occupies_number(known: Known) -> bool:
    if known.state in UNREGISTERED:
        return True
    return known.is_live


def _plan_next(
    scope: Scope, case: Case, policy: Policy, *, now: datetime, business_now: datetime
) -> bool:
    """Replace what was planned and not sent by what is to be done now."""
    effect = plan(case.wanted, case.known, policy, now=business_now)
    waiting = operations.open_provider_operation(scope, case.transaction.id)
    if waiting is not None:
        if waiting.state == "sending" or not is_overtaken(scope, waiting, effect):
            return False
        operations.supersede(scope, waiting.id, now=now)
    if effect is None:
        return False
    operations.add(
        scope,
        order_id=case.order.id,
        transaction_id=case.transaction.id,
        target="provider",
        kind=operation_of(effect).value,
        effect_key=effect.key,
        payload=_payload(effect),
        now=now,
    )
    return True


def is_overtaken(scope: Scope, waiting: StoredOperation, effect: Effect | None) -> bool:
    """Tell whether an operation that waits gives way to what is to be done now.

    One that may have been applied is said again until that is clear, because what
    follows depends on it. Only a cancellation ends whatever stands, and an amendment
    replaces the other.
    """
    if effect is not None and effect.key == waiting.effect_key:
        return False
    if isinstance(effect, Cancel) or waiting.kind in _REPLACEABLE:
        return True
    return attempts.first_unclear_at(scope, waiting.id) is None


def operation_of(effect: Effect) -> Operation:
    """Return the provider's operation that brings an effect about."""
    if isinstance(effect, ReportShipment):
        if effect.is_change:
            return Operation.CHANGE_SHIPMENT_REPORT
        return Operation.REPORT_SHIPMENT
    if isinstance(effect, Register):
        return Operation.REGISTER
    if isinstance(effect, Amend):
        return Operation.AMEND
    by_key = {
        "cancel": Operation.CANCEL,
        "cancel_report": Operation.CANCEL_SHIPMENT_REPORT,
    }
    return by_key[effect.key]


def _payload(effect: Effect) -> dict[str, object]:
    if isinstance(effect, Register | Amend):
        # The order itself is personal data and stands in the order's own row.
        return {"digest": effect.digest, "total": int(effect.order.total)}
    return asdict(effect)


def _untold(code: str) -> Iterator[Attention]:
    if code:
        yield Attention(code=code)


def _watch(
    scope: Scope, case: Case, looked: Iterable[Attention], *, now: datetime
) -> None:
    """Raise, replace or end what a person must look at."""
    stored = case.transaction
    # A cause that a person closed must not hide another one beneath it.
    found = next((one for one in looked if not _is_closed(case, one)), None)
    stands = (stored.needs_attention, stored.attention_code, stored.attention_is_alarm)
    if stands == ((True, found.code, found.is_alarm) if found else (False, "", False)):
        return
    transactions.save_attention(scope, stored.id, found, now=now)
    if found:
        journal.write(
            scope,
            Entry(
                kind="attention",
                order_id=case.order.id,
                transaction_id=stored.id,
                code=found.code,
            ),
            now=now,
        )


def _is_closed(case: Case, found: Attention) -> bool:
    """Tell whether a person closed this very cause already."""
    cause = closed_cause(case, found.code).items()
    return any(cause <= closed.items() for closed in closed_before(case))


def closed_before(case: Case) -> list[dict[str, Any]]:
    """Return whatever persons closed of a transaction, newest first."""
    newest = case.transaction.attention_closed
    return [newest, *newest.get("before", ())] if newest else []


def closed_cause(case: Case, code: str) -> dict[str, Any]:
    """Return what makes the cause of an attention: another parcel is another one."""
    return {
        "code": code,
        "state": case.known.state.value,
        "parcels": [_stamp(parcel) for parcel in case.wanted.shipped_parcels],
    }


def _stamp(parcel: Parcel) -> str:
    """Return a parcel's number, with a stamp of what the cart says of it."""
    said = f"{parcel.carrier}/{parcel.service}/{parcel.tracking_number}"
    return f"{parcel.number}:{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def _plan_inquiry(
    scope: Scope, parts: Parts, case: Case, *, business_now: datetime
) -> bool:
    """Ask for a screening in progress by the profile's ladder, and else for nothing."""
    stored = case.transaction
    is_open = case.known.state in (State.SCREENING, State.ON_HOLD)
    if not is_open:
        if stored.inquiry_due_at is not None:
            inquiries.plan(scope, stored.id, due_at=None, count=0)
        return False
    is_new = stored.known.state is not case.known.state
    if stored.inquiry_due_at is not None and not is_new:
        return False
    due_at = parts.profile.polls.next_at(asked=0, now=business_now)
    inquiries.plan(scope, stored.id, due_at=due_at, count=0)
    return due_at <= business_now


def forget_refusals(known: Known) -> Known:
    """Return what is known without the refusals, so that they are tried again."""
    return replace(known, refused=frozenset())
