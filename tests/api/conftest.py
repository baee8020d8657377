"""One hub with two merchants and orders in many states, for every test of the API."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from hub.api.application import make_api
from hub.domain.policy import Mode
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from tests.api.client import Documented, System, key_of
from tests.flow.specimens import order, shipped
from tests.house import House, running_house


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("api")
    with (
        RunningSandbox(folder / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            folder,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
        ) as opened,
    ):
        opened.open()
        opened.send(order("2001", name="見本 一郎", price=4150))
        opened.send(order("2002", name="見本保留 次郎", price=6040))
        opened.send(order("2003", name="見本NG 三郎", price=2480))
        opened.send({"type": "order.placed", "order": "読めない受信データ"})
        opened.settle()
        opened.until(lambda: opened.attention("2002") != "")
        opened.hear(shipped("2001"))
        yield opened


@pytest.fixture(scope="package")
def other(house: House) -> House:
    """Another merchant of the same hub, whose shop waits for releases."""
    other = replace(house, _receivers=[])
    other.open(mode=Mode.APPROVAL, name="他店")
    other.hear(order("9001", name="他店 花子", price=5000))
    return other


@pytest.fixture(scope="package")
def app(house: House) -> Flask:
    return make_api(house.parts)


@pytest.fixture(scope="package")
def documented(app: Flask) -> Documented:
    return Documented(app)


@pytest.fixture(scope="package")
def system(app: Flask, documented: Documented, house: House) -> System:
    """The merchant's own system, which may do everything."""
    return System(app, documented, key_of(house))


@pytest.fixture(scope="package")
def stranger(app: Flask, documented: Documented, other: House) -> System:
    """The other merchant's system."""
    return System(app, documented, key_of(other))
