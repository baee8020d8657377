"""One order as a person reads it: the answer, what may be done, what happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.contract.order import Parcel
from hub.contract.updates import MayShip
from hub.domain.known import Known, State
from hub.domain.verdict import may_ship
from hub.flow.api_keys import actors
from hub.flow.order_actions import Act, acts_of, may_register_again
from hub.flow.order_moments import Moment, moments_of
from hub.flow.tools import Parts
from hub.store import (
    attempts,
    connections,
    journal,
    merchants,
    orders,
    records,
    transactions,
)
from hub.store.attempts import StoredAttempt
from hub.store.connections import StoredConnection
from hub.store.merchants import Shop
from hub.store.orders import StoredOrder
from hub.store.records import DeliveryLine, OperationLine
from hub.store.store import Scope
from hub.store.transactions import StoredTransaction

ALARM_CODE = "HUB-SHIP-001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One order with everything that its page says."""

    order: StoredOrder
    shop: Shop
    connections: Sequence[StoredConnection]
    transaction: StoredTransaction
    may_ship: MayShip
    moments: Sequence[Moment]
    acts: Sequence[Act]
    last_delivery_id: str
    has_open_operation: bool

    @property
    def known(self) -> Known:
        """Return what the provider confirmed."""
        return self.transaction.known

    @property
    def attention_code(self) -> str:
        """Return why a person must look, "" for no reason."""
        found = self.transaction
        return found.attention_code if found.needs_attention else ""

    @property
    def alarm_parcel(self) -> Parcel | None:
        """Return the parcel that left before the approval, while that is an alarm."""
        parcels = self.order.wanted.shipped_parcels
        is_alarm = self.attention_code == ALARM_CODE
        return parcels[0] if is_alarm and parcels else None

    @property
    def is_unclear(self) -> bool:
        """Tell whether a registration's outcome must be decided by a person."""
        return self.known.state is State.UNCLEAR

    @property
    def may_register_again(self) -> bool:
        """Tell whether only the transaction is cancelled, and the order stands."""
        return may_register_again(self.order, self.transaction)

    @property
    def waits_before_cutover(self) -> bool:
        """Tell whether this is an old order that nobody decided about yet."""
        is_open = self.known.state in (State.RECEIVED, State.INVALID, State.REFUSED)
        is_waiting = self.order.is_before_cutover and not self.order.is_released
        return is_open and is_waiting and not self.order.wanted.is_cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    order: StoredOrder
    shop: Shop
    connections: Sequence[StoredConnection]
    transaction: StoredTransaction
    entries: Sequence[journal.Entry]
    operations: Sequence[OperationLine]
    deliveries: Sequence[DeliveryLine]
    attempts: Sequence[StoredAttempt]


def order_story(parts: Parts, merchant_id: str, order_id: str) -> Story:
    """Return the story of an order; raises LookupError where there is none."""
    now = parts.clock.now()
    rows = parts.store.of(merchant_id).read(lambda scope: _load(scope, order_id, now))
    people = [entry.user_id for entry in rows.entries if entry.user_id]
    names = parts.store.across.read(lambda across: actors(across, merchant_id, people))
    return Story(
        order=rows.order,
        shop=rows.shop,
        connections=rows.connections,
        transaction=rows.transaction,
        may_ship=may_ship(
            rows.order.wanted,
            rows.transaction.known,
            rows.shop.parcels,
            now=parts.clock.business_now(),
            life=parts.profile.approval_life,
        ),
        moments=moments_of(
            entries=rows.entries,
            operations=rows.operations,
            attempts=rows.attempts,
            deliveries=rows.deliveries,
            transaction=rows.transaction,
            names=names,
            mask=parts.provider.masked,
        ),
        acts=acts_of(rows.order, rows.transaction, mode=rows.shop.mode),
        last_delivery_id=rows.deliveries[-1].id if rows.deliveries else "",
        has_open_operation=any(
            line.target == "provider" and line.state in ("planned", "leased", "sending")
            for line in rows.operations
        ),
    )


def _load(scope: Scope, order_id: str, now: datetime) -> _Rows:
    order = orders.get(scope, order_id)
    transaction = transactions.current(scope, order_id)
    if order is None or transaction is None:
        raise LookupError("no such order")
    return _Rows(
        order=order,
        shop=merchants.get_shop(scope, order.shop_id),
        connections=connections.of_shop(scope, order.shop_id, now=now),
        transaction=transaction,
        entries=journal.of_order(scope, order_id),
        operations=records.operations_of(scope, order_id),
        deliveries=records.deliveries_of(scope, order_id),
        attempts=list(_attempts(scope, order_id)),
    )


def _attempts(scope: Scope, order_id: str) -> Iterator[StoredAttempt]:
    for transaction_id in records.transaction_ids_of(scope, order_id):
        yield from attempts.of_transaction(scope, transaction_id)
