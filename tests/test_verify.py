"""`hub verify` as an operator runs it: the exit code, and the row by name."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hub.flow import intervene
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from tests.flow.specimens import order, shipped
from tests.house import running_house

ROOT = Path(__file__).resolve().parents[1]
GARBAGE = "x'00112233445566778899aabbccddeeff0011223344556677'"
CANARIES = ("見本 花子", "ミホン", "hanako@example.jp", "000-1234", "神宮前")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after one order that was shipped and one that was declined."""
    folder = tmp_path_factory.mktemp("filled")
    with (
        RunningSandbox(folder / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            folder,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
        ) as house,
    ):
        house.open()
        house.hear(order(), order("A-1002", name="見本NG"), shipped("A-1002"))
        house.hear(shipped())
        intervene.close_attention(
            house.parts,
            house.merchant_id,
            house.transaction("A-1002").id,
            reason="回収しました",
            user_id="0" * 26,
        )
    return folder / "hub"


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "hub")
    return tmp_path / "hub"


def verify(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", "verify"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HUB_DATA_DIR": str(folder)},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def change(folder: Path, statement: str, *, of: str) -> str:
    """Change one row by hand; returns what names it."""
    with closing(sqlite3.connect(folder / "hub.sqlite")) as connection, connection:
        rowid, key = connection.execute(of).fetchone()
        connection.execute(f"{statement} WHERE rowid = ?", (rowid,))
    return str(key)


def test_books_that_hold_exit_0(folder: Path) -> None:
    done = verify(folder)
    assert done.stdout == "the books hold\n"
    assert done.returncode == 0


ROWS = {
    "inbox body": (
        "I-05 inbox",
        f"UPDATE inbox SET body = {GARBAGE}",
        "SELECT rowid, id FROM inbox LIMIT 1",
    ),
    "person": (
        "I-30 person",
        f"UPDATE person SET body = {GARBAGE}",
        "SELECT rowid, order_id FROM person LIMIT 1",
    ),
    "state": (
        "I-14 transaction",
        "UPDATE \"transaction\" SET state = 'CANCELLED'",
        'SELECT rowid, id FROM "transaction" LIMIT 1',
    ),
    "amount": (
        "I-13 transaction",
        'UPDATE "transaction" SET amount = amount + 1',
        'SELECT rowid, id FROM "transaction" LIMIT 1',
    ),
    "operation in flight": (
        "I-10 operation",
        "UPDATE operation SET state = 'sending'",
        "SELECT rowid, id FROM operation WHERE state = 'done' LIMIT 1",
    ),
    "attempt": (
        "I-09 attempt",
        f"UPDATE attempt SET request = {GARBAGE}",
        "SELECT rowid, id FROM attempt LIMIT 1",
    ),
    "audit": (
        "I-31 audit",
        "UPDATE audit SET user_id = 'somebody'",
        "SELECT rowid, seq FROM audit LIMIT 1",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_changed_by_hand_exits_1_and_is_named(folder: Path, name: str) -> None:
    named, statement, of = ROWS[name]
    key = change(folder, statement, of=of)
    done = verify(folder)
    assert done.returncode == 1
    line = rf"^{named} \S+ {key}: "
    assert re.search(line, done.stdout, re.MULTILINE), done.stdout


def test_one_changed_row_blames_no_other_row(folder: Path) -> None:
    name = 'SELECT rowid, id FROM "transaction" LIMIT 1'
    key = change(folder, 'UPDATE "transaction" SET amount = amount + 1', of=name)
    *violations, _count = verify(folder).stdout.splitlines()
    assert {line.partition(":")[0].split()[-1] for line in violations} == {key}


def test_two_live_transactions_of_one_number_exit_1(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "hub.sqlite")) as connection, connection:
        connection.execute("DROP INDEX uq_transaction_live_number")
        connection.execute(
            "UPDATE \"transaction\" SET provider_order_number = 'A-1001', is_live = 1"
        )
    done = verify(folder)
    assert "I-07 transaction" in done.stdout
    assert done.returncode == 1


def test_what_is_said_of_a_broken_row_holds_no_personal_data(folder: Path) -> None:
    change(
        folder,
        f"UPDATE person SET body = {GARBAGE}",
        of="SELECT rowid, order_id FROM person LIMIT 1",
    )
    done = verify(folder)
    assert [word for word in CANARIES if word in done.stdout + done.stderr] == []
