"""One process works all lanes: what a commit began is handed on, and costs less."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from hub.domain.known import State
from hub.flow.claims import Claims
from hub.flow.relay import Task
from hub.queue import Lane
from tests.flow.specimens import order, shipped
from tests.house import House


class Along:
    """A next lane that keeps what it is handed until it is told to go on."""

    def __init__(self, then: "Along | None" = None, *, has_place: bool = True) -> None:
        self.then = then
        self.has_place = has_place
        self.places = 0
        self.taken: list[Task] = []

    def reserve(self, _merchant_id: str, *, seconds: float) -> bool:
        self.places += self.has_place
        return self.has_place

    def release(self, _merchant_id: str) -> None:
        self.places -= 1

    def take(self, _merchant_id: str, task: Task) -> None:
        self.taken.append(task)

    def go_on(self) -> set[Lane]:
        lanes: set[Lane] = set()
        while self.taken:
            lanes |= self.taken.pop(0)(self.then)
            self.places -= 1
        return lanes


def claimed(house: House, lane: Lane, then: Along | None) -> set[Lane]:
    """Claim what a lane has due and do it."""
    claims = Claims(
        house.parts, lane, then, free_for=lambda _merchant, *, taken: 9 - taken
    )
    tasks, _is_behind = claims.next()
    lanes: set[Lane] = set()
    for _merchant_id, task in tasks:
        lanes |= task()
    return lanes


def operations(house: House) -> list[tuple[str, str]]:
    lines = house.operations()
    return [(line.target, line.state) for line in lines]


def test_a_registration_and_its_update_are_begun_where_they_are_planned(house: House):
    cart = Along()
    provider = Along(cart)
    house.send(order())
    rings = claimed(house, Lane.ABSORB, provider)
    assert (rings, operations(house)) == (set(), [("provider", "sending")])
    rings = provider.go_on()
    assert rings == set()
    assert operations(house) == [("provider", "done"), ("cart", "sending")]
    cart.go_on()
    assert operations(house) == [("provider", "done"), ("cart", "done")]
    assert house.cart.kinds == ["screening.ok"]
    assert (provider.places, cart.places) == (0, 0)


def test_what_finds_no_place_is_planned_and_rung_for(house: House):
    provider = Along(has_place=False)
    house.send(order())
    assert claimed(house, Lane.ABSORB, provider) == {Lane.PROVIDER}
    assert operations(house) == [("provider", "planned")]
    assert claimed(house, Lane.PROVIDER, Along(has_place=False)) == {Lane.CART}
    assert operations(house) == [("provider", "done"), ("cart", "planned")]


def test_only_the_first_of_an_order_is_handed_on(house: House):
    house.hear(order())
    cart = Along()
    provider = Along(cart)
    house.send(shipped())
    assert claimed(house, Lane.ABSORB, provider) == {Lane.PROVIDER}
    assert claimed(house, Lane.PROVIDER, cart) == {Lane.CART}
    assert (provider.taken, cart.taken, provider.places, cart.places) == ([], [], 0, 0)
    house.settle()
    assert house.state() is State.SHIPMENT_REPORTED


def test_a_place_is_given_back_where_nothing_is_begun(house: House):
    provider = Along()
    house.hear(order())
    house.send(order(version=1))
    claimed(house, Lane.ABSORB, provider)
    assert (provider.places, provider.taken) == (0, [])


@contextmanager
def counted(house: House) -> Iterator[Counter[str]]:
    """Count statements and commits as SQLite sees them."""
    engine = house.parts.store.engine
    seen: Counter[str] = Counter()

    def note(text: str) -> None:
        word = text.split(maxsplit=1)[0].upper()
        seen[word if word in ("BEGIN", "COMMIT") else "statement"] += 1

    def checked_out(connection: Any, *_more: Any) -> None:
        connection.set_trace_callback(note)

    def checked_in(connection: Any, *_more: Any) -> None:
        if connection is not None:
            connection.set_trace_callback(None)

    engine.dispose()
    event.listen(engine, "checkout", checked_out)
    event.listen(engine, "checkin", checked_in)
    try:
        yield seen
    finally:
        event.remove(engine, "checkout", checked_out)
        event.remove(engine, "checkin", checked_in)


def test_an_order_costs_no_more_statements_than_it_did(house: House):
    if house.parts.store.engine.dialect.name != "sqlite":
        # The same statements, and there is nobody who would count them.
        return
    house.hear(order("A-1000"))
    house.send(order())
    cart = Along()
    provider = Along(cart)
    with counted(house) as seen:
        claimed(house, Lane.ABSORB, provider)
        provider.go_on()
        cart.go_on()
    assert house.state() is State.AUTHORIZED
    # Claimed; folded and begun; answered and begun to tell; told.
    assert seen["COMMIT"] <= 4
    assert seen["statement"] <= 50, seen
