"""Fixtures for every test of the house, the connectors' own tests included."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from sqlalchemy.engine import make_url

from tests import provision, servers
from tests.compiled import compiled_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

IN_CI = os.environ.get("CI") == "true"
SLOW_ROOMS = ("tests/journeys/", "tests/browser/", "tests/faults/")
MARK_BY_FIXTURE = {
    "postgres": "postgres",
    "redis_server": "redis",
    "chromium": "browser",
}
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class OutsideNetworkError(RuntimeError):
    """A test tried to reach an address outside this machine."""


def pytest_report_header() -> list[str]:
    """Says which servers the tests will use, and why one is missing."""
    redis = provision.redis_program() or "not on PATH: the wheel's Valkey stands in"
    chromium = provision.chromium_program() or "not on PATH and HUB_CHROMIUM is not set"
    postgres = (
        "HUB_TEST_PG_URL" if "HUB_TEST_PG_URL" in os.environ else "from the wheel"
    )
    return [f"redis-server: {redis}", f"chromium: {chromium}", f"postgres: {postgres}"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests by the servers they ask for and the folder they stand in."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARK_BY_FIXTURE:
                item.add_marker(MARK_BY_FIXTURE[fixture])
        place = item.path.relative_to(item.config.rootpath).as_posix()
        if place.startswith(SLOW_ROOMS):
            item.add_marker("slow")
    # A file that takes minutes and begins last would leave the other cores waiting.
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def missing(what: str) -> NoReturn:
    """Skips with the reason at a desk, fails in CI."""
    if IN_CI:
        pytest.fail(f"{what} (an error because CI=true)", pytrace=False)
    pytest.skip(what)


def is_loopback(address: object) -> bool:
    """Answers whether a socket address stays on this machine."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_outside(sock: socket.socket, address: object) -> None:
    """Closes the socket and raises when the address is not on this machine."""
    if not is_loopback(address):
        sock.close()
        raise OutsideNetworkError(f"A test tried to reach {address!r}.")


@pytest.fixture(autouse=True, scope="session")
def network_guard() -> Iterator[None]:
    """Lets sockets connect to loopback only; no name but localhost resolves."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    resolve = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse_outside(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse_outside(self, address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if not (name is None or name in ("", "localhost") or is_address(name)):
            raise socket.gaierror(socket.EAI_NONAME, f"{name}: no names in tests")
        return resolve(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


@pytest.fixture(autouse=True, scope="session")
def statements() -> Iterator[None]:
    """Keeps what SQLAlchemy compiled for the next test's database."""
    with compiled_once():
        yield


def is_address(name: str) -> bool:
    """Answers whether a host is written as a number."""
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.PostgresServer]:
    """A PostgreSQL server, once per test process."""
    given = os.environ.get("HUB_TEST_PG_URL")
    if given:
        server = servers.PostgresServer(make_url(given))
        yield server
        server.clear()
        return
    try:
        process = servers.PostgresProcess()
    except servers.ServerMissingError as error:
        missing(f"PostgreSQL: {error}")
    yield servers.PostgresServer(process.url)
    process.stop()


@pytest.fixture
def postgres_url(postgres: servers.PostgresServer) -> Iterator[str]:
    """A fresh, empty database, owned by a role that is not a superuser."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database; the test runs on SQLite and again on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hub.sqlite3'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="module")
def postgres_module_url(postgres: servers.PostgresServer) -> Iterator[str]:
    """One database for a whole test module."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def redis_session() -> Iterator[servers.RedisServer]:
    """A Redis server, once per test process; tests take redis_server instead."""
    program = provision.redis_program()
    if program is None and IN_CI:
        missing("redis-server is not on PATH")
    server = servers.RedisServer(program or servers.valkey_program())
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_session: servers.RedisServer) -> servers.RedisServer:
    """The Redis server, emptied; a test may kill it and start it."""
    redis_session.flush()
    return redis_session


@pytest.fixture
def redis_url(redis_server: servers.RedisServer) -> str:
    """The address of an emptied Redis, over TCP."""
    return redis_server.url


@pytest.fixture(scope="session")
def valkey_session() -> Iterator[servers.RedisServer]:
    """The wheel's Valkey on a Unix socket; tests take valkey_server instead."""
    server = servers.RedisServer(servers.valkey_program(), over_socket=True)
    yield server
    server.stop()


@pytest.fixture
def valkey_server(valkey_session: servers.RedisServer) -> servers.RedisServer:
    """The embedded Valkey, emptied; a test may kill it and start it."""
    valkey_session.flush()
    return valkey_session


@pytest.fixture
def valkey_url(valkey_server: servers.RedisServer) -> str:
    """The address of an emptied Valkey, over a Unix socket."""
    return valkey_server.url


@pytest.fixture
def free_port() -> int:
    """A port on loopback that nobody listens on."""
    return servers.free_port()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium, driven by Playwright, once per test process."""
    from playwright.sync_api import sync_playwright

    program = provision.chromium_program()
    if program is None:
        missing("Chromium is not on PATH and HUB_CHROMIUM is not set")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=CHROMIUM_FLAGS, headless=True
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh Japanese browser window; it reaches this machine only."""
    context = chromium.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
    # Generous: two cores may serve four of these at once.
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()
