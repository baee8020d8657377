"""A table with a count in it, for tests of the writer."""

import pytest
from sqlalchemy import Connection, text

from hub.store.store import Across, Store


@pytest.fixture
def counted(store: Store) -> Store:
    store.writer.run(
        lambda connection: connection.execute(
            text("CREATE TABLE counted (number INTEGER PRIMARY KEY, value INTEGER)")
        )
    )
    store.writer.run(lambda connection: insert(connection, 0))
    return store


def insert(connection: Connection, number: int) -> None:
    connection.execute(
        text("INSERT INTO counted VALUES (:number, 0)"), {"number": number}
    )


def add_one(connection: Connection, number: int = 0) -> None:
    connection.execute(
        text("UPDATE counted SET value = value + 1 WHERE number = :number"),
        {"number": number},
    )


def value(store: Store, number: int = 0) -> int:
    query = text("SELECT value FROM counted WHERE number = :number")

    def work(across: Across) -> int:
        found = across.connection.execute(query, {"number": number}).scalar_one()
        return int(found)

    return store.across.read(work)
