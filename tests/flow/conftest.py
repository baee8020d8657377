"""A hub with one shop beside the real sandbox, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from tests.house import House, running_house


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    with RunningSandbox(tmp_path / "sandbox", rules=Rules(review_seconds=0)) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, sandbox: RunningSandbox) -> Iterator[House]:
    with running_house(
        tmp_path,
        provider_url=f"{sandbox.wire_url}/api/",
        control_url=sandbox.control_url,
    ) as opened:
        opened.open()
        yield opened
