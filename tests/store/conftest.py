"""A store on a fresh database, and a house that has filled one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.contract.secret import Secret
from hub.store import merchants
from hub.store.merchants import CredentialSet
from hub.store.store import Store, open_store
from hub.store.vault import open_vault
from tests.flow.conftest import (
    house,
    migrated_url,
    open_house,
    postgres_template,
    sandbox,
    sandbox_clock,
    sqlite_template,
)
from tests.servers import PostgresServer

__all__ = [
    "house",
    "migrated_url",
    "open_house",
    "postgres_template",
    "sandbox",
    "sandbox_clock",
    "sqlite_template",
]

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def store(tmp_path: Path, migrated_url: str) -> Iterator[Store]:
    vault = open_vault(tmp_path / "hub.key")
    opened = open_store(migrated_url, vault, data_dir=tmp_path)
    yield opened
    opened.close()


def add_merchant(store: Store, name: str = "見本茶舗") -> str:
    credentials = CredentialSet(
        id="", shop_code="atd1", link_id="link1", link_password=Secret("Example01")
    )
    return store.across.write(
        lambda across: merchants.add_merchant(
            across, name=name, credentials=credentials, now=NOW
        )
    )


def postgres_database(server: PostgresServer, template: str) -> Iterator[str]:
    """Serve a test module that has nothing to say of SQLite."""
    url = server.create_database(template=template)
    yield url
    server.drop_database(url)


@pytest.fixture
def merchant_id(store: Store) -> str:
    return add_merchant(store)
