"""Requests of carts that wait: heard and committed, waited for, and given up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.contract.asking import Ask, Asked, AskKind, AskOutcome, Reply
from hub.contract.errors import PayloadError, SignatureError
from hub.contract.events import OrderCancelled
from hub.contract.inbound import InboundRequest
from hub.domain.asks import refusals_of
from hub.flow.answers import SLOW_AFTER
from hub.flow.app_hooks import installed_connection
from hub.flow.app_settings import app_settings
from hub.flow.cases import Case, after_event, load
from hub.flow.receive import Receipt
from hub.flow.settle import settle
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.registry import UnknownConnectorError
from hub.store import asks, inbox, orders, transactions
from hub.store.asks import StoredAsk
from hub.store.connections import StoredConnection
from hub.store.inbox import ClaimedDelivery
from hub.store.store import Scope

# What is asked of an order that does not come is denied then.
NEVER_CAME = timedelta(hours=1)

_NEVER = "ask.never_came"

_logger = log.get("asks")


@dataclass(frozen=True, slots=True)
class AskReceipt:
    """How a request was taken, and what the cart hears; None where it is not ours.

    The reply stands where the receipt is NEW or DUPLICATE, and is the same for both.
    UNREADABLE is a proven request whose body cannot be read, for what is wrong in
    which of its `fields`.
    """

    receipt: Receipt
    reply: Reply | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a payment stands for the buyer who waits; nothing of a person.

    `way` is where the buyer goes on, "" for nowhere yet. `is_slow` says that the
    answer takes its time, `until` when the cart waits no longer. `is_given_up` says
    that the buyer went back, `is_lost` that the cart waits no longer for the answer:
    no way on will come of it.
    """

    outcome: AskOutcome
    way: str = ""
    is_slow: bool = False
    until: datetime | None = None
    is_given_up: bool = False
    is_lost: bool = False


def hear(parts: Parts, slug: str, kind: AskKind, request: InboundRequest) -> AskReceipt:
    """Prove a request of POST /asks/<slug>/<kind> and commit it before it is answered.

    NOBODYS also stands for a connector that is not there or never asks.
    """
    try:
        ask = parts.registry.connector(slug).ask
    except UnknownConnectorError:
        ask = None
    if ask is None:
        return AskReceipt(Receipt.NOBODYS)
    try:
        asked = ask.hear(request, kind, app_settings(parts, slug))
    except SignatureError as error:
        _logger.info("ask_unproven", connector=slug, code=error.code)
        return AskReceipt(Receipt.UNPROVEN)
    except PayloadError as error:
        _logger.info("ask_unreadable", connector=slug, code=error.code)
        return AskReceipt(Receipt.UNREADABLE, fields=error.fields)
    try:
        return _kept(parts, slug, ask, kind, asked)
    except (SQLAlchemyError, OSError) as error:
        # Without the trace, whose values could hold what was received.
        _logger.warning("ask_failed", error_type=type(error).__name__)
        return AskReceipt(Receipt.NOT_NOW)


def _kept(parts: Parts, slug: str, ask: Ask, kind: AskKind, asked: Asked) -> AskReceipt:
    now = parts.clock.now()
    connection = installed_connection(parts, slug, asked.shop_key, now=now)
    if connection is None:
        _logger.info("ask_of_nobody", connector=slug)
        return AskReceipt(Receipt.NOBODYS)
    if connection.is_disabled:
        return AskReceipt(Receipt.DISABLED)
    token = ""
    if kind is AskKind.PAYMENT:
        token = asks.token_of(parts.store.keys.vault, connection.id, asked.reference)
    wait = timedelta(days=ask.wait_days) if token else NEVER_CAME
    is_new = parts.store.of(connection.merchant_id).write(
        partial(
            _keep,
            connection=connection,
            kind=kind,
            asked=asked,
            token=token,
            wait=wait,
            now=now,
        )
    )
    parts.step(Step.DELIVERY_COMMITTED)
    parts.bell.ring(Lane.ABSORB)
    url = f"{parts.config.public_url.rstrip('/')}/wait/{token}" if token else ""
    receipt = Receipt.NEW if is_new else Receipt.DUPLICATE
    return AskReceipt(receipt, ask.reply(asked, url))


def _keep(
    scope: Scope,
    connection: StoredConnection,
    kind: AskKind,
    asked: Asked,
    token: str,
    wait: timedelta,
    now: datetime,
) -> bool:
    # However a request is worded when it is repeated, its reference is what it is.
    delivery = replace(asked.delivery, topic=kind.value, dedupe_key=asked.reference)
    delivery_id, _is_new = inbox.add(
        scope,
        delivery,
        connection_id=connection.id,
        shop_id=connection.shop_id,
        now=now,
    )
    return asks.add(
        scope,
        connection_id=connection.id,
        shop_id=connection.shop_id,
        delivery_id=delivery_id,
        kind=kind,
        reference=asked.reference,
        order_number=asked.order_number,
        token=token,
        expires_at=now + wait,
        look_at=now + (SLOW_AFTER if token else wait),
        now=now,
    )


def waiting(parts: Parts, token: str) -> Waiting | None:
    """Return how the payment of a buyer's page stands, None for an unknown token."""
    found = _of_token(parts, token)
    if found is None:
        return None
    is_given_up = found.given_up_at is not None
    outcome = found.outcome or AskOutcome.PENDING
    if is_given_up and not found.is_final:
        outcome = AskOutcome.DENIED
    is_old = parts.clock.now() >= found.asked_at + SLOW_AFTER
    is_slow = is_old or found.outcome is AskOutcome.PENDING
    return Waiting(
        outcome,
        way=found.way,
        is_slow=is_slow and outcome is AskOutcome.PENDING,
        until=found.expires_at,
        is_given_up=is_given_up,
        is_lost=found.told == asks.LOST,
    )


def _of_token(parts: Parts, token: str) -> StoredAsk | None:
    return parts.store.across.read(lambda across: asks.by_token(across, token))


def give_up(parts: Parts, token: str) -> bool:
    """Let the buyer go back; False where the payment is decided or unknown.

    Going back twice is the same as once. An order that did not come yet is not
    registered when it does.
    """
    found = _of_token(parts, token)
    if found is None:
        return False

    def work(scope: Scope) -> tuple[bool, set[Lane]]:
        orders.lock_number(scope, found.shop_id, found.order_number)
        one = asks.get(scope, found.connection_id, found.reference)
        if one is None or one.is_final:
            return one is not None and one.given_up_at is not None, set()
        now = parts.clock.now()
        asks.give_up(scope, one.id, now=now)
        return True, look_at(scope, parts, one, now=now)

    is_done, lanes = parts.store.of(found.merchant_id).write(work)
    for lane in lanes:
        parts.bell.ring(lane)
    return is_done


def look_at(
    scope: Scope, parts: Parts, asked: StoredAsk, *, now: datetime
) -> set[Lane]:
    """Decide what was asked of an order; one that never came is ended before it does.

    Returns the lanes to ring after the commit.
    """
    orders.lock_number(scope, asked.shop_id, asked.order_number)
    order = orders.find(scope, asked.shop_id, asked.order_number)
    transaction = transactions.current(scope, order.id) if order else None
    if transaction is not None:
        return settle(scope, parts, load(scope, transaction.id), now=now)
    if now < asked.expires_at:
        asks.decide(scope, asked.id, asked.outcome, look_at=asked.expires_at, now=now)
        return set()
    never = OrderCancelled(
        order_number=asked.order_number, occurred_at=now, reason=_NEVER
    )
    case = after_event(scope, parts, never, shop_id=asked.shop_id, now=now)
    return settle(scope, parts, case, now=now)


def ask_of(scope: Scope, claimed: ClaimedDelivery) -> StoredAsk | None:
    """Return the request that a delivery brought, None for any other delivery."""
    return asks.get(scope, claimed.connection_id, claimed.delivery.dedupe_key)


def tried_anew(case: Case, asked: StoredAsk | None) -> Case:
    """Return the case of a request that is new, whatever was refused before it."""
    if asked is None or not case.known.refused:
        return case
    refused = case.known.refused - refusals_of(case.wanted)
    return case.knowing(replace(case.known, refused=refused))
