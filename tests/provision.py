"""Brings the programs that the tests need and pip cannot bring. Standard library only.

Redis, PHP and Chromium with Japanese fonts come from Debian's packages, and only when
this is root on Debian; elsewhere the tests that need them say so themselves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

JAPANESE_FONT = "fonts-noto-cjk"
APT_SECONDS = 900


def redis_program() -> str | None:
    """Redis from this machine, or None."""
    return shutil.which("redis-server")


def chromium_program() -> str | None:
    """Chromium from HUB_CHROMIUM or from this machine, or None."""
    return os.environ.get("HUB_CHROMIUM") or shutil.which("chromium")


def has_japanese_font() -> bool:
    """Answers whether the machine can draw Japanese."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(
        ["fc-list", ":lang=ja"], check=False, capture_output=True, text=True
    )
    return bool(listed.stdout.strip())


def missing_packages() -> list[str]:
    """Debian packages whose programs are not on this machine."""
    packages = []
    if not redis_program():
        packages.append("redis-server")
    if not chromium_program():
        packages.append("chromium")
    if not shutil.which("php"):
        # An integrator's guide has a piece of PHP, which is run as it stands.
        packages.append("php-cli")
    if not has_japanese_font():
        packages.append(JAPANESE_FONT)
    return packages


def provide() -> str:
    """Installs what is missing and says in one sentence how that ended."""
    packages = missing_packages()
    if not packages:
        return "Redis, PHP, Chromium and a Japanese font are on this machine."
    names = " ".join(packages)
    if not (os.geteuid() == 0 and Path("/etc/debian_version").exists()):
        return (
            f"Not installed, since this is not root on Debian: {names}. "
            "Install them, or set HUB_CHROMIUM; the tests that need them say so."
        )
    try:
        for arguments in (["update"], ["install", *packages]):
            apt(arguments)
    except (OSError, subprocess.SubprocessError) as error:
        output = str(getattr(error, "stdout", "") or error).strip()
        return f"Installing {names} failed:\n{output[-1500:]}"
    return f"Installed {names}."


def apt(arguments: list[str]) -> None:
    """Runs apt-get without questions and waits for another one to finish first."""
    command = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    command += ["--no-install-recommends", *arguments]
    # Runlevel 1 keeps the Redis package from starting a server of its own.
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "RUNLEVEL": "1",
    }
    subprocess.run(
        command,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        timeout=APT_SECONDS,
    )
