"""Carts are asked in threads of their own: no lane ever waits for one."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.flow import drains, fetch_pool
from hub.flow.absorb import MOST_TRIES, absorb
from hub.queue import Lane, Quiet, Stop
from hub.registry import Registry
from hub.store import inbox
from hub.store.tables import inbox as inbox_table
from tests.asked_cart.double import AskedCart
from tests.flow.more_shops import with_shop
from tests.flow.specimens import order
from tests.house import House, same_parts

# Of a lease that was renewed just now.
MOST = timedelta(seconds=45)
CHANGED = {"changed": "A-1001"}


@pytest.fixture
def draining(
    shop: House, cart: AskedCart, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stop]:
    """Drain the inbox again and again, in a thread, until the test ends."""
    monkeypatch.setattr(drains, "IDLE_SECONDS", 0.3)
    monkeypatch.setattr(fetch_pool, "FAREWELL_SECONDS", 0.1)
    stop = Stop()

    def drain() -> None:
        while not stop.is_requested:
            drains.drain(shop.parts, Lane.ABSORB, stop)

    one = threading.Thread(target=drain)
    one.start()
    try:
        yield stop
    finally:
        stop.is_requested = True
        one.join(20)
        cart.may_answer.set()
        assert not one.is_alive()


def rows(shop: House) -> list[Any]:
    query = select(inbox_table).order_by(inbox_table.c.received_at, inbox_table.c.id)
    return shop.read(lambda scope: list(scope.connection.execute(query)))


def states(shop: House) -> list[str]:
    return [row.state for row in rows(shop)]


def until(shop: House, is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so() and time.monotonic() < end:
        shop.parts.bell.ring(Lane.ABSORB)
        time.sleep(0.05)
    assert is_so()


def changed(shop: House, count: int) -> None:
    for number in range(count):
        shop.send({**CHANGED, "again": number})


def test_silent_carts_keep_no_other_shop_waiting(
    cart: AskedCart, shop: House, draining: Stop
) -> None:
    cart.may_answer.clear()
    changed(shop, 6)
    assert cart.was_asked.wait(60)
    with_shop(shop).send(order("B-1"))
    until(shop, lambda: states(shop)[-1] == "done")
    assert states(shop)[:-1] == ["new"] * 6
    assert 1 <= len(cart.asking) <= fetch_pool.PER_CONNECTION


def test_what_was_fetched_is_absorbed_at_once(
    cart: AskedCart, shop: House, draining: Stop
) -> None:
    changed(shop, 20)
    until(shop, lambda: states(shop) == ["done"] * 20)
    assert cart.fetches == ["A-1001"] * 20
    assert cart.most_at_once <= fetch_pool.PER_CONNECTION
    assert {row.tries for row in rows(shop)} == {1}


def test_a_lease_is_renewed_for_as_long_as_a_cart_takes(
    cart: AskedCart, shop: House, draining: Stop
) -> None:
    cart.may_answer.clear()
    changed(shop, 1)
    assert cart.was_asked.wait(60)
    for _ in range(4):
        shop.move_real(seconds=30)
        until(shop, lambda: rows(shop)[0].lease_until > shop.clock.now() + MOST)
    assert len(cart.asking) == 1
    cart.may_answer.set()
    until(shop, lambda: states(shop) == ["done"])
    assert len(cart.fetches) == 1


def test_the_end_of_a_drain_gives_back_what_a_cart_keeps(
    cart: AskedCart, shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_pool, "FAREWELL_SECONDS", 0.1)
    monkeypatch.setattr(drains, "LONGEST_SECONDS", 0.5)
    cart.may_answer.clear()
    changed(shop, 4)
    one = drains.Drain(shop.parts, Lane.ABSORB)
    one.attend(Stop(), Quiet(), seconds=0.5)
    one.finish()
    assert [(row.tries, row.lease_until) for row in rows(shop)] == [(0, None)] * 4
    cart.may_answer.set()
    shop.settle()
    assert states(shop) == ["done"] * 4


def test_a_cart_that_gives_nothing_is_not_asked_for_each(
    cart: AskedCart, shop: House, draining: Stop
) -> None:
    cart.may_answer.clear()
    cart.status = 503
    changed(shop, 8)
    assert cart.was_asked.wait(60)
    until(shop, lambda: all(row.lease_until for row in rows(shop)))
    cart.may_answer.set()
    until(shop, lambda: not any(row.lease_until for row in rows(shop)))
    assert {row.reason_code for row in rows(shop)} == {"HUB-CART-504"}
    assert {row.tries for row in rows(shop)} == {0}
    assert len(cart.fetches) <= 2 * fetch_pool.PER_CONNECTION


def test_a_full_round_leaves_the_rest_in_the_book(
    cart: AskedCart, shop: House, draining: Stop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_pool, "MOST_WAITING_IN_ALL", 3)
    cart.may_answer.clear()
    changed(shop, 40)
    assert cart.was_asked.wait(60)
    other = with_shop(shop)
    other.send({**CHANGED, "of": "another"})
    time.sleep(0.5)
    held = [row for row in rows(shop) if row.lease_until]
    assert 0 < len(held) < 25
    cart.may_answer.set()
    until(shop, lambda: set(states(shop)) == {"done"})


def test_who_took_too_long_is_no_poison(cart: AskedCart, shop: House) -> None:
    shop.send(CHANGED)
    store = shop.parts.store.of(shop.merchant_id)

    def claimed() -> inbox.ClaimedDelivery:
        now = shop.clock.now()
        (one,) = store.write(lambda scope: inbox.claim(scope, limit=1, now=now))
        return one

    for _ in range(2 * MOST_TRIES):
        late = claimed()
        shop.move_real(minutes=2)
        newer = claimed()
        absorb(shop.parts, late)
        shop.move_real(minutes=2)
        absorb(shop.parts, replace(newer, lease_token="of another life"))
    assert rows(shop)[0].tries <= MOST_TRIES
    shop.move_real(minutes=2)
    shop.settle()
    assert states(shop) == ["done"]


def test_a_connector_that_asks_nothing_has_no_pool(house: House) -> None:
    generic = {"generic_webhook": house.parts.registry.connector("generic_webhook")}
    parts = same_parts(house, registry=Registry(connectors=generic, failures=())).parts
    assert drains.Drain(parts, Lane.ABSORB).fetches is None


def test_three_silent_carts_leave_threads_for_a_fourth() -> None:
    assert 3 * fetch_pool.PER_CONNECTION < fetch_pool.THREADS
    # What one cart may have claimed of the book is far from all that may be.
    assert 4 * fetch_pool.MOST_WAITING <= fetch_pool.MOST_WAITING_IN_ALL
