"""The one writer of a process: group commit, and a lock between processes.

Two processes that write one SQLite file without a lock between them busy-wait for
seconds (performance reference); with it, and with many writes in one commit, the
slowest write stays within milliseconds.
"""

import fcntl
import os
import queue
import random
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DBAPIError, OperationalError

from hub import metrics
from hub.store.prepared import say

LARGEST_BATCH = 64
# A deadlock or serialization failure is redone whole (R12).
TRIES = 5

Work = Callable[[Connection], Any]
JoinedWork = Callable[[Connection, list[Any]], Sequence[Any]]
# Called in the writer's thread, after the commit or after nothing was committed.
Done = Callable[[Any, Exception | None], None]


@dataclass(slots=True)
class _Item:
    done: Done
    work: Work | None = None
    key: Hashable = None
    joined: JoinedWork | None = None
    what: Any = None


@dataclass(slots=True)
class _Unit:
    """What runs in one savepoint: one work, or one joined work over many items."""

    items: list[_Item]

    def run(self, connection: Connection) -> Sequence[Any]:
        first = self.items[0]
        if first.joined is None:
            return [first.work(connection)] if first.work is not None else []
        results = first.joined(connection, [item.what for item in self.items])
        if len(results) != len(self.items):
            raise ValueError("a joined work must return one result an item")
        return results


class Writer:
    """Runs writes one after the other, many in a commit.

    The thread starts with the first write of a process and never before a fork.
    """

    def __init__(self, engine: Engine, *, lock_file: Path | None) -> None:
        """Take the lock file that all processes of a SQLite database share."""
        self._engine = engine
        self._lock_file = lock_file
        self._start_lock = threading.Lock()
        self._process_id = 0
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        # Kept for the thread's life: borrowing it anew cost as much as ten rows.
        self._connection: Connection | None = None
        self._inherited: list[Connection | None] = []

    def run(self, work: Work) -> Any:
        """Run the work in a transaction and return its result after the commit.

        Raises what the work raised, or the database's error when nothing was
        committed.
        """
        self._ensure_started()
        future: Future[Any] = Future()
        self._queue.put(_Item(work=work, done=lambda *told: _tell(future, *told)))
        return future.result()

    def join(self, key: Hashable, joined: JoinedWork, what: Any, *, done: Done) -> None:
        """Queue one item of a work that runs once for all items of a key in a commit.

        The work returns one result an item, in their order. Where it fails, each item
        is committed again alone, so that a bad one spares the others. `done` gets the
        item's result or the error; it must be quick and must not raise.
        """
        self._ensure_started()
        self._queue.put(_Item(done=done, key=key, joined=joined, what=what))

    def close(self) -> None:
        """Finish what is queued and stop the thread."""
        if self._thread is not None and self._process_id == os.getpid():
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _ensure_started(self) -> None:
        if self._process_id == os.getpid() and self._thread is not None:
            return
        with self._start_lock:
            if self._process_id == os.getpid() and self._thread is not None:
                return
            if self._process_id not in (0, os.getpid()):
                # What the parent connected is the parent's, and stays untouched.
                self._engine.dispose(close=False)
                self._inherited.append(self._connection)
                self._connection = None
            self._queue = queue.SimpleQueue()
            self._process_id = os.getpid()
            self._thread = threading.Thread(
                target=self._loop, name="writer", daemon=True
            )
            self._thread.start()

    def _loop(self) -> None:
        waiting = self._queue
        while True:
            batch = self._take(waiting)
            if batch:
                self._commit(batch)
            if batch is None:
                self._disconnect()
                return

    @staticmethod
    def _take(waiting: "queue.SimpleQueue[_Item | None]") -> list[_Item] | None:
        first = waiting.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < LARGEST_BATCH:
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                waiting.put(None)
                break
            batch.append(item)
        return batch

    def _commit(self, batch: list[_Item]) -> None:
        units = _units(batch)
        started = time.perf_counter()
        for number in range(1, TRIES + 1):
            try:
                outcomes = self._try(units)
            except DBAPIError as error:
                if number == TRIES or not _is_redoable(error):
                    _fail(batch, error)
                    return
                time.sleep(random.uniform(0.01, 0.2))  # noqa: S311 - jitter need not be unpredictable
            except Exception as error:  # noqa: BLE001 - the waiting caller gets it
                _fail(batch, error)
                return
            else:
                metrics.observe(metrics.COMMITS, time.perf_counter() - started)
                for unit, (results, failure) in zip(units, outcomes, strict=True):
                    self._tell(unit, results, failure)
                return

    def _tell(
        self, unit: _Unit, results: Sequence[Any], failure: Exception | None
    ) -> None:
        if failure is None:
            for item, result in zip(unit.items, results, strict=True):
                item.done(result, None)
        elif len(unit.items) == 1:
            unit.items[0].done(None, failure)
        else:
            for item in unit.items:
                self._commit([item])

    def _try(self, units: list[_Unit]) -> list[tuple[Sequence[Any], Exception | None]]:
        with self._locked():
            if self._connection is None:
                bare = self._engine.connect()
                self._connection = bare.execution_options(writes=True)
            connection = self._connection
            try:
                with connection.begin() as transaction:
                    if len(units) == 1:
                        return [_run(transaction, connection, units[0])]
                    return [_run_apart(connection, unit) for unit in units]
            except BaseException:
                self._disconnect()
                raise

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._lock_file is None:
            yield
            return
        # Opened for each commit: a lock inherited over a fork would be shared.
        descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _units(batch: list[_Item]) -> list[_Unit]:
    units: list[_Unit] = []
    joined: dict[Hashable, _Unit] = {}
    for item in batch:
        known = joined.get(item.key) if item.joined is not None else None
        if known is not None:
            known.items.append(item)
            continue
        unit = _Unit([item])
        units.append(unit)
        if item.joined is not None:
            joined[item.key] = unit
    return units


def _run(
    transaction: Transaction, connection: Connection, unit: _Unit
) -> tuple[Sequence[Any], Exception | None]:
    try:
        results = unit.run(connection)
    except OperationalError:
        transaction.rollback()
        raise
    except Exception as error:  # noqa: BLE001 - the waiting caller gets it
        transaction.rollback()
        return (), error
    transaction.commit()
    return results, None


def _run_apart(
    connection: Connection, unit: _Unit
) -> tuple[Sequence[Any], Exception | None]:
    """Run in a savepoint, so that a failure spares the others of the commit."""
    say(connection, "SAVEPOINT apart")
    try:
        results = unit.run(connection)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - the waiting caller gets it
        say(connection, "ROLLBACK TO SAVEPOINT apart")
        return (), error
    say(connection, "RELEASE SAVEPOINT apart")
    return results, None


def _is_redoable(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state in ("40001", "40P01", "55P03") or error.connection_invalidated:
        return True
    return "database is locked" in str(error.orig)


def _fail(batch: list[_Item], error: Exception) -> None:
    for item in batch:
        item.done(None, error)


def _tell(future: Future[Any], result: Any, error: Exception | None) -> None:
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
