"""Bringing a database to the schema of this version."""

from functools import cache
from importlib import resources

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def _alembic(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    location = resources.files("hub.store") / "migrations"
    config.set_main_option("script_location", str(location))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def migrate(engine: Engine) -> None:
    """Upgrade to the newest schema, in one transaction."""
    with engine.connect() as bare:
        connection = bare.execution_options(writes=True)
        with connection.begin():
            command.upgrade(_alembic(connection), "head")


def is_current(engine: Engine) -> bool:
    """Tell whether the database has the newest schema."""
    with engine.connect() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
    return found == _newest()


@cache
def _newest() -> frozenset[str]:
    # Read once: going through the files took ten times what the database takes.
    return frozenset(ScriptDirectory.from_config(_alembic()).get_heads())
