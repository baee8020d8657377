from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, stdin=subprocess.DEVNULL)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_hub(wheel):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "hub", "connectors"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    ours = {
        name
        for name in listed.stdout.split("\0")
        if name and (ROOT / name).is_file() and "/tests/" not in name
    }
    assert ours - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_the_installed_wheel_answers_help(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
    code += "sys.argv = ['hub', '--help']; from hub.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "doctor" in done.stdout
