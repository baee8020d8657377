"""The one gate, in order of cost; `python3 run.py test` runs it in the environment."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import npm, provision  # noqa: E402 (the path has to be set first)

ROOM = 8_000_000_000
UNIT_ONLY = "not slow and not postgres and not redis and not browser"


@dataclass(frozen=True, slots=True)
class Step:
    """One check: its name, its command, and what to do when it fails."""

    name: str
    command: tuple[str, ...]
    remedy: str
    streams: bool = False


CHEAP = (
    Step("format", ("ruff", "format", "--check", "."), "ruff format ."),
    Step("lint", ("ruff", "check", "."), "mend it, or ruff check --fix ."),
    Step("imports", ("lint-imports",), "see docs/architecture.md, floors"),
    Step("types", ("mypy",), "mend the types"),
)


def tests_step(*, fast: bool, coverage: bool, workers: str) -> Step:
    """The pytest step; its closing line is the last thing the gate prints of tests."""
    command = ["pytest", "--numprocesses", workers, "--dist", "loadfile"]
    # In the order of conftest.py: slow files first.
    command += ["--no-loadscope-reorder"]
    command += ["--durations", "10", "--durations-min", "1"]
    if fast:
        command += ["-m", UNIT_ONLY]
    if coverage:
        command += ["--cov", "--cov-report", "term"]
    return Step("tests", tuple(command), "mend the tests", streams=True)


def command_line(step: Step) -> list[str]:
    """The step's command, run by this Python so that PATH does not matter."""
    tool, *rest = step.command
    if tool == "lint-imports":
        return [str(Path(sys.executable).with_name(tool)), *rest]
    return [sys.executable, "-m", tool, *rest]


def run(step: Step) -> bool:
    """Runs one step; shows the output of a quiet step only when it fails."""
    print(f"== {step.name}", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        command_line(step),
        check=False,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=None if step.streams else subprocess.PIPE,
        stderr=None if step.streams else subprocess.STDOUT,
        text=True,
    )
    took = f"{time.monotonic() - began:.1f} s"
    if done.returncode == 0:
        print(f"   {step.name}: ok, {took}", flush=True)
        return True
    if done.stdout:
        print(done.stdout)
    print(f"   {step.name}: FAILED, {took}. Next: {step.remedy}", flush=True)
    return False


def in_background(*, servers: bool) -> list[threading.Thread]:
    """Does beside the cheap steps what the tests wait for otherwise."""
    work = [compile_tests, *([bring_servers] if servers else [])]
    threads = [threading.Thread(target=one, daemon=True) for one in work]
    for thread in threads:
        thread.start()
    return threads


def bring_servers() -> None:
    """Brings servers, Chromium and npm's packages."""
    began = time.monotonic()
    for bring in (provision.provide, npm.bring):
        outcome = bring()
        took = f"{time.monotonic() - began:.1f} s"
        print(f"   servers: {outcome} ({took})", flush=True)


def compile_tests() -> None:
    """Imports all tests once, for Python to keep what it compiled.

    Else every test process begins with the same half minute of compiling.
    """
    subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist"],
        check=False,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def environment() -> dict[str, str]:
    """The steps' environment: folders of tests lie in memory where it has the room.

    A commit that waits for a disk costs the tests a third of their time, and what it
    guards against, the machine's own death, is nothing that a test could play.
    """
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    if "TMPDIR" in os.environ or not has_room:
        return dict(os.environ)
    return {**os.environ, "TMPDIR": str(memory)}


def workers() -> int:
    """Twice as many test processes as cores: a test waits for servers half its time."""
    return min(2 * (os.cpu_count() or 1), 4)


def main(arguments: list[str]) -> int:
    """Runs the cheap steps all, then the tests when those hold."""
    parser = argparse.ArgumentParser(prog="run.py test", description=__doc__)
    parser.add_argument(
        "--fast", action="store_true", help="cheap steps and unit tests only"
    )
    parser.add_argument("--coverage", action="store_true", help="report coverage too")
    parser.add_argument("--workers", default=str(workers()), help="test processes")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    beside = in_background(servers=not given.fast)
    failed = [step for step in CHEAP if not run(step)]
    for thread in beside:
        thread.join()
    ok = not failed and run(
        tests_step(fast=given.fast, coverage=given.coverage, workers=given.workers)
    )
    verdict = "The gate is open" if ok else "The gate is closed"
    print(f"{verdict} after {time.monotonic() - began:.0f} s.", flush=True)
    return 0 if ok else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(130)
