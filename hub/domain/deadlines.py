"""When time alone changes what is planned or what a person must look at."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hub.domain.known import Known, State
from hub.domain.order_kind_policy import registers_at
from hub.domain.plan import approval_ends_at
from hub.domain.policy import Policy
from hub.domain.wanted import Wanted

# A call that may be said again is answered within the hour, or a person looks (3.5).
UNCLEAR_PATIENCE = timedelta(minutes=60)
# Longer than the two calls that follow take when the provider is slow.
TAKEN_BACK_PATIENCE = timedelta(minutes=3)
# How soon an order that waits for another looks whether that was told.
FOLLOW_EVERY = timedelta(seconds=20)
UNANSWERED = "HUB-PROV-304"


def next_moment(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> datetime | None:
    """Return the next moment of business time at which to look again, None for none."""
    ahead = [at for at in _moments(wanted, known, policy, now) if at > now]
    return min(ahead, default=None)


def registration_due_at(
    wanted: Wanted, known: Known, policy: Policy
) -> datetime | None:
    """Return when an order that is not registered yet will be, None for no such day."""
    order = wanted.order
    is_waiting = known.state is State.RECEIVED and not policy.is_released
    if order is None or not is_waiting or wanted.is_cancelled:
        return None
    return registers_at(policy.kind, order)


def answer_due_at(known: Known, policy: Policy) -> datetime | None:
    """Return the 回答期限 of 保留, None for an order that is not on hold."""
    if known.state is not State.ON_HOLD or known.since is None:
        return None
    return known.since + policy.hold_answer


def stock_held_until(known: Known, policy: Policy) -> datetime | None:
    """Return how long the goods of a declined order are kept, None for any other."""
    if known.state is not State.DECLINED or known.since is None:
        return None
    return known.since + policy.stock_hold


def _moments(
    wanted: Wanted, known: Known, policy: Policy, now: datetime
) -> Iterator[datetime]:
    if (due_at := registration_due_at(wanted, known, policy)) is not None:
        yield due_at
    if wanted.is_cancelled:
        return
    if wanted.merged_into or wanted.waits_for:
        yield now + FOLLOW_EVERY
    if known.taken_back_at is not None:
        yield known.taken_back_at + TAKEN_BACK_PATIENCE
    if known.trouble is not None and known.trouble.code == UNANSWERED:
        yield known.trouble.since + UNCLEAR_PATIENCE
    yield from _of_state(known, policy)


def _of_state(known: Known, policy: Policy) -> Iterator[datetime]:
    if (ends_at := approval_ends_at(known, policy.approval_life)) is not None:
        yield ends_at - policy.approval_warning
    if (due_at := answer_due_at(known, policy)) is not None:
        yield due_at
    if (until := stock_held_until(known, policy)) is not None:
        yield until
