import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from hub.store.store import Store, open_store
from hub.store.vault import open_vault
from tests.store.counted import add_one, counted, insert, value

__all__ = ["counted"]

MANY = 40


def blocked(store: Store) -> tuple[threading.Event, threading.Thread]:
    """Keep the writer busy until the event, so that what follows is one batch."""
    go, started = threading.Event(), threading.Event()

    def work(_connection: Connection) -> None:
        started.set()
        go.wait(10)

    thread = threading.Thread(target=store.writer.run, args=(work,))
    thread.start()
    started.wait(10)
    return go, thread


def test_what_was_written_is_there_when_run_returns(counted: Store) -> None:
    counted.writer.run(add_one)
    assert value(counted) == 1


def test_writes_of_many_threads_are_all_there(counted: Store) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: counted.writer.run(add_one), range(MANY)))
    assert value(counted) == MANY


def test_a_work_that_fails_spares_the_others_of_its_commit(counted: Store) -> None:
    def fail(connection: Connection) -> None:
        add_one(connection)
        raise ValueError("mine")

    go, thread = blocked(counted)
    with ThreadPoolExecutor(9) as pool:
        bad = pool.submit(counted.writer.run, fail)
        good = [pool.submit(counted.writer.run, add_one) for _ in range(8)]
        go.set()
        with pytest.raises(ValueError, match="mine"):
            bad.result()
        for future in good:
            future.result()
    thread.join()
    assert value(counted) == 8


def test_a_broken_constraint_spares_the_others_of_its_commit(counted: Store) -> None:
    go, thread = blocked(counted)
    with ThreadPoolExecutor(2) as pool:
        bad = pool.submit(counted.writer.run, lambda c: insert(c, 0))
        good = pool.submit(counted.writer.run, add_one)
        go.set()
        with pytest.raises(IntegrityError):
            bad.result()
        good.result()
    thread.join()
    assert value(counted) == 1


def test_a_work_that_fails_alone_leaves_nothing(counted: Store) -> None:
    def fail(connection: Connection) -> None:
        add_one(connection)
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        counted.writer.run(fail)
    assert value(counted) == 0


def test_an_error_of_the_database_reaches_the_caller(counted: Store) -> None:
    with pytest.raises(DBAPIError):
        counted.writer.run(lambda c: c.execute(text("SELECT * FROM nothing")))
    counted.writer.run(add_one)
    assert value(counted) == 1


def test_a_forked_child_of_a_process_that_wrote_writes_too(counted: Store) -> None:
    counted.writer.run(add_one)
    assert value(counted) == 1
    pid = os.fork()
    if pid == 0:
        try:
            counted.writer.run(add_one)
            os._exit(0)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(pid, 0)
    counted.writer.run(add_one)
    assert (os.waitstatus_to_exitcode(status), value(counted)) == (0, 3)


def write_many(url: str, key_file: Path, data_dir: Path) -> None:
    store = open_store(url, open_vault(key_file), data_dir=data_dir)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.writer.run(add_one), range(MANY)))
    store.close()


def test_processes_that_write_at_once_lose_nothing(
    counted: Store, tmp_path: Path
) -> None:
    url = counted.engine.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    arguments = (url, tmp_path / "hub.key", tmp_path)
    writers = [spawn.Process(target=write_many, args=arguments) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert value(counted) == 2 * MANY


def test_closing_finishes_what_is_queued(counted: Store) -> None:
    go, thread = blocked(counted)
    with ThreadPoolExecutor(1) as pool:
        queued = pool.submit(counted.writer.run, add_one)
        go.set()
        queued.result()
    thread.join()
    counted.writer.close()
    assert value(counted) == 1


@pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)
def test_a_connection_that_the_database_ended_is_replaced(counted: Store) -> None:
    counted.writer.run(add_one)
    with counted.engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    counted.writer.run(add_one)
    assert value(counted) == 2
