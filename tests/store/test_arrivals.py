"""Many webhooks of one moment: one statement, and each its own answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from hub.contract.connector import Role
from hub.contract.proof import Origin, stored
from hub.domain.policy import Mode
from hub.store import arrivals, connections, inbox, merchants, sealing
from hub.store.arrivals import Arrival
from hub.store.store import MerchantStore, Store
from hub.store.tables import inbox as inbox_table
from tests.store.conftest import add_merchant

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.fixture
def merchant(store: Store) -> MerchantStore:
    return store.of(add_merchant(store))


@pytest.fixture
def connection_id(merchant: MerchantStore) -> str:
    shop_id = merchant.write(
        lambda scope: merchants.add_shop(
            scope, name="本店", mode=Mode.AUTOMATIC, cutover_at=NOW, now=NOW
        )
    )
    found, _hook, _tag = merchant.write(
        lambda scope: connections.add(
            scope,
            shop_id=shop_id,
            connector="generic_webhook",
            roles=tuple(Role),
            settings={},
            secrets={},
            now=NOW,
        )
    )
    return found


def arrival(
    merchant: MerchantStore, connection_id: str, key: str, body: bytes = b"{}"
) -> Arrival:
    delivery = stored(
        origin=Origin.SIGNED,
        topic="events",
        dedupe_key=key,
        body=body,
        received_at=NOW,
        content_type="application/json",
    )
    return arrivals.arrival(
        delivery,
        connection_id=connection_id,
        shop_id="shop",
        sealer=sealing.sealer(merchant, "day:2026-11-25", NOW),
        now=NOW,
    )


def add(merchant: MerchantStore, *items: Arrival) -> list[bool]:
    return merchant.write(lambda scope: arrivals.add_all(scope, items))


def counts(merchant: MerchantStore) -> dict[str, int]:
    query = select(inbox_table.c.dedupe_key, inbox_table.c.delivery_count)
    rows = merchant.read(lambda scope: scope.connection.execute(query).all())
    return {key: count for key, count in rows}  # noqa: C416 (rows are no pairs to mypy)


def test_all_of_one_moment_are_new(merchant, connection_id):
    items = [arrival(merchant, connection_id, f"m-{n}") for n in range(40)]
    assert add(merchant, *items) == [True] * 40


def test_each_keeps_its_own_bytes(merchant, connection_id):
    bodies = {b"a" * 9000, b"b", b""}
    items = [arrival(merchant, connection_id, repr(b), b) for b in bodies]
    add(merchant, *items)
    ids = [item.values["id"] for item in items]
    opened = merchant.read(lambda scope: [inbox.get(scope, one) for one in ids])
    assert {found[1].body for found in opened if found} == bodies


def test_a_message_twice_at_one_moment_is_new_once_and_counted_twice(
    merchant, connection_id
):
    items = [arrival(merchant, connection_id, key) for key in ("m-2", "m-1", "m-2")]
    assert add(merchant, *items) == [True, True, False]
    assert counts(merchant) == {"m-1": 1, "m-2": 2}


def test_a_message_that_was_there_before_is_a_duplicate_among_new_ones(
    merchant, connection_id
):
    add(merchant, arrival(merchant, connection_id, "m-1"))
    items = [arrival(merchant, connection_id, key) for key in ("m-0", "m-1", "m-2")]
    assert add(merchant, *items) == [True, False, True]
    assert counts(merchant) == {"m-0": 1, "m-1": 2, "m-2": 1}


def test_another_merchants_delivery_is_not_stored(store, merchant, connection_id):
    foreign = arrival(merchant, connection_id, "m-1")
    with pytest.raises(ValueError, match="another merchant"):
        add(store.of(add_merchant(store, "別の店")), foreign)


class Answers:
    """What the writer told of joined items."""

    def __init__(self) -> None:
        self.told: dict[str, bool | Exception | None] = {}
        self.threads: set[str] = set()

    def join(self, merchant: MerchantStore, item: Arrival) -> None:
        def done(is_new: bool | None, error: Exception | None) -> None:
            self.told[item.dedupe_key] = is_new if error is None else error
            self.threads.add(threading.current_thread().name)

        merchant.join(arrivals.add_all, item, done=done)


@pytest.fixture
def together(store: Store):
    """Keep the writer busy, so that what is joined comes into one commit."""
    go, started = threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        started.set()
        go.wait(10)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(store.writer.run, wait)
        started.wait(10)
        yield go
        go.set()


def test_what_is_joined_is_told_after_the_commit(store, merchant, connection_id):
    answers = Answers()
    answers.join(merchant, arrival(merchant, connection_id, "m-1"))
    store.writer.close()
    assert (answers.told, answers.threads) == ({"m-1": True}, {"writer"})
    assert counts(merchant) == {"m-1": 1}


def test_a_bad_one_of_many_spares_the_others(store, merchant, connection_id, together):
    good = [arrival(merchant, connection_id, f"m-{n}") for n in range(3)]
    bad = arrival(merchant, "nobody", "bad")
    answers = Answers()
    for item in (good[0], bad, *good[1:]):
        answers.join(merchant, item)
    together.set()
    store.writer.close()
    assert isinstance(answers.told.pop("bad"), IntegrityError)
    assert answers.told == {"m-0": True, "m-1": True, "m-2": True}
    assert counts(merchant) == {"m-0": 1, "m-1": 1, "m-2": 1}
