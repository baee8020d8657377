"""What a person may do about an order in its present state: one main act at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.invoice_print_data import lacks_print_data
from hub.domain.known import State
from hub.domain.parcel_troubles import UNREPORTED
from hub.domain.policy import Mode
from hub.store.orders import StoredOrder
from hub.store.transactions import StoredTransaction


class ActKind(StrEnum):
    """What may be done; each is one function of `flow.intervene`, or a place."""

    DECIDE = "decide"
    RELEASE = "release"
    CORRECT = "correct"
    RETRY = "retry"
    FETCH_INVOICE = "fetch_invoice"
    PARCELS = "parcels"
    CANCEL = "cancel"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act; `subject` is the row that it is done to."""

    kind: ActKind
    subject: str
    is_main: bool = False


MOST_QUIET = 2
_UNREGISTERED = frozenset({State.RECEIVED, State.INVALID, State.REFUSED})
_CORRECTABLE = frozenset({State.INVALID, State.REFUSED, State.ON_HOLD})
_CANCELLABLE = frozenset(
    {State.SCREENING, State.ON_HOLD, State.AUTHORIZED, State.SHIPMENT_REPORTED}
)


def acts_of(
    order: StoredOrder,
    transaction: StoredTransaction,
    *,
    mode: Mode,
) -> Sequence[Act]:
    """Return the acts that are legal now: the main one first, then two quiet ones."""
    main = next(_main(order, transaction, mode=mode), None)
    quiet = [
        act
        for act in _quiet(order, transaction)
        if main is None or act.kind is not main.kind
    ]
    return ([main] if main else []) + quiet[:MOST_QUIET]


# What is looked at and decided on the page of the parcels.
_ABOUT_PARCELS = UNREPORTED | {"HUB-SHIP-008", "HUB-SHIP-009", "HUB-SHIP-010"}


def _main(
    order: StoredOrder,
    transaction: StoredTransaction,
    *,
    mode: Mode,
) -> Iterator[Act]:
    state = transaction.known.state
    # What was forgotten cannot be told any more, to nobody.
    is_told = order.wanted.order is not None and not order.wanted.is_erased
    is_open = is_told and not order.wanted.is_cancelled
    is_waiting = not order.is_released and state in _UNREGISTERED
    is_in_doubt = transaction.known.in_doubt_since is not None
    is_old = is_open and is_waiting and order.is_before_cutover
    if state is State.UNCLEAR or is_in_doubt or is_old:
        yield Act(kind=ActKind.DECIDE, subject=order.id, is_main=True)
    is_left = mode is Mode.APPROVAL or transaction.attention_code == "HUB-MODE-002"
    if is_left and is_open and is_waiting and state is State.RECEIVED:
        yield Act(kind=ActKind.RELEASE, subject=order.id, is_main=True)
    if is_open and may_register_again(order, transaction):
        yield Act(kind=ActKind.DECIDE, subject=order.id, is_main=True)
    if is_open and (state in _CORRECTABLE or _is_change_stuck(transaction)):
        yield Act(kind=ActKind.CORRECT, subject=order.id, is_main=True)
    if not order.wanted.is_cancelled and lacks_print_data(
        order.wanted, transaction.known
    ):
        yield Act(kind=ActKind.FETCH_INVOICE, subject=order.id, is_main=True)
    if transaction.needs_attention and transaction.attention_code in _ABOUT_PARCELS:
        yield Act(kind=ActKind.PARCELS, subject=order.id, is_main=True)
    if transaction.known.refused and transaction.needs_attention:
        yield Act(kind=ActKind.RETRY, subject=transaction.id, is_main=True)


def may_register_again(order: StoredOrder, transaction: StoredTransaction) -> bool:
    """Tell whether only the transaction is cancelled, and the order still stands."""
    is_gone = transaction.known.state is State.CANCELLED
    return is_gone and not order.wanted.is_cancelled and not order.wanted.merged_into


def _is_change_stuck(transaction: StoredTransaction) -> bool:
    """Tell whether a change of the order was refused, or held back by our check."""
    code = transaction.attention_code
    return transaction.needs_attention and code in ("HUB-PROV-301", "HUB-PROV-307")


def _quiet(order: StoredOrder, transaction: StoredTransaction) -> Iterator[Act]:
    if transaction.needs_attention and transaction.known.state is not State.UNCLEAR:
        yield Act(kind=ActKind.CLOSE, subject=transaction.id)
    is_early = transaction.known.state is State.RECEIVED and not order.is_released
    if is_early and not order.wanted.is_erased and transaction.look_at is not None:
        # It waits for its day, and a person may let it go before.
        yield Act(kind=ActKind.RELEASE, subject=order.id)
    is_cancellable = transaction.known.state in _CANCELLABLE
    if is_cancellable and not order.wanted.is_cancelled:
        yield Act(kind=ActKind.CANCEL, subject=order.id)
