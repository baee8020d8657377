"""The second wall (T-21): PostgreSQL itself shows a session one merchant's rows."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Table, create_engine, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from hub.store.tables import TENANT_TABLES, cart_order, shop
from tests.flow.more_shops import with_merchant
from tests.flow.specimens import order, shipped
from tests.house import House
from tests.servers import PostgresServer
from tests.store.conftest import postgres_database

WALLED = pytest.mark.parametrize("table", TENANT_TABLES, ids=lambda table: table.name)


@pytest.fixture
def migrated_url(postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
    yield from postgres_database(postgres, postgres_template)


@pytest.fixture
def two(house: House) -> tuple[House, House]:
    """Two merchants of one hub, with an order each."""
    other = with_merchant(house)
    house.hear(order(), shipped())
    other.hear(order("B-2001"))
    return house, other


@pytest.fixture
def stranger(two: tuple[House, House]) -> Iterator[Engine]:
    """A connection of the hub's own role that says nothing of a merchant."""
    engine = create_engine(two[0].parts.store.engine.url)
    yield engine
    engine.dispose()


def count(engine: Engine, table: Table, merchant_id: str = "") -> int:
    with engine.begin() as connection:
        if merchant_id:
            connection.execute(
                text("SELECT set_config('hub.merchant_id', :id, true)"),
                {"id": merchant_id},
            )
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_session_without_a_merchant_sees_no_row_of_any_table(
    two: tuple[House, House], stranger: Engine
) -> None:
    assert {
        table.name: count(stranger, table) for table in TENANT_TABLES
    } == dict.fromkeys([table.name for table in TENANT_TABLES], 0)


def test_a_session_sees_its_merchants_rows_only(
    two: tuple[House, House], stranger: Engine
) -> None:
    ours, other = two
    with stranger.begin() as connection:
        connection.execute(
            text("SELECT set_config('hub.merchant_id', :id, true)"),
            {"id": ours.merchant_id},
        )
        seen = {
            table.name: set(connection.execute(select(table.c.merchant_id)).scalars())
            for table in TENANT_TABLES
        }
    assert seen["cart_order"] == {ours.merchant_id}
    assert all(other.merchant_id not in merchants for merchants in seen.values())


def test_a_session_that_was_a_merchants_forgets_it_with_the_transaction(
    two: tuple[House, House], stranger: Engine
) -> None:
    with stranger.connect() as connection:
        with connection.begin():
            connection.execute(
                text("SELECT set_config('hub.merchant_id', :id, true)"),
                {"id": two[0].merchant_id},
            )
            before = connection.execute(select(cart_order.c.id)).all()
        with connection.begin():
            after = connection.execute(select(cart_order.c.id)).all()
    assert (len(before), len(after)) == (1, 0)


def test_another_merchants_row_cannot_be_changed(two: tuple[House, House]) -> None:
    ours, other = two
    changed = ours.parts.store.of(ours.merchant_id).write(
        lambda scope: (
            scope.connection.execute(
                update(shop).where(shop.c.id == other.shop_id).values(name="見本の外")
            ).rowcount
        )
    )
    assert changed == 0


def test_another_merchants_row_cannot_be_written(two: tuple[House, House]) -> None:
    ours, other = two
    row = dict(
        other.read(lambda scope: scope.connection.execute(select(shop)).one())._mapping
    )
    with pytest.raises(ProgrammingError, match="row-level security"):
        ours.parts.store.of(ours.merchant_id).write(
            lambda scope: scope.connection.execute(
                insert(shop).values(**{**row, "id": "0" * 26})
            )
        )


@WALLED
def test_the_wall_stands_before_the_owner_of_the_table_too(
    two: tuple[House, House], stranger: Engine, table: Table
) -> None:
    query = text(
        "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class"
        " WHERE oid = CAST(:name AS regclass)"
    )
    with stranger.begin() as connection:
        name = {"name": f'"{table.name}"'}
        assert connection.execute(query, name).scalar_one() is True
