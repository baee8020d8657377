"""A few random lives at every run; `python -m tests.lives` lives thousands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.lives.machine import Life
from tests.lives.world import World, running_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running_world(tmp_path) as running:
        yield running


def test_no_life_ends_with_a_double_or_a_wrong_amount(world: World) -> None:
    Life.world = world
    few = settings(
        max_examples=40,
        stateful_step_count=20,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Life, settings=few)
    assert world.house.violations() == []
    assert {"AUTHORIZED", "SHIPMENT_REPORTED", "CANCELLED"} <= set(world.ends)
