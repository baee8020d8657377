from __future__ import annotations

import ast
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run

ROOT = Path(run.__file__).parent


def test_it_parses_on_a_python_that_is_too_old():
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_it_needs_nothing_but_the_standard_library():
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    named = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.split(".")[0] for name in named} <= set(sys.stdlib_module_names)


def test_an_old_python_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(run, "answers", lambda name: name == "python3.12")
    with pytest.raises(
        run.CannotGoOnError, match=r"Python 3\.9\.2.*`python3\.12 run\.py"
    ):
        run.require_python()


def test_a_missing_ensurepip_is_told_with_the_apt_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(
        run.CannotGoOnError, match=r"apt-get install -y python3\.\d+-venv"
    ):
        run.require_ensurepip()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("NewConnectionError: Network is unreachable", "index cannot be reached"),
        ("Temporary failure in name resolution", "index cannot be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was locked"),
        ("ERROR: No matching distribution found for x", "no ready-made file"),
        ("ERROR: No matching distribution found for x", "Check the network"),
        ("something new", "something new"),
    ],
)
def test_a_failed_install_is_told_in_a_sentence(output, sentence):
    assert sentence in str(run.diagnosis(output, what="It failed"))


def bare_checkout(folder: Path) -> Path:
    """A checkout with locks that need no network and a hub that says hello."""
    shutil.copy(ROOT / "run.py", folder)
    (folder / "req").mkdir()
    for lock in ("runtime", "test"):
        (folder / "req" / f"{lock}.txt").write_text("# nothing to install\n")
    (folder / "hub").mkdir()
    (folder / "hub" / "cli.py").write_text(
        "import sys\nprint(sys.prefix, *sys.argv[1:])\nsys.exit(7)\n"
    )
    return folder


@pytest.fixture
def checkout(tmp_path):
    return bare_checkout(tmp_path)


@pytest.fixture(scope="module")
def first_starts(tmp_path_factory):
    """A checkout, and how two first starts at the same moment ended in it."""
    folder = bare_checkout(tmp_path_factory.mktemp("prepared"))
    both = [start(folder, "hub", "doctor"), start(folder, "demo", "--once")]
    ends = [(*process.communicate(timeout=300), process.returncode) for process in both]
    return folder, ends


@pytest.fixture
def prepared_checkout(first_starts, tmp_path):
    """A copy of a checkout whose environment is made: making one takes 8 seconds."""
    folder, _ends = first_starts
    return shutil.copytree(folder, tmp_path / "copy", symlinks=True)


def start(checkout: Path, *arguments: str, **env: str) -> subprocess.Popen[str]:
    base = Path(sys.base_prefix) / "bin" / "python3"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | env
    return subprocess.Popen(
        [str(base), str(checkout / "run.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env=environment,
    )


@pytest.mark.slow
def test_two_first_starts_at_once_share_one_environment(first_starts):
    checkout, ends = first_starts
    venv = checkout / ".venv"
    assert [out.strip() for out, _, _ in ends] == [
        f"{venv} doctor",
        f"{venv} demo --once",
    ]
    assert [code for _, _, code in ends] == [7, 7]
    assert sum("Making the environment" in err for _, err, _ in ends) == 1


@pytest.mark.slow
def test_a_warm_start_costs_less_than_two_seconds(prepared_checkout):
    before = seconds_of_ended_children()
    _, err = start(prepared_checkout, "hub").communicate(timeout=300)
    # Of the processor: the machine may be busy with something else.
    assert seconds_of_ended_children() - before < 2
    assert err == ""


def seconds_of_ended_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
def test_what_is_compiled_once_is_kept_whatever_the_shell_says(prepared_checkout):
    (prepared_checkout / "hub" / "cli.py").write_text("import hub.parts\n")
    (prepared_checkout / "hub" / "parts.py").touch()
    process = start(prepared_checkout, "hub", PYTHONDONTWRITEBYTECODE="1")
    process.communicate(timeout=300)
    (kept,) = (prepared_checkout / "hub" / "__pycache__").glob("parts.*.pyc")
    assert kept.stat().st_size


@pytest.mark.slow
def test_a_cut_install_is_begun_anew(prepared_checkout):
    (prepared_checkout / ".venv" / "hub-unfinished").touch()
    _, err = start(prepared_checkout, "hub").communicate(timeout=300)
    assert "Making the environment" in err


@pytest.mark.slow
def test_a_network_that_is_down_is_told_in_a_sentence(prepared_checkout, free_port):
    lock = "nothing-of-ours==1.0 --hash=sha256:" + "0" * 64
    (prepared_checkout / "req" / "runtime.txt").write_text(lock)
    index = f"http://127.0.0.1:{free_port}/simple"
    (prepared_checkout / "pip.conf").write_text(
        f"[global]\nindex-url = {index}\nretries = 1\n"
    )
    process = start_with_pip_settings(prepared_checkout)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "the package index cannot be reached" in err


def start_with_pip_settings(checkout: Path) -> subprocess.Popen[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PIP_")]:
            patch.delenv(name)
        patch.setenv("PIP_CONFIG_FILE", str(checkout / "pip.conf"))
        return start(checkout, "hub")


def test_an_unknown_command_is_answered_with_the_three(checkout):
    process = start(checkout, "dance")
    _, err = process.communicate(timeout=300)
    assert process.returncode == 2
    assert all(f"run.py {name}" in err for name in ("demo", "test", "hub"))
