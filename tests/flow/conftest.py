"""A hub with one shop beside the real sandbox, on SQLite and on PostgreSQL.

After every test the books must hold and agree with the outside witness.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from hub.store.engine import open_engine
from hub.store.schema import migrate
from tests.asked_cart.connector import asking_house
from tests.asked_cart.double import AskedCart
from tests.cart import MovableClock
from tests.flow.specimens import order
from tests.house import House, running_house
from tests.servers import PostgresServer

OpenHouse = Callable[..., AbstractContextManager[House]]


def _filled(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "hub.sqlite"
    _filled(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    return postgres.create_template(_filled)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the newest schema."""
    if request.param == "sqlite":
        path = tmp_path / "hub.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    template = request.getfixturevalue("postgres_template")
    url = server.create_database(template=template)
    yield url
    server.drop_database(url)


@pytest.fixture
def sandbox_clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def sandbox(tmp_path: Path, sandbox_clock: MovableClock) -> Iterator[RunningSandbox]:
    rules = Rules(review_seconds=0)
    with RunningSandbox(
        tmp_path / "sandbox", clock=sandbox_clock, rules=rules
    ) as running:
        yield running


@pytest.fixture
def open_house(
    tmp_path: Path,
    sandbox: RunningSandbox,
    sandbox_clock: MovableClock,
    migrated_url: str,
) -> OpenHouse:
    """A hub without a merchant; `open` adds one."""

    @contextmanager
    def opened(**options: Any) -> Iterator[House]:
        with running_house(
            tmp_path,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
            database_url=migrated_url,
            is_migrated=True,
            **options,
        ) as house:
            sandbox_clock.others.append(house.clock)
            yield house
            assert house.violations() == []
            assert house.disagreements() == []

    return opened


@pytest.fixture
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house() as opened:
        opened.open()
        yield opened


@pytest.fixture
def cart_and_house(house: House) -> Iterator[tuple[AskedCart, House]]:
    """A cart that can be asked and shows one order, and the house that asks it."""
    with asking_house(house) as (opened, cart):
        cart.shown["A-1001"] = order()
        yield cart, opened


@pytest.fixture
def cart(cart_and_house: tuple[AskedCart, House]) -> AskedCart:
    return cart_and_house[0]


@pytest.fixture
def shop(cart_and_house: tuple[AskedCart, House]) -> House:
    return cart_and_house[1]
