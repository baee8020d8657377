"""One order with its transaction and its shop's rules, loaded for a decision."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.contract.events import OrderAmended, OrderEvent, OrderPlaced
from hub.domain.known import Known
from hub.domain.lint_rules import TWIN, Severity
from hub.domain.order_kind_policy import with_invoice
from hub.domain.parcel_rules import ParcelRules
from hub.domain.policy import Policy
from hub.domain.wanted import Wanted, fold
from hub.flow.parcel_numbers import note_numbers
from hub.flow.tools import Parts
from hub.provider.profile import Profile
from hub.store import merchants, orders, transactions
from hub.store.merchants import Shop
from hub.store.orders import StoredOrder
from hub.store.store import Scope
from hub.store.transactions import StoredTransaction
from hub.store.twins import twin_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a decision needs; `known` and `wanted` may be ahead of what is stored.

    `twin` is the number of another order of the same buyer and amount, looked for when
    an order comes.
    """

    shop: Shop
    order: StoredOrder
    transaction: StoredTransaction
    wanted: Wanted
    known: Known
    twin: str = ""

    def policy(self, profile: Profile) -> Policy:
        """Return the rules in force, with what is believed of the provider."""
        return policy_of(self.shop, self.order, self.wanted, profile)

    def knowing(self, known: Known) -> "Case":
        """Return the case with more known."""
        return replace(self, known=known)


def policy_of(
    shop: Shop, order: StoredOrder, wanted: Wanted, profile: Profile
) -> Policy:
    """Return the rules in force for an order of a shop."""
    return Policy(
        mode=shop.mode,
        is_released=order.is_released,
        is_before_cutover=order.is_before_cutover,
        is_app_removed=shop.app_removed_at is not None,
        kind=shop.kinds.of(wanted.order),
        parcels=parcel_rules_of(shop, wanted),
        hold_answer=timedelta(days=shop.kinds.hold_answer_days),
        stock_hold=timedelta(days=shop.kinds.stock_hold_days),
        approval_life=profile.approval_life,
        approval_warning=profile.approval_warning,
        cancel_cut_off=profile.cancel_cut_off,
        amends_after_report=profile.amends_after_report,
    )


def parcel_rules_of(shop: Shop, wanted: Wanted) -> ParcelRules:
    """Return a shop's rules for parcels, the time of the report by the order's kind."""
    when = shop.kinds.of(wanted.order).report_when
    return replace(shop.parcels, report_when=when) if when else shop.parcels


def load(scope: Scope, transaction_id: str) -> Case:
    """Load the case of a transaction, alone among all processes."""
    transaction = transactions.get(scope, transaction_id)
    if transaction is None:
        raise LookupError(f"no transaction {transaction_id}")
    order = orders.get(scope, transaction.order_id)
    if order is None:
        raise LookupError(f"no order {transaction.order_id}")
    orders.lock_number(scope, order.shop_id, order.order_number)
    if scope.connection.dialect.name == "postgresql":
        # Read again under the lock, which another process may have held.
        transaction = transactions.get(scope, transaction_id) or transaction
        order = orders.get(scope, transaction.order_id) or order
    return Case(
        shop=merchants.get_shop(scope, order.shop_id),
        order=order,
        transaction=transaction,
        wanted=order.wanted,
        known=transaction.known,
    )


def after_event(
    scope: Scope,
    parts: Parts,
    event: OrderEvent,
    *,
    shop_id: str,
    now: datetime,
) -> Case:
    """Fold a cart's fact into its order, making order and transaction where new."""
    shop = merchants.get_shop(scope, shop_id)
    event = _with_invoice(shop, event)
    orders.lock_number(scope, shop_id, event.order_number)
    order = orders.find(scope, shop_id, event.order_number)
    twin = ""
    if order is None:
        order = _new_order(scope, shop, event, now=now)
        twin = _twin(scope, shop, order)
        # A new order has no transaction yet, so none is looked for.
        transaction = None
    else:
        wanted = fold(order.wanted, event)
        if wanted != order.wanted:
            is_new = len(wanted.parcels) > len(order.wanted.parcels)
            wanted = note_numbers(
                scope, shop, order.id, wanted, event, is_new=is_new, now=now
            )
            orders.save_wanted(scope, order, wanted, now=now)
        order = replace(order, wanted=wanted)
        transaction = transactions.current(scope, order.id)
    order = _placed(scope, shop, order)
    if transaction is None:
        transaction = new_transaction(scope, parts, shop, order, generation=1, now=now)
    return Case(
        shop=shop,
        order=order,
        transaction=transaction,
        wanted=order.wanted,
        known=transaction.known,
        twin=twin,
    )


def _twin(scope: Scope, shop: Shop, order: StoredOrder) -> str:
    hours = shop.lint.duplicate_hours
    if not hours or shop.lint.severity(TWIN) is Severity.OFF:
        return ""
    return twin_of(scope, order, within=timedelta(hours=hours))


def _with_invoice(shop: Shop, event: OrderEvent) -> OrderEvent:
    """Let an order have the invoice that the shop's rules give to its kind."""
    if not isinstance(event, OrderPlaced | OrderAmended):
        return event
    order = with_invoice(shop.kinds.of(event.order), event.order)
    return replace(event, order=order)


def _new_order(
    scope: Scope, shop: Shop, event: OrderEvent, *, now: datetime
) -> StoredOrder:
    wanted = fold(Wanted(), event)
    order = orders.add(
        scope,
        shop_id=shop.id,
        order_number=event.order_number,
        wanted=wanted,
        is_before_cutover=_is_before(shop, wanted),
        now=now,
    )
    noted = note_numbers(scope, shop, order.id, wanted, event, is_new=True, now=now)
    if noted != wanted:
        orders.save_wanted(scope, order, noted, now=now)
    return replace(order, wanted=noted)


def _placed(scope: Scope, shop: Shop, order: StoredOrder) -> StoredOrder:
    """Notice an old order whose cancellation or shipment came first."""
    is_before = _is_before(shop, order.wanted)
    if is_before and not order.is_before_cutover:
        orders.mark_before_cutover(scope, order.id)
        return replace(order, is_before_cutover=True)
    return order


def _is_before(shop: Shop, wanted: Wanted) -> bool:
    return wanted.order is not None and wanted.order.ordered_at < shop.cutover_at


def new_transaction(
    scope: Scope,
    parts: Parts,
    shop: Shop,
    order: StoredOrder,
    *,
    generation: int,
    now: datetime,
) -> StoredTransaction:
    """Make the next generation of an order's transaction."""
    longest = parts.profile.longest_order_number
    number = provider_order_number(
        shop.order_number_prefix + order.order_number,
        order_id=order.id,
        generation=generation,
        longest=longest,
    )
    if transactions.occupies(scope, number):
        # Another shop of the merchant, or an order that is called like a generation.
        number = provider_order_number(
            "", order_id=order.id, generation=generation, longest=longest
        )
    return transactions.add(
        scope,
        order_id=order.id,
        generation=generation,
        provider_order_number=number,
        credential_set_id=merchants.newest_credentials(scope),
        now=now,
    )


def provider_order_number(
    number: str, *, order_id: str, generation: int, longest: int
) -> str:
    """Return the order number at the provider.

    It is the cart's own, for clerks search it there; a longer one, or one that is not
    ASCII, gives way to a short number of ours (architecture 2).
    """
    suffix = f"-{generation}" if generation > 1 else ""
    is_plain = (
        bool(number) and number.isascii() and number.isprintable() and " " not in number
    )
    if not is_plain or len(number) + len(suffix) > longest:
        number = f"H{order_id[-(longest - 1 - len(suffix)) :].upper()}"
    return number + suffix
