from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import psycopg
import pytest
import redis
from sqlalchemy import Integer, create_engine, literal, select, text
from sqlalchemy.pool import NullPool

from hub.store.engine import open_engine
from tests import servers


def run_sql(url: str, *statements: str) -> list[tuple[object, ...]]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements[:-1]:
            connection.execute(text(statement))
        last = connection.execute(text(statements[-1]))
        return [tuple(row) for row in last] if last.returns_rows else []


def test_a_test_cannot_reach_an_outside_address():
    with pytest.raises(RuntimeError, match="tried to reach"):
        socket.create_connection(("192.0.2.1", 80))


def test_a_test_cannot_resolve_an_outside_name():
    with pytest.raises(socket.gaierror):
        socket.create_connection(("shop.example.jp", 443))


def test_the_application_role_is_bound_by_row_level_security(postgres_url):
    rows = run_sql(
        postgres_url,
        "CREATE TABLE note (merchant text)",
        "ALTER TABLE note ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE note FORCE ROW LEVEL SECURITY",
        "CREATE POLICY own ON note USING (merchant = current_setting('hub.m', true))"
        " WITH CHECK (true)",
        "INSERT INTO note VALUES ('a'), ('b')",
        "SET hub.m = 'a'",
        "SELECT merchant FROM note",
    )
    assert rows == [("a",)]


def test_a_test_of_both_databases_gets_a_fresh_one(database_url):
    rows = run_sql(database_url, "CREATE TABLE t (n int)", "SELECT count(*) FROM t")
    assert rows == [(0,)]


@pytest.mark.postgres
def test_postgres_starts_from_an_environment_that_nobody_may_enter(monkeypatch):
    monkeypatch.setattr(servers, "reachable_by_others", lambda path: False)
    process = servers.PostgresProcess()
    process.stop()
    assert process.process.returncode == 0


def test_the_superuser_sees_past_row_level_security(postgres, postgres_url):
    rows = run_sql(
        postgres.superuser_url_of(postgres_url),
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
    )
    assert rows == [(True,)]


def test_a_template_is_copied_with_its_tables(postgres):
    name = postgres.create_template(lambda url: run_sql(url, "CREATE TABLE t (n int)"))
    copy = postgres.create_database(template=name)
    assert run_sql(copy, "SELECT count(*) FROM t") == [(0,)]


def test_a_dropped_database_is_gone(postgres):
    url = postgres.create_database()
    postgres.drop_database(url)
    target = url.replace("postgresql+psycopg", "postgresql")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(target)


@pytest.mark.parametrize("kind", ["redis_server", "valkey_server"])
def test_a_killed_bell_starts_again_empty(kind, request):
    server = request.getfixturevalue(kind)
    client = redis.Redis.from_url(server.url)
    client.set("bell", "1")
    server.kill()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    server.start()
    assert client.get("bell") is None
    client.close()


def test_a_server_dies_with_the_process_that_started_it(tmp_path):
    code = (
        "import sys, time\n"
        "from tests import servers\n"
        "server = servers.RedisServer(servers.valkey_program())\n"
        "print(server.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.curdir, "TMPDIR": str(tmp_path)},
        cwd=servers.LEASH.parent.parent,
    )
    with starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    assert gone_within(seconds=60, pid=pid)


def gone_within(*, seconds: float, pid: int) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.browser
def test_chromium_draws_a_japanese_page(page):
    page.set_content("<title>見本</title><p id=a>後払い</p>")
    assert (page.title(), page.inner_text("#a")) == ("見本", "後払い")


def test_one_compiled_statement_serves_many_databases(tmp_path, postgres_url):
    paths = [f"sqlite:///{tmp_path / name}" for name in ("a", "b")]
    engines = [open_engine(url) for url in (*paths, postgres_url)]
    assert len({id(one._compiled_cache) for one in engines}) == 1
    compiled = engines[0]._compiled_cache
    assert compiled is not None
    before, found = len(compiled), []
    for number, engine in enumerate(engines):
        with engine.begin() as connection:
            # The driver's spelling of a parameter differs: ? here, %(…)s there.
            asked = select(literal(number, Integer), literal("あ"))
            found.append(connection.execute(asked).one())
        engine.dispose()
    assert found == [(0, "あ"), (1, "あ"), (2, "あ")]
    assert len(compiled) - before <= 2
