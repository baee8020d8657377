"""Road 3: translate a delivery, fold it into what is wanted, and plan (one commit)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto
from functools import partial

from sqlalchemy.exc import OperationalError, TimeoutError  # noqa: A004 - the pool's

from hub import log
from hub.contract.connector import Fetch
from hub.contract.errors import (
    CartRefusedError,
    CartUnavailableError,
    ForeignShopError,
    PayloadError,
)
from hub.contract.events import (
    CancelCause,
    CartEvent,
    OrderCancelled,
    OrderEvent,
    OrderNotice,
)
from hub.flow.app_settings import in_force
from hub.flow.asks import ask_of, look_at, tried_anew
from hub.flow.cases import Case, after_event
from hub.flow.fetching import LeaseLostError, fetched, put_off
from hub.flow.perform import Begun, begin_at_once, carry_out
from hub.flow.relay import Place, Relay
from hub.flow.settle import settle
from hub.flow.shop_events import find_noticed, hear, heard, is_another, received
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.registry import UnknownConnectorError
from hub.store import connections, inbox, inbox_leases, journal, orders
from hub.store.asks import StoredAsk
from hub.store.connections import StoredConnection
from hub.store.inbox import ClaimedDelivery
from hub.store.store import Scope

# A delivery that makes us fail is set aside after this many tries (R9, T-49).
MOST_TRIES = 5
_BACKOFF = timedelta(seconds=10)
# To wait for a place in the next lane costs less than to go through the book; where the
# provider is slow, the book is where its orders wait.
_PATIENCE_SECONDS = 0.05

_UNREADABLE = (PayloadError, ForeignShopError, CartRefusedError)

_logger = log.get("absorb")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Translated:
    """What a delivery says, and why it is set aside where it cannot be read whole."""

    events: Sequence[CartEvent] = ()
    hears_received: bool = False
    asks: bool = False
    asked: StoredAsk | None = None
    reason_code: str = ""
    reason_detail: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        if self.reason_code:
            return "quarantined"
        return "done" if self.events or self.asked else "ignored"


def absorb(
    parts: Parts,
    claimed: ClaimedDelivery,
    relay: Relay | None = None,
    connection: StoredConnection | None = None,
) -> set[Lane]:
    """Absorb one delivery; returns the lanes that have work now.

    Where the provider's lane has a place, the same commit begins the registration.
    `connection` is the delivery's, where it was read with the claim.
    """
    # After a failure of any kind the delivery takes the longer way, step by step.
    relay = relay if claimed.tries == 1 else None
    _asked, lanes = _tried(
        parts,
        claimed,
        lambda: _commit(parts, claimed, _translate(parts, claimed, connection), relay),
    )
    return lanes


class Asked(Enum):
    """What became of asking a cart for what a delivery only names."""

    READY = auto()
    SILENT = auto()
    # Set aside, put off for a fault of its own, or in other hands.
    OVER = auto()


def ask_cart(
    parts: Parts, claimed: ClaimedDelivery, connection: StoredConnection, fetch: Fetch
) -> Asked:
    """Have the documents of a delivery before it is absorbed, which then has no wait.

    It is for a thread that may wait for a cart.
    """

    def work() -> set[Lane]:
        try:
            fetched(parts, claimed, connection, fetch)
        except _UNREADABLE as error:
            _commit(parts, claimed, _set_aside(error), None)
            raise _OverError from error
        return set()

    asked, _lanes = _tried(parts, claimed, work)
    return asked


class _OverError(Exception):
    """Nothing is left to be done for a delivery."""


def _tried(
    parts: Parts, claimed: ClaimedDelivery, work: Callable[[], set[Lane]]
) -> tuple[Asked, set[Lane]]:
    """Do something for a delivery; one that makes us fail is put off or set aside."""
    store = parts.store.of(claimed.merchant_id)
    if claimed.tries > MOST_TRIES:
        # It ended its process every time, so nobody could count it out.
        store.write(lambda scope: _put_off(scope, parts, claimed))
        return Asked.OVER, set()
    try:
        return Asked.READY, work()
    except _OverError:
        return Asked.OVER, set()
    except LeaseLostError:
        store.write(lambda scope: inbox_leases.forgive(scope, claimed))
        return Asked.OVER, set()
    except CartUnavailableError as error:
        put_off(parts, claimed, error)
        return Asked.SILENT, set()
    except (OperationalError, TimeoutError):
        # The database's trouble says nothing of the delivery (R12).
        raise
    except Exception as error:  # noqa: BLE001 - a poison delivery must not end the lane
        _logger.warning(
            "absorb_failed", delivery_id=claimed.id, error_type=type(error).__name__
        )
        store.write(lambda scope: _put_off(scope, parts, claimed))
        return Asked.OVER, set()


def _commit(
    parts: Parts,
    claimed: ClaimedDelivery,
    translated: _Translated,
    relay: Relay | None,
) -> set[Lane]:
    with Place(relay, claimed.merchant_id, seconds=_PATIENCE_SECONDS) as place:

        def work(scope: Scope) -> tuple[set[Lane], Begun | None]:
            lanes, cases = _fold(scope, parts, claimed, translated)
            if not place.is_there or len(cases) != 1 or Lane.PROVIDER not in lanes:
                return lanes, None
            begun = begin_at_once(scope, parts, cases[0])
            return lanes - {Lane.PROVIDER} if begun else lanes, begun

        lanes, begun = parts.store.of(claimed.merchant_id).write(work)
        if begun is None:
            parts.step(Step.PLAN_COMMITTED)
        else:
            place.use(partial(carry_out, parts, begun))
    return lanes


def _translate(
    parts: Parts, claimed: ClaimedDelivery, connection: StoredConnection | None
) -> _Translated:
    now = parts.clock.now()
    connection = connection or parts.store.of(claimed.merchant_id).read(
        lambda scope: connections.get(scope, claimed.connection_id, now=now)
    )
    if connection is None:
        return _Translated(reason_code="HUB-HOOK-404")
    try:
        connector = parts.registry.connector(connection.connector)
        settings = in_force(parts, connection, connector.manifest).settings
        delivery = claimed.delivery
        if connector.fetch is not None:
            delivery = fetched(parts, claimed, connection, connector.fetch)
        return _Translated(
            events=connector.translate(delivery, settings),
            hears_received=connector.manifest.hears_received,
            asks=connector.ask is not None,
        )
    except _UNREADABLE as error:
        return _set_aside(error)
    except UnknownConnectorError:
        return _Translated(reason_code="HUB-HOOK-404")


def _set_aside(
    error: PayloadError | ForeignShopError | CartRefusedError,
) -> _Translated:
    if isinstance(error, PayloadError):
        # What could be read of it is not lost because the rest could not.
        return _Translated(
            events=error.readable, reason_code=error.code, reason_detail=error.fields
        )
    return _Translated(reason_code=error.code)


def _fold(
    scope: Scope, parts: Parts, claimed: ClaimedDelivery, translated: _Translated
) -> tuple[set[Lane], list[Case]]:
    now = parts.clock.now()
    parts.step(Step.PLANNING)
    asked = ask_of(scope, claimed) if translated.asks else None
    translated = _of_ours(scope, claimed, replace(translated, asked=asked))
    is_ours = inbox.finish(
        scope,
        claimed,
        state=translated.state,
        now=now,
        reason_code=translated.reason_code,
        reason_detail=translated.reason_detail or None,
    )
    lanes: set[Lane] = set()
    cases: list[Case] = []
    if not is_ours:
        return lanes, cases
    for event in translated.events:
        if not isinstance(event, OrderEvent):
            lanes |= hear(scope, parts, claimed, event)
            continue
        case = after_event(scope, parts, event, shop_id=claimed.shop_id, now=now)
        case = tried_anew(case, asked)
        is_told_again = any(one.order.id == case.order.id for one in cases)
        is_new = case.order.created_at == now and not is_told_again
        orders.link_delivery(scope, case.order.id, claimed.id, is_new=is_new)
        journal.write(scope, heard(case, event, claimed), now=now)
        lanes |= settle(scope, parts, case, now=now)
        if translated.hears_received and Lane.CART not in lanes:
            lanes |= received(scope, parts, case, now=now)
        cases.append(case)
    if asked and not cases:
        lanes |= look_at(scope, parts, asked, now=now)
    return lanes, cases


def _of_ours(
    scope: Scope, claimed: ClaimedDelivery, translated: _Translated
) -> _Translated:
    """Drop what is said of orders that were never ours.

    Where an order's number comes with another id of the cart's own, nothing of the
    delivery is folded: a person decides (HUB-HOOK-409).
    """
    if translated.asked and translated.asked.is_final:
        # It has its answer, and what that changed stands.
        return replace(translated, events=())
    ours: list[CartEvent] = []
    for event in translated.events:
        if isinstance(event, OrderEvent) and is_another(scope, claimed.shop_id, event):
            return replace(translated, events=(), reason_code="HUB-HOOK-409")
        if _is_known(scope, claimed.shop_id, event, ours):
            ours.append(event)
    return replace(translated, events=ours)


def _is_known(
    scope: Scope, shop_id: str, event: CartEvent, told: Sequence[CartEvent]
) -> bool:
    if isinstance(event, OrderNotice):
        return find_noticed(scope, shop_id, event) is not None
    is_otherwise = (
        isinstance(event, OrderCancelled) and event.cause is CancelCause.PAYMENT_METHOD
    )
    if not isinstance(event, OrderEvent) or not is_otherwise:
        return True
    number = event.order_number
    if any(isinstance(one, OrderEvent) and one.order_number == number for one in told):
        return True
    return orders.find(scope, shop_id, number) is not None


def _put_off(scope: Scope, parts: Parts, claimed: ClaimedDelivery) -> None:
    now = parts.clock.now()
    if claimed.tries >= MOST_TRIES:
        inbox.finish(
            scope, claimed, state="quarantined", now=now, reason_code="HUB-GEN-001"
        )
        return
    wait = _BACKOFF * 2 ** (claimed.tries - 1)
    inbox.postpone(scope, claimed, due_at=now + wait, reason_code="HUB-GEN-001")
