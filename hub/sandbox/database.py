"""One SQLite file, every effect on disk before its answer."""

import sqlite3
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar, cast

from hub.sandbox.schema import prepare_tables

_T = TypeVar("_T")

_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA wal_autocheckpoint=4000",
)


class _Job:
    """One piece of work waiting for the next commit."""

    __slots__ = ("context", "error", "is_done", "outcome", "work")

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        # Another thread may do the work, and what the work asks of its request must
        # then still be that of the thread that wants it.
        self.context = copy_context()
        self.outcome: object = None
        self.error: Exception | None = None
        self.is_done = False


class Database:
    """The file; whoever holds the lock commits for everybody who waits."""

    def __init__(self, folder: Path) -> None:
        """Open the file in this folder, making both where they are missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._jobs: deque[_Job] = deque()
        self._database = sqlite3.connect(
            folder / "sandbox.sqlite",
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        for pragma in _PRAGMAS:
            self._database.execute(pragma)
        prepare_tables(self._database)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def write(self, work: Callable[[], _T]) -> _T:
        """Run the work inside a transaction that is on disk when this returns."""
        job = _Job(work)
        self._jobs.append(job)
        with self._lock:
            if not job.is_done:
                self._commit_waiting()
        if job.error:
            raise job.error
        return cast("_T", job.outcome)

    def _commit_waiting(self) -> None:
        jobs: list[_Job] = []
        self._database.execute("BEGIN IMMEDIATE")
        try:
            while self._jobs:
                jobs.append(self._jobs.popleft())
                jobs[-1].outcome = jobs[-1].context.run(jobs[-1].work)
            self._database.execute("COMMIT")
        except Exception:  # noqa: BLE001  # each job gets its own verdict below
            self._database.execute("ROLLBACK")
            for job in jobs:
                self._commit_alone(job)
        for job in jobs:
            job.is_done = True

    def _commit_alone(self, job: _Job) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            job.outcome = job.context.run(job.work)
            self._database.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  # raised again in its own thread
            self._database.execute("ROLLBACK")
            job.error = error

    # Both are called from inside `write` only.

    def execute(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._database.execute(sql, values)

    def rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a question."""
        return self._database.execute(sql, values).fetchall()
