"""The last wall: what the database refuses even if our code asked for it."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Table, insert, select
from sqlalchemy.exc import IntegrityError

from hub.store import tables
from hub.store.types import new_id
from tests.flow.specimens import order
from tests.house import House
from tests.store.conftest import NOW


@pytest.fixture
def filled(house: House) -> House:
    house.hear(order())
    return house


def row_of(house: House, table: Table) -> dict[str, Any]:
    query = select(table).where(table.c.merchant_id == house.merchant_id).limit(1)
    return dict(
        house.read(lambda scope: scope.connection.execute(query).one())._mapping
    )


def add(house: House, table: Table, row: Mapping[str, Any], **changes: Any) -> None:
    values = {**row, "id": new_id(NOW), **changes}
    store = house.parts.store.of(house.merchant_id)
    store.write(lambda scope: scope.connection.execute(insert(table).values(**values)))


def test_one_delivery_stands_once(filled: House) -> None:
    """I-03"""
    row = row_of(filled, tables.inbox)
    with pytest.raises(IntegrityError):
        add(filled, tables.inbox, row)


def test_one_number_is_live_once_at_the_provider(filled: House) -> None:
    """I-07"""
    row = row_of(filled, tables.transaction)
    with pytest.raises(IntegrityError):
        add(filled, tables.transaction, row, generation=2)


def test_a_number_that_is_no_longer_live_may_be_used_again(filled: House) -> None:
    row = row_of(filled, tables.transaction)
    fields = {"generation": 2, "is_live": False, "state": "CANCELLED"}
    known = {**row["known"], "state": "CANCELLED", "provider_transaction_id": ""}
    add(
        filled,
        tables.transaction,
        {**row, "provider_transaction_id": ""},
        known={**known, "is_live": False},
        **fields,
    )
    transaction = tables.transaction
    query = select(transaction.c.id)
    rows = filled.read(lambda scope: list(scope.connection.execute(query)))
    assert len(rows) == 2
    remove_journal_gap(filled)


def remove_journal_gap(house: House) -> None:
    """Take the second row away again: it never happened in the journal."""
    transaction = tables.transaction
    store = house.parts.store.of(house.merchant_id)
    store.write(
        lambda scope: scope.connection.execute(
            transaction.delete().where(transaction.c.generation == 2)
        )
    )


def test_one_attempt_is_in_flight_at_a_time(filled: House) -> None:
    """I-10"""
    row = {**row_of(filled, tables.attempt), "state": "sending", "ended_at": None}
    with pytest.raises(IntegrityError):
        add_twice(filled, row)


def add_twice(house: House, row: Mapping[str, Any]) -> None:
    """Both in one commit, so that neither stays."""
    attempt = tables.attempt

    def work(scope: Any) -> None:
        for _ in range(2):
            values = {**row, "id": new_id(NOW)}
            scope.connection.execute(insert(attempt).values(**values))

    house.parts.store.of(house.merchant_id).write(work)


def test_one_effect_is_open_at_the_provider_at_a_time(filled: House) -> None:
    row = {**row_of(filled, tables.operation), "target": "provider"}
    operation = tables.operation

    def work(scope: Any) -> None:
        for number in (98, 99):
            values = {**row, "id": new_id(NOW), "seq": number, "state": "planned"}
            scope.connection.execute(insert(operation).values(**values))

    with pytest.raises(IntegrityError):
        filled.parts.store.of(filled.merchant_id).write(work)


def test_one_order_number_stands_once_in_a_shop(filled: House) -> None:
    with pytest.raises(IntegrityError):
        add(filled, tables.cart_order, row_of(filled, tables.cart_order))


def test_one_connection_of_a_shop_takes_orders(filled: House) -> None:
    row = row_of(filled, tables.connection)
    with pytest.raises(IntegrityError):
        add(filled, tables.connection, row, hook_key_hash="other", tag_key="other")


def test_a_row_cannot_refer_to_another_merchants(filled: House) -> None:
    """I-29"""
    from tests.store.conftest import add_merchant

    other = add_merchant(filled.parts.store, "見本二")
    row = row_of(filled, tables.transaction)
    values = {**row, "id": new_id(NOW), "merchant_id": other}
    transaction = tables.transaction
    with pytest.raises(IntegrityError):
        filled.parts.store.of(other).write(
            lambda scope: scope.connection.execute(insert(transaction).values(**values))
        )
