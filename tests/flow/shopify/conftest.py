"""A shop of the Shopify double behind a hub, for every test of this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from tests.cart import MovableClock
from tests.flow.shopify_shop import ShopifyShop, shopify_shop
from tests.house import House


@pytest.fixture
def migrated_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: what differs between databases is tested beside this."""
    path = tmp_path / "hub.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sandbox(tmp_path: Path, sandbox_clock: MovableClock) -> Iterator[RunningSandbox]:
    """A provider whose reviews take an hour of its own clock."""
    rules = Rules(review_seconds=3600)
    with RunningSandbox(tmp_path / "s", clock=sandbox_clock, rules=rules) as running:
        yield running


@pytest.fixture
def store(house: House) -> Iterator[ShopifyShop]:
    with shopify_shop(house) as opened:
        yield opened
