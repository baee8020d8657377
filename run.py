#!/usr/bin/env python3
"""Prepares this checkout and runs it. Needs nothing but Python 3.11 or newer.

It still parses on Python 3.8, so that an old Python gets a sentence, not a traceback.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "hub-installed.json"
UNFINISHED = VENV / "hub-unfinished"
PIP_LOG = VENV / "hub-pip.log"
TURNSTILE = ROOT / ".hub-run.lock"
STARTED = time.monotonic()

USAGE = """\
usage: python3 run.py demo [--once]   start hub, sandbox and demo shop, print addresses
       python3 run.py test [--fast]   the gate: format, lint, imports, types, tests
       python3 run.py hub ARGS...     any hub command, for example: hub doctor
"""

NETWORK = re.compile(
    r"name resolution|Name or service not known|nodename nor servname|getaddrinfo"
    r"|Connection refused|Network is unreachable|No route to host|Connection reset"
    r"|NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|timed out"
    r"|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED",
    re.IGNORECASE,
)
DISK_FULL = re.compile(r"No space left on device|Errno 28|Disk quota exceeded")


class CannotGoOnError(Exception):
    """Something a person has to mend; the text says what happened and what to do."""


def say(text: str) -> None:
    """Prints one progress line with the time since the start."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {text}", file=sys.stderr, flush=True)


def require_python() -> None:
    """Stops on a Python that is too old, and names a newer one when there is one."""
    if sys.version_info >= OLDEST:
        return
    here = ".".join(map(str, sys.version_info[:3]))
    newer = ("python3.13", "python3.12", "python3.11")
    found = next(filter(answers, newer), None)
    remedy = (
        f"This machine also has {found}: start it with `{found} run.py ...`."
        if found
        else "Install Python 3.11 or newer and start run.py with it."
    )
    raise CannotGoOnError(
        f"Atobarai Hub needs Python 3.11 or newer, and this is Python {here}. "
        f"Nothing was installed. {remedy}"
    )


def answers(name: str) -> bool:
    """Tells a Python that runs from a name that only leads to a version switcher."""
    with contextlib.suppress(OSError):
        quiet = subprocess.DEVNULL
        return not subprocess.call([name, "-c", ""], stdout=quiet, stderr=quiet)
    return False


def require_unix() -> None:
    """Stops on Windows, where the embedded Valkey does not exist."""
    if os.name != "posix":
        raise CannotGoOnError(
            "Atobarai Hub runs on Linux and macOS. Nothing was installed. "
            "On Windows, run it inside WSL."
        )


def require_ensurepip() -> None:
    """Stops when this Python cannot put pip into a new environment."""
    try:
        __import__("ensurepip")
    except ImportError:
        minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise CannotGoOnError(
            "This Python comes without ensurepip, so no environment can be made; "
            "nothing was installed. On Debian or Ubuntu run:\n"
            f"    sudo apt-get install -y python{minor}-venv\n"
            "and start run.py again."
        ) from None


@contextlib.contextmanager
def turnstile() -> Iterator[None]:
    """Lets one run.py at a time prepare the environment; the others wait."""
    import fcntl

    with TURNSTILE.open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run.py is preparing this checkout; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fingerprint(lock: str) -> str:
    """Names the content of a lock together with the Python it was installed for."""
    content = (ROOT / "req" / f"{lock}.txt").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f"{sys.version_info[0]}.{sys.version_info[1]}:{digest}"


def is_installed(lock: str) -> bool:
    """Answers whether the environment holds exactly what the lock names."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(stamp, dict)
        and stamp.get(lock) == fingerprint(lock)
        and PYTHON.exists()
        and not UNFINISHED.exists()
    )


def make_environment() -> None:
    """Makes .venv, anew when an earlier run was cut or another Python made it."""
    if PYTHON.exists() and not UNFINISHED.exists() and same_python():
        return
    if Path(sys.prefix).resolve() == VENV:
        raise CannotGoOnError(
            "The environment .venv has to be made anew, and its own Python runs this. "
            "Start run.py with the machine's python3 instead."
        )
    require_ensurepip()
    say(f"Making the environment .venv (Python {sys.version.split()[0]})")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise diagnosis(done.stdout + done.stderr, what="Making .venv failed")


def same_python() -> bool:
    """Answers whether .venv was made for the Python minor version that runs now."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(PYTHON), "-c", code], check=False, capture_output=True, text=True
        )
    except OSError:
        return False
    return done.stdout.split() == [str(part) for part in sys.version_info[:2]]


def diagnosis(output: str, *, what: str) -> CannotGoOnError:
    """Turns the words of pip or venv into what happened and what to do."""
    tail = "\n".join(f"    {line}" for line in output.strip().splitlines()[-12:])
    again = "What is installed so far is kept out of use; start the same command again"
    if DISK_FULL.search(output):
        free = shutil.disk_usage(ROOT).free // 2**20
        return CannotGoOnError(
            f"{what}: the disk is full, here ({free} MB free under {ROOT}) or in the "
            f"temporary folder. About 600 MB are needed. {again} when there is room."
        )
    if "DO NOT MATCH THE HASHES" in output:
        return CannotGoOnError(
            f"{what}: a downloaded package is not the one that was locked, so it was "
            "not installed. The index or the cache behind it may be damaged: empty the "
            "cache (`python3 -m pip cache purge`) and start again."
        )
    if NETWORK.search(output):
        return CannotGoOnError(
            f"{what}: the package index cannot be reached. Check the network, the "
            f"proxy and pip's own settings (`python3 -m pip config list`). {again}."
        )
    if "No matching distribution" in output:
        return CannotGoOnError(
            f"{what}: the package index did not offer a package that the lock names. "
            "Check the network; if it is well, there is no ready-made file for this "
            f"Python or machine (3.11 to 3.13 on Linux and macOS have them).\n{tail}"
        )
    return CannotGoOnError(f"{what}. Its last words:\n{tail}\n{again}.")


def install(lock: str) -> None:
    """Installs a lock with pip, every file checked against its hash."""
    path = ROOT / "req" / f"{lock}.txt"
    total = path.read_text(encoding="utf-8").count("==")
    say(f"Installing what req/{lock}.txt names ({total} packages at most)")
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps"]
    # Most modules are never imported, and Python compiles those that are.
    command += ["--no-compile", "--only-binary", ":all:", "--no-input"]
    command += ["--progress-bar", "off", "--disable-pip-version-check", "-r", str(path)]
    UNFINISHED.touch()
    STAMP.unlink(missing_ok=True)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        try:
            output = follow(pip, total=total)
        except BaseException:
            # The next run.py may start as soon as this one ends: no pip may stay.
            pip.kill()
            raise
    PIP_LOG.write_text(output, encoding="utf-8")
    if pip.returncode:
        raise diagnosis(output, what="Installing the packages failed")
    held = {"runtime", lock}  # the test lock holds all of the runtime lock
    STAMP.write_text(json.dumps({name: fingerprint(name) for name in held}))
    UNFINISHED.unlink()
    say("The environment is ready")


def follow(pip: subprocess.Popen[str], *, total: int) -> str:
    """Reads pip's output to its end and reports progress now and then."""
    lines: list[str] = []
    seen, reported = 0, time.monotonic()
    for line in pip.stdout or ():
        lines.append(line)
        seen += line.startswith("Collecting ")
        if line.startswith("Installing collected"):
            say("  unpacking")
        elif time.monotonic() - reported > 3:
            reported = time.monotonic()
            say(f"  fetched {seen} of {total}")
    return "".join(lines)


def prepare(lock: str) -> None:
    """Makes the environment hold what the lock names; at once when it already does."""
    if is_installed(lock):
        return
    with turnstile():
        if is_installed(lock):
            return
        make_environment()
        install(lock)


def become(arguments: list[str]) -> NoReturn:
    """Turns this process into the environment's Python: its exit code is ours."""
    environment = dict(os.environ)
    # An editable install cannot be hashed and fetches a build backend.
    paths = [str(ROOT), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    programs = [str(VENV / "bin"), environment.get("PATH", os.defpath)]
    environment["PATH"] = os.pathsep.join(programs)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a start of 3 s would take 9
    os.execve(str(PYTHON), [str(PYTHON), *arguments], environment)


def start(arguments: list[str]) -> NoReturn:
    """Runs one of the three commands."""
    command, rest = arguments[0], arguments[1:]
    require_unix()
    require_python()
    prepare("test" if command == "test" else "runtime")
    if command == "test":
        become([str(ROOT / "tests" / "gate.py"), *rest])
    become(["-m", "hub.cli", *(["demo"] if command == "demo" else []), *rest])


def main(arguments: list[str]) -> int:
    """Runs one command, or says in one sentence why that is not possible."""
    if not arguments or arguments[0] not in ("demo", "test", "hub"):
        wants_help = arguments[:1] in (["-h"], ["--help"], ["help"])
        print(USAGE, end="", file=sys.stdout if wants_help else sys.stderr)
        return 0 if wants_help else 2
    try:
        start(arguments)
    except CannotGoOnError as error:
        print(f"\n{error}", file=sys.stderr)
    except OSError as error:
        print(f"\n{diagnosis(str(error), what='Preparing failed')}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Nothing half-made is used; start again.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
