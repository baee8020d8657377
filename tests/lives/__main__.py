"""Live many lives: `python -m tests.lives 10000`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.lives.machine import Life
from tests.lives.world import running_world

# What still waits of earlier lives is asked for in every later one.
A_WORLD_LASTS = 50


def main() -> None:
    """Live so many lives, in a new world every now and then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lives", type=int, nargs="?", default=10_000)
    parser.add_argument("--steps", type=int, default=30)
    wanted = parser.parse_args()
    begun, lived = time.monotonic(), 0
    while lived < wanted.lives:
        share = min(A_WORLD_LASTS, wanted.lives - lived)
        with (
            tempfile.TemporaryDirectory() as folder,
            running_world(Path(folder)) as world,
        ):
            Life.world = world
            run_state_machine_as_test(Life, settings=_many(share, wanted.steps))
            assert world.house.violations() == []
        lived += share
        seconds = time.monotonic() - begun
        sys.stdout.write(f"{lived} lives, {seconds:.0f} s, {dict(world.ends)}\n")
        sys.stdout.flush()


def _many(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


if __name__ == "__main__":
    main()
