import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from hub.store import audit as trail
from hub.store.store import Store
from hub.store.tables import audit
from tests.store.conftest import NOW, add_merchant

LENGTH = 30


def fill(store: Store, merchant_id: str, count: int = LENGTH) -> None:
    def work(scope: Any) -> None:
        for number in range(count):
            trail.record(
                scope,
                user_id="u" * 26,
                action="release",
                subject=str(number),
                detail={"number": number},
                now=NOW,
            )

    store.of(merchant_id).write(work)


def broken(store: Store) -> list[tuple[str, int]]:
    return store.across.read(lambda across: list(trail.broken_rows(across)))


def change(store: Store, merchant_id: str, statement: Any) -> None:
    store.of(merchant_id).write(lambda scope: scope.connection.execute(statement))


def row(store: Store, merchant_id: str, seq: int) -> dict[str, Any]:
    query = select(audit).where(audit.c.seq == seq)
    found = store.of(merchant_id).read(lambda s: s.connection.execute(query).one())
    return dict(found._mapping)


def test_an_untouched_chain_holds(store: Store, merchant_id: str) -> None:
    fill(store, merchant_id)
    assert broken(store) == []


def test_every_merchant_has_a_chain_of_its_own(store: Store, merchant_id: str) -> None:
    other = add_merchant(store, "見本二")
    fill(store, merchant_id, 3)
    fill(store, other, 3)
    fill(store, merchant_id, 3)
    assert broken(store) == []


COLUMNS: dict[str, Callable[[random.Random], object]] = {
    "user_id": lambda _: "v" * 26,
    "action": lambda _: "adopt",
    "subject": lambda chance: f"other{chance.random()}",
    "detail": lambda chance: {"number": -chance.randrange(1, 99)},
    "previous_hash": lambda chance: f"{chance.getrandbits(256):064x}",
    "hash": lambda chance: f"{chance.getrandbits(256):064x}",
}


def test_a_hundred_rows_that_were_tampered_with_are_all_found(
    store: Store, merchant_id: str
) -> None:
    fill(store, merchant_id)
    chance = random.Random(27)
    missed = []
    for _ in range(100):
        seq, column = chance.randint(1, LENGTH), chance.choice(list(COLUMNS))
        before = row(store, merchant_id, seq)
        values = {column: COLUMNS[column](chance)}
        here = audit.c.seq == seq
        change(store, merchant_id, update(audit).where(here).values(**values))
        if (merchant_id, seq) not in broken(store):
            missed.append((seq, column))
        restored = {column: before[column]}
        change(store, merchant_id, update(audit).where(here).values(**restored))
    assert missed == []
    assert broken(store) == []


def test_a_row_that_was_taken_out_is_found(store: Store, merchant_id: str) -> None:
    fill(store, merchant_id)
    change(store, merchant_id, delete(audit).where(audit.c.seq == 7))
    assert broken(store) == [(merchant_id, 8)]


def test_a_row_that_was_put_in_is_found(store: Store, merchant_id: str) -> None:
    fill(store, merchant_id)
    forged = {**row(store, merchant_id, LENGTH), "seq": LENGTH + 1}
    change(store, merchant_id, insert(audit).values(**forged))
    assert broken(store) == [(merchant_id, LENGTH + 1)]


def test_rows_that_changed_places_are_found(store: Store, merchant_id: str) -> None:
    fill(store, merchant_id)
    for old, new in ((3, 99), (4, 3), (99, 4)):
        here = update(audit).where(audit.c.seq == old)
        change(store, merchant_id, here.values(seq=new))
    assert broken(store)


@pytest.mark.parametrize("threads", [8])
def test_people_who_act_at_once_make_one_chain(
    store: Store, merchant_id: str, threads: int
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: fill(store, merchant_id, 2), range(threads)))
    assert broken(store) == []
    assert row(store, merchant_id, threads * 2)["seq"] == threads * 2
