"""The commands of an operator: what they print, and one sentence where they cannot."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "Example-canary-01"

Hub = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    env = {
        "PATH": os.environ["PATH"],
        "HUB_DATA_DIR": str(folder / "hub"),
        "HUB_PROVIDER_URL": "http://127.0.0.1:1/api/",
    }
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", *arguments],
        cwd=ROOT,
        env=env,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def hub(folder: Path) -> Hub:
    """A hub whose database has the newest schema."""
    assert run(folder, "migrate").returncode == 0

    def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return run(folder, *arguments)

    return command


@pytest.fixture(scope="module")
def password_file(folder: Path) -> Path:
    path = folder / "password"
    path.write_text(PASSWORD)
    return path


def merchant_arguments(password_file: Path) -> list[str]:
    return [
        *("merchants", "add", "--name", "見本茶舗", "--shop-code", "atd000000001"),
        *("--link-id", "original00", "--link-password-file", str(password_file)),
    ]


@pytest.fixture(scope="module")
def merchant_id(hub: Hub, password_file: Path) -> str:
    done = hub(*merchant_arguments(password_file), "--json")
    found: str = json.loads(done.stdout)["merchant_id"]
    return found


@pytest.fixture(scope="module")
def shop(hub: Hub, merchant_id: str) -> dict[str, str]:
    done = hub(
        *("shops", "add", "--merchant", merchant_id, "--connector", "generic_webhook"),
        *("--set", "callback_url=https://shop.example.jp/atobarai", "--json"),
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_migrating_says_that_the_schema_is_current(hub: Hub) -> None:
    assert hub("migrate").stdout == "the schema is current\n"


def test_a_new_merchant_is_one_json_object(merchant_id: str) -> None:
    assert len(merchant_id) == 26


def test_a_new_merchant_shows_no_password(hub: Hub, password_file: Path) -> None:
    done = hub(*merchant_arguments(password_file))
    assert done.stdout.startswith("merchant_id: ")
    assert PASSWORD not in done.stdout + done.stderr


def test_a_new_shop_is_the_json_object_of_the_public_surface(
    shop: dict[str, str],
) -> None:
    assert {"shop_id", "hook_url", "tag_url", "secret"} <= set(shop)


def test_a_shop_that_does_not_run_fails_its_test_step_by_step(
    hub: Hub, shop: dict[str, str]
) -> None:
    done = hub("shops", "test", shop["shop_id"], "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["verdict"] == "failed"
    failed = {s["code"] for s in told["steps"] if s["outcome"] == "failed"}
    assert {"HUB-TEST-123", "HUB-TEST-143"} <= failed
    assert all(s["next"]["ja"] for s in told["steps"])


def test_an_invitation_is_a_link_of_the_console(hub: Hub, merchant_id: str) -> None:
    done = hub(
        *("users", "invite", "--merchant", merchant_id),
        *("--login", "hanako@example.jp", "--role", "owner"),
    )
    assert done.stdout.startswith("http://127.0.0.1:8000/console/invitations/")


def test_the_doctor_lists_every_look(hub: Hub) -> None:
    said = hub("doctor").stdout
    for name in ("database", "schema", "key file", "bell", "connectors", "disk"):
        assert f" {name}: " in said


def test_the_doctor_of_a_working_installation_exits_0(hub: Hub) -> None:
    assert hub("doctor").returncode == 0


def test_the_doctor_says_that_the_schema_is_old(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor")
    assert done.returncode == 1
    assert "FAIL schema: old: run `hub migrate`" in done.stdout


def test_the_doctor_says_that_the_key_can_be_read_by_others(tmp_path: Path) -> None:
    run(tmp_path, "migrate")
    (tmp_path / "hub" / "hub.key").chmod(0o644)
    done = run(tmp_path, "doctor")
    assert done.returncode == 1
    assert "FAIL key file" in done.stdout


WRONG = {
    "an unknown merchant": (
        ["shops", "add", "--merchant", "nobody", "--connector", "generic_webhook"],
        "Error: no merchant nobody",
    ),
    "an invitation of nobody": (
        ["users", "invite", "--merchant", "nobody", "--login", "hanako@example.jp"],
        "Error: no merchant nobody",
    ),
    "an unknown connector": (
        ["shops", "add", "--merchant", "{merchant}", "--connector", "nobody"],
        "Error: HUB-CONN-001: no connector nobody.",
    ),
    "an unknown setting": (
        [
            *("shops", "add", "--merchant", "{merchant}"),
            *("--connector", "generic_webhook", "--set", "colour=red"),
        ],
        "Error: HUB-CONN-001: no setting colour; there are",
    ),
    "a callback to the inside": (
        [
            *("shops", "add", "--merchant", "{merchant}"),
            *("--connector", "generic_webhook"),
            *("--set", "callback_url=https://10.0.0.8/"),
        ],
        "Error: HUB-CONN-003: callback_url: the address is not a public one.",
    ),
    "a second shop without a prefix": (
        ["shops", "add", "--merchant", "{merchant}", "--connector", "generic_webhook"],
        "Error: HUB-CONN-002: a second shop needs a prefix.",
    ),
}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_done_is_one_sentence(
    hub: Hub, merchant_id: str, name: str
) -> None:
    arguments, sentence = WRONG[name]
    done = hub(*[part.replace("{merchant}", merchant_id) for part in arguments])
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


USAGE = {
    "a setting without a value": (
        ["shops", "add", "--merchant", "x", "--connector", "y", "--set", "colour"],
        "'colour' is not K=V",
    ),
    "an unknown mode": (
        ["shops", "add", "--merchant", "x", "--connector", "y", "--mode", "often"],
        "'often' is not one of",
    ),
    "an unknown role": (
        ["users", "invite", "--merchant", "x", "--login", "y", "--role", "king"],
        "'king' is not one of",
    ),
    "a missing option": (["merchants", "add", "--name", "見本茶舗"], "--shop-code"),
    "an unknown command": (["dance"], "No such command 'dance'"),
}


@pytest.mark.parametrize("name", USAGE)
def test_a_wrong_option_is_named(hub: Hub, name: str) -> None:
    arguments, sentence = USAGE[name]
    done = hub(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr.splitlines()[-1]


def test_an_empty_password_file_is_refused(hub: Hub, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n")
    done = hub(*merchant_arguments(empty))
    assert done.returncode == 2
    assert "the file is empty" in done.stderr


def test_a_database_without_a_schema_is_one_sentence(
    tmp_path: Path, password_file: Path
) -> None:
    done = run(tmp_path, *merchant_arguments(password_file))
    assert done.returncode == 1
    assert done.stderr == (
        "the database cannot be used (OperationalError), nothing was changed; "
        "run `hub migrate`, then `hub doctor`\n"
    )


def test_another_key_file_is_one_sentence(
    hub: Hub, folder: Path, shop: dict[str, str], tmp_path: Path
) -> None:
    """The wrong key must not look like a database that is whole."""
    assert shop
    copy = tmp_path / "hub"
    copy.mkdir()
    for path in (folder / "hub").glob("hub.sqlite*"):
        (copy / path.name).write_bytes(path.read_bytes())
    done = run(tmp_path, "verify")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert hub("verify").returncode == 0
