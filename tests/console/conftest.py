"""One hub with two merchants and orders in every state, shared by a test module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from hub.app import create_app
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from tests.app_cart.double import AppCart
from tests.app_cart.house import app_house
from tests.console import seed
from tests.house import House, running_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("console")
    with (
        RunningSandbox(folder / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            folder,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
        ) as opened,
    ):
        opened.open()
        seed.add_people(opened)
        seed.fill(opened)
        yield opened


@pytest.fixture(scope="module")
def other(house: House) -> House:
    other = seed.second_merchant(house)
    other.hear(
        seed.placed("9001", "他店 花子", 5000, ordered_at="2099-01-01T09:00:00Z")
    )
    return other


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house.parts)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    """A hub of one test's own: with people, without orders, and no provider."""
    nowhere = "http://127.0.0.1:1/api/"
    with running_house(tmp_path, provider_url=nowhere, control_url="") as opened:
        opened.open()
        seed.add_people(opened)
        yield opened


@pytest.fixture
def bazaar(empty: House) -> Iterator[tuple[House, AppCart]]:
    """A hub whose operator offers the bazaar's app, and the bazaar."""
    with app_house(empty) as opened:
        yield opened
