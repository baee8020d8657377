from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from hub.store.engine import open_engine
from hub.store.schema import _alembic, is_current, migrate
from hub.store.tables import TENANT_TABLES, metadata


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def go_to(engine: Engine, revision: str) -> None:
    with engine.connect() as bare:
        connection = bare.execution_options(writes=True)
        with connection.begin():
            command.downgrade(_alembic(connection), revision)


def test_the_newest_schema_is_the_tables_of_the_code(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_the_way_down_leads_to_an_empty_database(engine: Engine) -> None:
    migrate(engine)
    go_to(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}


def test_the_way_up_can_be_gone_again(engine: Engine) -> None:
    migrate(engine)
    go_to(engine, "base")
    migrate(engine)
    assert is_current(engine)
    assert set(metadata.tables) < set(inspect(engine).get_table_names())


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    migrate(engine)
    assert is_current(engine)


def test_an_empty_database_is_not_current(engine: Engine) -> None:
    assert not is_current(engine)


@pytest.mark.parametrize("table", TENANT_TABLES, ids=lambda table: table.name)
def test_a_merchants_table_begins_its_key_with_the_merchant(table) -> None:
    assert next(iter(table.primary_key.columns)).name == "merchant_id"


@pytest.mark.parametrize("table", TENANT_TABLES, ids=lambda table: table.name)
def test_a_reference_between_merchants_rows_holds_the_merchant(table) -> None:
    for constraint in table.foreign_key_constraints:
        if constraint.referred_table.name != "merchant":
            assert "merchant_id" in constraint.column_keys


def test_a_migration_that_is_cut_leaves_the_old_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C17"""
    engine = open_engine(f"sqlite:///{tmp_path / 'cut.sqlite'}")

    def cut(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", cut)
        with pytest.raises(KeyboardInterrupt):
            migrate(engine)
    assert "cart_order" not in inspect(engine).get_table_names()
    migrate(engine)
    assert is_current(engine)
    engine.dispose()
