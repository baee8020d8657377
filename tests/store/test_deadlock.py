"""What only a database with many writers can do (R12)."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from hub.store import data_keys
from hub.store.store import Store, open_store
from hub.store.vault import open_vault
from tests.servers import PostgresServer
from tests.store.conftest import NOW, postgres_database
from tests.store.counted import add_one, counted, insert, value

__all__ = ["counted"]


@pytest.fixture
def migrated_url(postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
    yield from postgres_database(postgres, postgres_template)


def test_a_deadlock_is_redone_whole(counted: Store, tmp_path: Path) -> None:
    counted.writer.run(lambda connection: insert(connection, 1))
    url = counted.engine.url.render_as_string(hide_password=False)
    other = open_store(url, open_vault(tmp_path / "hub.key"), data_dir=tmp_path)
    met = threading.Barrier(2, timeout=60)
    tries: list[int] = []

    def work(first: int, second: int, connection: Connection) -> None:
        add_one(connection, first)
        tries.append(first)
        if tries.count(first) == 1:
            met.wait()
        add_one(connection, second)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(counted.writer.run, lambda c: work(0, 1, c))
        two = pool.submit(other.writer.run, lambda c: work(1, 0, c))
        one.result()
        two.result()
    other.close()
    assert len(tries) > 2
    assert (value(counted, 0), value(counted, 1)) == (2, 2)


def test_two_processes_that_make_the_same_data_key_share_it(
    store: Store, merchant_id: str, tmp_path: Path
) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    vault = open_vault(tmp_path / "hub.key")
    other = open_store(url, vault, data_dir=tmp_path)
    stores, met = [store, other], threading.Barrier(2, timeout=60)

    def make(number: int) -> list[str]:
        made = []
        for day in range(20):
            met.wait()
            ensure = partial(data_keys.ensure, label=f"day:{day}", now=NOW)
            made.append(stores[number].of(merchant_id).write(ensure))
        return made

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(make, range(2))
    other.close()
    assert one == two
