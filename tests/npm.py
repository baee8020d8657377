"""Packages from npm that tests need: pinned, installed once, kept in var/npm.

Shopify publishes its own code and schema there, and nowhere that pip could bring.
"""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 300

# One row per package that a test runs or reads, with what it needs beside it.
PACKAGES = {
    "@shopify/theme-check-node": ("3.29.1",),
    "@shopify/dev-mcp": ("1.16.0",),
    "@shopify/shopify-api": ("15.0.0",),
    "@shopify/ui-extensions": ("2026.7.4", "typescript@5.9.3", "preact@10.29.8"),
}


def package(name: str) -> Path:
    """Return the folder of an installed package of PACKAGES.

    Without npm the test is skipped with that reason; under CI=true it fails.
    """
    if not shutil.which("npm"):
        if os.environ.get("CI") == "true":
            pytest.fail("npm is not on this machine")
        pytest.skip("npm is not on this machine")
    return installed(name) / "node_modules" / name


def bring() -> str:
    """Install every package, and say in one sentence how that ended."""
    if not shutil.which("npm"):
        return "npm is not on this machine."
    try:
        for name in PACKAGES:
            installed(name)
    except (OSError, subprocess.SubprocessError) as error:
        return f"Installing from npm failed: {type(error).__name__}."
    return f"{len(PACKAGES)} packages from npm are there."


def installed(name: str) -> Path:
    """Return the folder that holds a package's node_modules, installing it once."""
    version, *beside = PACKAGES[name]
    folder = ROOT / "var" / "npm" / f"{name.replace('/', '+')}@{version}"
    done = folder / ".installed"
    if done.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    # Two test processes may ask at once.
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _install(folder, f"{name}@{version}", *beside)
            done.touch()
    return folder


def _install(folder: Path, *what: str) -> None:
    (folder / "package.json").write_text('{"private": true}\n')
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(
        [*command, "--no-package-lock", "--save-exact", *what],
        cwd=folder,
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
    )
