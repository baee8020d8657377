"""What a delivery only names is asked of its cart once, and kept sealed beside it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from hub.domain.known import State
from hub.flow.absorb import MOST_TRIES
from hub.flow.intervene import replay_delivery
from hub.store import inbox, inbox_documents
from hub.store.erasing import erase_delivery
from hub.store.tables import inbox_document
from tests.asked_cart.double import AskedCart
from tests.flow.specimens import order
from tests.house import House

CHANGED = {"changed": "A-1001"}


def delivery(shop: House) -> Any:
    (one,) = shop.deliveries()
    return one


def row(shop: House) -> Any:
    found = shop.read(lambda scope: inbox.get(scope, delivery(shop).id))
    assert found is not None
    return found[0]


def documents(shop: House) -> dict[str, bytes]:
    delivery_id = delivery(shop).id
    return shop.read(lambda scope: inbox_documents.of_delivery(scope, delivery_id))


def test_an_order_that_is_only_named_is_fetched_and_registered(
    cart: AskedCart, shop: House
) -> None:
    shop.hear(CHANGED)
    assert shop.state() is State.AUTHORIZED
    assert cart.fetches == ["A-1001"]
    assert list(documents(shop)) == ["order"]


def test_a_replay_uses_what_is_stored(cart: AskedCart, shop: House) -> None:
    shop.hear(CHANGED)
    cart.status = 503
    replay_delivery(shop.parts, shop.merchant_id, delivery(shop).id, user_id="someone")
    shop.settle()
    assert row(shop).state == "done"
    assert cart.fetches == ["A-1001"]


def test_a_delivery_that_needs_no_document_asks_for_none_again(
    cart: AskedCart, shop: House
) -> None:
    shop.hear(order())
    assert cart.fetches == []
    assert row(shop).fetched_at is not None
    assert documents(shop) == {}


def test_what_was_fetched_stands_sealed(shop: House) -> None:
    shop.hear(CHANGED)
    body = shop.read(
        lambda scope: scope.connection.execute(
            select(inbox_document.c.body)
        ).scalar_one()
    )
    assert "花子".encode() not in body
    assert "花子".encode() in documents(shop)["order"]


def test_a_cart_that_does_not_answer_spoils_no_delivery(
    cart: AskedCart, shop: House
) -> None:
    cart.status = 503
    shop.hear(CHANGED)
    for _ in range(3 * MOST_TRIES):
        shop.wait(minutes=20)
    assert row(shop).state == "new"
    assert row(shop).reason_code == "HUB-CART-504"
    cart.status = 200
    shop.wait(minutes=20)
    assert shop.state() is State.AUTHORIZED
    assert row(shop).waits_since is None


def test_the_waits_grow_and_a_wish_of_the_cart_is_kept(
    cart: AskedCart, shop: House
) -> None:
    cart.status = 429
    shop.hear(CHANGED)
    waits = []
    for _ in range(4):
        waits.append(row(shop).due_at - shop.clock.now())
        shop.clock.real += row(shop).due_at - shop.clock.now()
        shop.settle()
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(seconds=40)
    cart.retry_after = 1800
    shop.clock.real += row(shop).due_at - shop.clock.now()
    shop.settle()
    assert row(shop).due_at - shop.clock.now() >= timedelta(seconds=1800)


def test_a_cart_that_refuses_leaves_it_to_a_person(
    cart: AskedCart, shop: House
) -> None:
    cart.status = 404
    shop.hear(CHANGED)
    assert (row(shop).state, row(shop).reason_code) == ("quarantined", "HUB-CART-404")
    cart.status = 200
    replay_delivery(shop.parts, shop.merchant_id, delivery(shop).id, user_id="someone")
    shop.settle()
    assert shop.state() is State.AUTHORIZED


def test_a_silence_of_an_hour_is_told(cart: AskedCart, shop: House) -> None:
    cart.status = 503
    shop.hear(CHANGED)

    def silent() -> Any:
        before = shop.clock.now() - timedelta(hours=1)
        return shop.read(lambda scope: inbox_documents.waiting(scope, before=before))

    assert silent() == []
    shop.wait(minutes=61)
    assert silent() == [(shop.connection_id, 1)]


def test_whoever_lost_the_lease_stores_nothing(shop: House) -> None:
    shop.send(CHANGED)
    store = shop.parts.store.of(shop.merchant_id)
    now = shop.clock.now()
    (late,) = store.write(lambda scope: inbox.claim(scope, limit=1, now=now))
    shop.move_real(minutes=2)
    shop.settle()
    assert not store.write(
        lambda scope: inbox_documents.keep(
            scope, late, {"order": b"{}"}, read_at=now, now=now
        )
    )
    assert documents(shop)["order"] != b"{}"


def test_a_document_that_was_changed_is_named(shop: House) -> None:
    shop.hear(CHANGED)
    store = shop.parts.store.of(shop.merchant_id)
    changed = update(inbox_document)
    before = shop.read(
        lambda scope: scope.connection.execute(
            select(inbox_document.c.body_sha256)
        ).scalar_one()
    )
    store.write(
        lambda scope: scope.connection.execute(changed.values(body_sha256="0" * 64))
    )
    found = [(one.invariant, one.table) for one in shop.violations()]
    assert found == [("I-05", "inbox_document")]
    store.write(
        lambda scope: scope.connection.execute(changed.values(body_sha256=before))
    )


def test_what_is_forgotten_takes_its_documents_along(shop: House) -> None:
    shop.hear(CHANGED)
    now, delivery_id = shop.clock.now(), delivery(shop).id
    shop.parts.store.of(shop.merchant_id).write(
        lambda scope: erase_delivery(scope, delivery_id, now=now)
    )
    assert documents(shop) == {}
    assert shop.violations() == []
