"""What a cart says beside its orders: notices of one order, and news of the shop."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from hub import log
from hub.contract.connector import Role
from hub.contract.events import (
    AppRemoved,
    BuyerDataRequested,
    BuyerForgotten,
    CartEvent,
    OrderDeleted,
    OrderEvent,
    OrderForgotten,
    OrderNotice,
    ShippingUnblocked,
    ShopForgotten,
)
from hub.domain.wanted import Noticed, contradicts, noticed, reference_of
from hub.flow.cases import Case, load
from hub.flow.install_care import note_removed
from hub.flow.privacy import ask
from hub.flow.resuming import look_at_all
from hub.flow.settle import settle
from hub.flow.tell import tell_again, tell_received
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.registry import UnknownConnectorError
from hub.store import (
    audit,
    connections,
    installations,
    journal,
    merchants,
    orders,
    transactions,
)
from hub.store.inbox import ClaimedDelivery
from hub.store.journal import Entry
from hub.store.orders import StoredOrder
from hub.store.store import Scope

_logger = log.get("shop_events")


def is_another(scope: Scope, shop_id: str, event: OrderEvent) -> bool:
    """Tell whether an order's number comes with another id of the cart's own."""
    if not reference_of(event):
        return False
    orders.lock_number(scope, shop_id, event.order_number)
    held = orders.find(scope, shop_id, event.order_number)
    return held is not None and contradicts(held.wanted, event)


def find_noticed(scope: Scope, shop_id: str, event: OrderNotice) -> StoredOrder | None:
    """Return the order that a notice is of, None where the hub has none."""
    if isinstance(event, OrderDeleted):
        return orders.find_by_reference(scope, shop_id, event.reference)
    found = orders.find(scope, shop_id, event.order_number)
    return None if found is None or contradicts(found.wanted, event) else found


def heard(case: Case, event: CartEvent, claimed: ClaimedDelivery) -> Entry:
    """Return the journal's line of a cart's fact."""
    return Entry(
        kind="cart_event",
        order_id=case.order.id,
        transaction_id=case.transaction.id,
        code=type(event).__name__,
        delivery_id=claimed.id,
    )


def received(scope: Scope, parts: Parts, case: Case, *, now: datetime) -> set[Lane]:
    """Plan to tell that an order came in, where it just did."""
    connectors = parts.registry.connectors
    hearers = frozenset(
        slug for slug, one in connectors.items() if one.manifest.hears_received
    )
    policy = case.policy(parts.profile)
    is_told = tell_received(scope, case, policy, hearers=hearers, now=now)
    return {Lane.CART} if is_told else set()


def hear(
    scope: Scope, parts: Parts, claimed: ClaimedDelivery, event: CartEvent
) -> set[Lane]:
    """Fold what a cart says beside its orders; returns the lanes to ring."""
    match event:
        case OrderForgotten() | ShippingUnblocked() | OrderDeleted():
            return _of_order(scope, parts, claimed, event)
        case AppRemoved():
            _remove(scope, parts, claimed, event)
        case BuyerDataRequested() | BuyerForgotten() | ShopForgotten():
            ask(scope, claimed, event, now=parts.clock.now())
        case _:
            raise TypeError(type(event).__name__)
    return set()


def _of_order(
    scope: Scope, parts: Parts, claimed: ClaimedDelivery, event: OrderNotice
) -> set[Lane]:
    order = find_noticed(scope, claimed.shop_id, event)
    transaction = transactions.current(scope, order.id) if order else None
    if order is None or transaction is None:
        return set()
    now = parts.clock.now()
    case = load(scope, transaction.id)
    orders.link_delivery(scope, order.id, claimed.id)
    journal.write(scope, heard(case, event, claimed), now=now)
    match event:
        case OrderForgotten():
            return _again(scope, parts, claimed, case)
        case ShippingUnblocked():
            what = Noticed.UNBLOCKED
        case OrderDeleted():
            what = Noticed.DELETED
        case _:
            assert_never(event)
    wanted = noticed(case.wanted, what, at=event.occurred_at)
    if wanted != case.wanted:
        orders.save_wanted(scope, case.order, wanted, now=now)
    return settle(scope, parts, replace(case, wanted=wanted), now=now)


def _again(
    scope: Scope, parts: Parts, claimed: ClaimedDelivery, case: Case
) -> set[Lane]:
    now = parts.clock.now()
    connection = connections.get(scope, claimed.connection_id, now=now)
    is_told = connection is not None and tell_again(
        scope,
        case,
        case.policy(parts.profile),
        destination=connection.id,
        hears_received=_hears(parts, connection.connector),
        now=now,
        business_now=parts.clock.business_now(),
    )
    return {Lane.CART} if is_told else set()


def _hears(parts: Parts, slug: str) -> bool:
    try:
        return parts.registry.connector(slug).manifest.hears_received
    except UnknownConnectorError:
        return False


def _remove(
    scope: Scope, parts: Parts, claimed: ClaimedDelivery, event: AppRemoved
) -> None:
    """Register nothing new of the shop's; what is open is alarmed, and goes on."""
    now = parts.clock.now()
    connection = connections.get(scope, claimed.connection_id, now=now)
    is_app = claimed.connection_id in installations.of_merchant(scope)
    is_late = is_app and not note_removed(
        scope, claimed.connection_id, occurred_at=event.occurred_at
    )
    if connection is None or is_late:
        return
    if Role.ORDERS in connection.roles:
        merchants.mark_app(scope, claimed.shop_id, removed_at=event.occurred_at)
        look_at_all(scope, parts, claimed.shop_id)
    audit.record(
        scope,
        user_id="",
        action="app_removed",
        subject=claimed.connection_id,
        detail={"delivery_id": claimed.id},
        now=now,
    )
    _logger.warning("app_removed", connection_id=claimed.connection_id)
