"""What a lane claims from the book: fairly, going round the merchants."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from hub.flow.absorb import absorb
from hub.flow.fetch_pool import Arrived, FetchPool
from hub.flow.inquire import inquire
from hub.flow.perform import perform
from hub.flow.push import push
from hub.flow.relay import Relay
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import connections, inbox, inquiries, leases, operations, rounds
from hub.store.inbox import ClaimedDelivery
from hub.store.operations import Target
from hub.store.store import Across, Scope

Task = Callable[[], set[Lane]]
# By merchant, and whether something due had to be left in the book.
Claimed = tuple[list[tuple[str, Task]], bool]
# The next look goes on where one ends, so this only keeps a transaction short.
_MOST_ROUNDS = 8


class _Row(Protocol):
    @property
    def merchant_id(self) -> str: ...


R = TypeVar("R", bound=_Row)


class FreeFor(Protocol):
    """Tells how many more rows of a merchant may be claimed."""

    def __call__(self, merchant_id: str, *, taken: int) -> int:
        """Return the number, with so many taken already in this look."""
        ...


class Claims:
    """The claims of one lane in one process."""

    def __init__(
        self,
        parts: Parts,
        lane: Lane,
        then: Relay | None,
        *,
        free_for: FreeFor,
        fetches: FetchPool | None = None,
    ) -> None:
        """Take the lane that tasks may hand on to, and what tells the free places.

        `fetches` takes what is to be asked of carts first.
        """
        self._parts = parts
        self._lane = lane
        self._then = then
        self._free_for = free_for
        self._fetches = fetches
        self._cursor = ""

    def next(self) -> Claimed:
        """Claim what is due and has a place."""
        return _CLAIMS[self._lane](self)

    def claim_fairly(
        self,
        waiting: Callable[[Across, str], list[str]],
        claim: Callable[[Across, str, int], list[R]],
    ) -> tuple[list[R], bool]:
        """Claim rows going round the merchants; tells whether any had to wait."""

        def work(across: Across) -> tuple[list[R], bool, str]:
            cursor = self._cursor
            # Within the same transaction: a look of its own would cost as much again,
            # and who was rung nearly always finds something.
            for _ in range(_MOST_ROUNDS):
                merchants = waiting(across, cursor)
                rows, is_blocked = self._claim_of(across, merchants, claim)
                if rows:
                    return rows, is_blocked, rows[-1].merchant_id
                if is_blocked or len(merchants) < rounds.MOST:
                    return rows, is_blocked, cursor
                # What all of these have due waits behind what is under way or put off:
                # whoever comes after them must not wait for that.
                cursor = merchants[-1]
            return [], False, cursor

        rows, is_blocked, self._cursor = self._parts.store.across.write(work)
        return rows, is_blocked

    def _claim_of(
        self,
        across: Across,
        merchants: Sequence[str],
        claim: Callable[[Across, str, int], list[R]],
    ) -> tuple[list[R], bool]:
        rows: list[R] = []
        is_blocked = False
        for merchant_id in merchants:
            limit = self._free_for(merchant_id, taken=len(rows))
            if not limit:
                is_blocked = True
                continue
            claimed = claim(across, merchant_id, limit)
            # As many as were asked for: there may be more of them.
            is_blocked = is_blocked or len(claimed) == limit
            rows.extend(claimed)
        return rows, is_blocked

    def absorb_tasks(self) -> Claimed:
        """Claim deliveries; those whose carts are to be asked first go elsewhere."""
        parts, fetches = self._parts, self._fetches
        now = parts.clock.now()
        passed = fetches.passed() if fetches else None
        rows, is_blocked = self.claim_fairly(
            lambda across, after: inbox.waiting_merchants(across, after=after, now=now),
            lambda across, merchant, limit: _with_connections(
                across.of(merchant),
                inbox.claim(across.of(merchant), limit=limit, now=now, passed=passed),
                now,
            ),
        )
        return [
            (
                r.merchant_id,
                partial(absorb, parts, r.delivery, self._then, r.connection),
            )
            for r in rows
            if not (fetches and fetches.take(r))
        ], is_blocked

    def provider_tasks(self) -> Claimed:
        """Claim operations at the provider, and inquiries that are due."""
        parts = self._parts
        now = parts.clock.now()
        rows, is_blocked = self._operations("provider")
        tasks: list[tuple[str, Task]] = [
            (r.merchant_id, partial(perform, parts, r, self._then)) for r in rows
        ]
        business_now = parts.clock.business_now()
        has_due = parts.store.across.read(
            lambda across: inquiries.is_any_due(
                across, now=now, business_now=business_now
            )
        )
        free = self._free_for("", taken=len(tasks))
        if has_due and free:
            asked = parts.store.across.write(
                lambda across: inquiries.claim(
                    across, limit=free, now=now, business_now=business_now
                )
            )
            tasks += [(r.merchant_id, partial(inquire, parts, r)) for r in asked]
        return tasks, is_blocked

    def cart_tasks(self) -> Claimed:
        """Claim updates for carts."""
        rows, is_blocked = self._operations("cart")
        parts = self._parts

        def told(_parts: Parts, row: operations.StoredOperation) -> set[Lane]:
            push(parts, row)
            # A newer update of the same order may wait behind this one.
            return {Lane.CART} if row.seq > 1 else set()

        return [(r.merchant_id, partial(told, parts, r)) for r in rows], is_blocked

    def _operations(
        self, target: Target
    ) -> tuple[list[operations.StoredOperation], bool]:
        now = self._parts.clock.now()
        return self.claim_fairly(
            lambda across, after: leases.waiting_merchants(
                across, target, after=after, now=now
            ),
            lambda across, merchant, limit: leases.claim(
                across.of(merchant), target, limit=limit, now=now
            ),
        )


def _with_connections(
    scope: Scope, claimed: list[ClaimedDelivery], now: datetime
) -> list[Arrived]:
    ids = {one.connection_id for one in claimed}
    found = {id_: connections.get(scope, id_, now=now) for id_ in ids}
    return [
        Arrived(
            merchant_id=one.merchant_id,
            delivery=one,
            connection=found[one.connection_id],
        )
        for one in claimed
    ]


_CLAIMS: dict[Lane, Callable[[Claims], Claimed]] = {
    Lane.ABSORB: Claims.absorb_tasks,
    Lane.PROVIDER: Claims.provider_tasks,
    Lane.CART: Claims.cart_tasks,
}
