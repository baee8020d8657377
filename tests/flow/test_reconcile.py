"""A cart is asked for what its webhooks did not bring, by one process at a time."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.contract.connector import Connection
from hub.contract.polling import Polled
from hub.domain.known import State
from hub.flow import reconcile
from hub.flow.reconcile import look_at_one
from hub.parts import assemble
from hub.registry import Registry
from hub.store import connections, poll_cursors
from hub.store.tables import poll_cursor
from tests.asked_cart.connector import that_asks
from tests.asked_cart.double import AskedCart
from tests.flow.specimens import order
from tests.house import House, same_parts


def row(shop: House) -> Any:
    return shop.read(lambda scope: scope.connection.execute(select(poll_cursor)).one())


def look(shop: House) -> None:
    assert look_at_one(shop.parts)
    shop.settle()


def test_an_order_whose_webhook_never_came_is_registered_once(
    cart: AskedCart, shop: House
) -> None:
    cart.changes = [order()]
    look(shop)
    assert shop.state() is State.AUTHORIZED
    assert row(shop).cursor == "1"
    shop.move_real(minutes=15)
    look(shop)
    assert shop.calls("A-1001").count("transaction.do") == 1
    assert [one.origin for one in shop.deliveries()] == ["polled"]


@pytest.mark.parametrize("comes_first", ["webhook", "poll"])
def test_webhook_and_poll_make_one_transaction(
    cart: AskedCart, shop: House, comes_first: str
) -> None:
    cart.changes = [order()]
    if comes_first == "webhook":
        shop.hear(order())
        look(shop)
    else:
        look(shop)
        shop.hear(order())
    assert len(shop.deliveries()) == 2
    assert len(shop.ledger("A-1001")) == 1


def test_the_same_message_again_is_only_counted(cart: AskedCart, shop: House) -> None:
    cart.changes = [order()]
    look(shop)
    cart.changes.append(order())
    shop.move_real(minutes=15)
    look(shop)
    assert len(shop.deliveries()) == 1
    assert row(shop).cursor == "2"


def test_a_cart_with_more_is_looked_at_again_at_once(
    cart: AskedCart, shop: House
) -> None:
    cart.changes = [order(f"A-{number}") for number in range(5)]
    look(shop)
    assert cart.looks == [0, 2, 4]
    assert len(shop.deliveries()) == 5
    assert not look_at_one(shop.parts)


def test_a_cart_with_very_much_lets_others_have_their_turn(
    cart: AskedCart, shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "MOST_LOOKS", 2)
    cart.changes = [order(f"A-{number}") for number in range(5)]
    look(shop)
    assert (cart.looks, row(shop).cursor) == ([0, 2], "4")
    look(shop)
    assert len(shop.deliveries()) == 5


def test_it_is_asked_again_after_ten_to_fifteen_minutes(shop: House) -> None:
    look(shop)
    wait = row(shop).due_at - shop.clock.now()
    assert timedelta(minutes=10) <= wait <= timedelta(minutes=15)
    assert not look_at_one(shop.parts)


def test_a_disabled_connection_is_not_asked(cart: AskedCart, shop: House) -> None:
    now = shop.clock.now()
    shop.parts.store.of(shop.merchant_id).write(
        lambda scope: connections.set_disabled(
            scope, shop.connection_id, disabled_at=now
        )
    )
    assert not look_at_one(shop.parts)
    assert cart.looks == []


class _DiedError(BaseException):
    """Ends a process at a point, as far as anybody else can see."""


def test_who_dies_between_asking_and_storing_loses_nothing(
    cart: AskedCart, shop: House
) -> None:
    cart.changes = [order()]
    asking = shop.parts.registry.connector("generic_webhook")
    assert asking.poll is not None
    ask = asking.poll

    def and_die(connection: Connection, cursor: str) -> Polled:
        ask(connection, cursor)
        raise _DiedError

    registry = Registry(
        connectors={"generic_webhook": replace(asking, poll=and_die)}, failures=()
    )
    with pytest.raises(_DiedError):
        look_at_one(same_parts(shop, registry=registry).parts)
    assert (shop.deliveries(), row(shop).cursor) == ([], "")
    assert not look_at_one(shop.parts)
    shop.move_real(minutes=6)
    look(shop)
    assert cart.looks == [0, 0]
    assert shop.state() is State.AUTHORIZED


def test_the_message_and_the_cursor_stand_in_one_commit(
    cart: AskedCart, shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart.changes = [order()]

    def fails(*_arguments: Any, **_options: Any) -> None:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr("hub.store.inbox.add", fails)
        look(shop)
    assert (row(shop).cursor, row(shop).failures) == ("", 1)
    shop.move_real(minutes=2)
    look(shop)
    assert shop.state() is State.AUTHORIZED


def test_two_processes_at_once_make_one_look(cart: AskedCart, shop: House) -> None:
    cart.changes = [order()]
    cart.may_answer.clear()
    other = that_asks(assemble(shop.parts.config, clock=shop.clock), cart.port)
    one = threading.Thread(target=look_at_one, args=(shop.parts,))
    one.start()
    try:
        assert cart.was_asked.wait(10)
        assert not look_at_one(other)
    finally:
        cart.may_answer.set()
        one.join()
        other.store.close()
    assert cart.looks == [0]
    assert len(shop.deliveries()) == 1


def test_who_took_too_long_stores_nothing(cart: AskedCart, shop: House) -> None:
    cart.changes = [order()]
    look(shop)
    slugs, across = ["generic_webhook"], shop.parts.store.across
    shop.move_real(minutes=15)
    now = shop.clock.now()
    late = across.write(lambda found: poll_cursors.claim(found, slugs, now=now))
    assert late is not None
    shop.move_real(minutes=6)
    cart.changes.append(order("A-1002"))
    look(shop)
    nothing = Polled(messages=(), cursor="0")
    with pytest.raises(reconcile.LeaseLostError):
        reconcile.keep(shop.parts, late, nothing, asked_at=now)
    assert row(shop).cursor == "2"


def test_failures_wait_longer_and_longer_and_are_told_after_an_hour(
    cart: AskedCart, shop: House
) -> None:
    cart.status = 503
    waits = []
    for _ in range(8):
        look(shop)
        waits.append(row(shop).due_at - shop.clock.now())
        shop.clock.real += row(shop).due_at - shop.clock.now()
    assert waits[:5] == sorted(waits[:5])
    assert waits[-1] <= timedelta(minutes=36)
    before = shop.clock.now() - timedelta(hours=1)
    (told,) = shop.read(lambda scope: poll_cursors.failing(scope, before=before))
    assert (told.connection_id, told.code) == (shop.connection_id, "HUB-CART-503")
    cart.status = 200
    look(shop)
    assert (row(shop).failures, row(shop).failing_since) == (0, None)


def test_a_defect_of_a_connector_is_a_failure_and_no_more(
    cart: AskedCart, shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart.changes = [{"no": "answer"}]
    monkeypatch.setattr(cart, "answer", lambda _wish: {})
    look(shop)
    assert row(shop).reason_code == "HUB-GEN-001"


def test_a_person_may_ask_at_once(cart: AskedCart, shop: House) -> None:
    look(shop)
    now = shop.clock.now()
    store = shop.parts.store.of(shop.merchant_id)
    assert store.write(
        lambda scope: poll_cursors.ask(scope, shop.connection_id, now=now)
    )
    look(shop)
    assert len(cart.looks) == 2


def test_it_looks_beside_the_sweep_until_it_is_told_to_stop(
    cart: AskedCart, shop: House
) -> None:
    stop = threading.Event()
    threads = reconcile.reconcile_beside(shop.parts, should_stop=stop.is_set)
    assert cart.was_asked.wait(10)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert cart.looks == [0]
