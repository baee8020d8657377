"""`hub verify` names the row that somebody changed by hand, in every table."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert

from hub.config import Config
from hub.contract.credentials import Credentials
from hub.contract.secret import Secret
from hub.domain.banner import MaterialKind, Placement
from hub.flow import intervene
from hub.flow.verify_books import verify_books
from hub.parts import assemble
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from hub.store import (
    api_answers,
    api_keys,
    credentials,
    data_keys,
    privacy_requests,
    provider_codes,
    tag_material,
)
from hub.store.api_keys import ApiScope
from hub.store.invariants import Violation
from hub.store.store import Scope
from hub.store.tables import TENANT_TABLES, invoice_print_data
from tests.flow.specimens import order, shipped
from tests.house import House, running_house
from tests.store.asked_rows import keep_what_was_asked

GARBAGE = "x'00112233445566778899aabbccddeeff0011223344556677'"


@dataclass(frozen=True, slots=True)
class ByHand:
    """What somebody does to a row, and how its key is read."""

    table: str
    change: str
    key: str = "id"
    where: str = "true"


CHANGES = [
    ByHand("data_key", f"wrapped = {GARBAGE}"),
    ByHand("credential_set", f"link_password = {GARBAGE}"),
    ByHand("shop", "mode = 'often'"),
    ByHand("shop", "credential_set_id = 'nobody'"),
    ByHand("connection", f"secrets = {GARBAGE}"),
    ByHand("connection_credentials", f"sealed = {GARBAGE}"),
    ByHand("connection_credentials", f"hook_key = {GARBAGE}"),
    ByHand("inbox", f"body = {GARBAGE}"),
    ByHand("inbox", "body_sha256 = 'other'"),
    ByHand("inbox", "body_length = body_length + 1"),
    ByHand("inbox", "state = 'new', due_at = 0, received_at = 0"),
    ByHand("cart_order", "total = total + 1"),
    ByHand("cart_order", "wanted = '{}'"),
    ByHand("order_delivery", "delivery_id = 'nothing'", key="order_id"),
    ByHand("person", f"body = {GARBAGE}", key="order_id"),
    ByHand("transaction", "state = 'CANCELLED'"),
    ByHand("transaction", "state = 'BETTER'"),
    ByHand("transaction", "known = '{}'"),
    ByHand("transaction", "amount = amount + 1"),
    ByHand("transaction", "provider_transaction_id = ''"),
    ByHand(
        "transaction",
        "amount = 1, known = json_set(known, '$.amount', 1)",
    ),
    ByHand("operation", "state = 'sending'", where="state = 'done'"),
    ByHand("operation", "state = 'finished'"),
    ByHand("operation", "state = 'planned'", where="seq = 1 AND target = 'provider'"),
    ByHand("attempt", f"request = {GARBAGE}"),
    ByHand("attempt", "request_sha256 = 'other'"),
    ByHand("attempt", f"answer = {GARBAGE}", where="answer IS NOT NULL"),
    ByHand("invoice_print_data", f"body = {GARBAGE}", key="transaction_id"),
    ByHand("journal", "to_state = 'DECLINED'", where="kind = 'state'"),
    ByHand("audit", "user_id = 'somebody'", key="seq"),
    ByHand("tag_material", "body = x'3c'"),
    ByHand("tag_material", "kind = 'confirmed'"),
    ByHand("parcel_number", "order_id = 'nothing'"),
    ByHand("provider_code", "last_order_id = 'nothing'", key="code"),
    ByHand("api_key", """scopes = '["everything"]'"""),
    ByHand("api_answer", "api_key_id = 'nobody'"),
    ByHand("privacy_request", f"subject = {GARBAGE}"),
    ByHand("privacy_request", "delivery_id = 'nothing'"),
    ByHand("inbox_document", f"body = {GARBAGE}"),
    ByHand("inbox_document", "body_sha256 = 'other'"),
    ByHand("ask", "delivery_id = 'nothing'"),
    ByHand("poll_cursor", "id = 'nothing'", key="'nothing'"),
    ByHand("merchant", "id = 'another'"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a row in every table of a merchant."""
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
        keep_print_data(house)
        keep_tag_material(house)
        keep_call(house)
        keep_credentials(house)
        keep_request(house)
        keep_what_was_asked(house)
    return folder / "hub"


def keep_request(house: House) -> None:
    now = house.clock.now()
    house.parts.store.of(house.merchant_id).write(
        lambda scope: privacy_requests.put(
            scope,
            kind=privacy_requests.FORGET_BUYER,
            shop_id=house.shop_id,
            connection_id=house.connection_id,
            delivery_id=house.deliveries()[0].id,
            subject=privacy_requests.Subject(email="hanako@example.jp"),
            occurred_at=now,
            now=now,
        )
    )


def keep_print_data(house: House) -> None:
    kept = house.order()

    def work(scope: Scope) -> None:
        body = data_keys.seal_for(
            scope, kept.data_key_id, b"{}", column="invoice_print_data.body"
        )
        scope.connection.execute(
            insert(invoice_print_data).values(
                merchant_id=scope.merchant_id,
                transaction_id=house.transaction().id,
                body=body,
                data_key_id=kept.data_key_id,
                fetched_at=house.clock.now(),
            )
        )

    house.parts.store.of(house.merchant_id).write(work)


def keep_call(house: House) -> None:
    """Store a key of the merchant's system, an answer to it, and a refusal's code."""
    now = house.clock.now()

    def work(scope: Scope) -> None:
        key_id, _token = api_keys.add(
            scope,
            name="見本",
            scopes=frozenset({ApiScope.READ}),
            created_by="",
            now=now,
        )
        api_answers.begin(
            scope, api_key_id=key_id, key_hash="0" * 64, request_hash="1" * 64, now=now
        )
        provider_codes.collect(
            scope,
            [("name", "er900050")],
            operation="register",
            order_id=house.order().id,
            now=now,
        )

    house.parts.store.of(house.merchant_id).write(work)


def keep_credentials(house: House) -> None:
    given = Credentials(values={"access": Secret("見本")})
    house.parts.store.of(house.merchant_id).write(
        lambda scope: credentials.put(
            scope, house.connection_id, given, hook_key="k", now=house.clock.now()
        )
    )


def keep_tag_material(house: House) -> None:
    house.parts.store.of(house.merchant_id).write(
        lambda scope: tag_material.add(
            scope,
            house.shop_id,
            Placement.CART,
            kind=MaterialKind.OFFICIAL,
            body=b"<p></p>",
            user_id="0" * 26,
            now=house.clock.now(),
        )
    )


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "hub")
    return tmp_path / "hub"


def verified(folder: Path) -> list[Violation]:
    parts = assemble(Config(data_dir=folder))
    try:
        return verify_books(parts)
    finally:
        parts.store.close()


def changed_row(folder: Path, change: ByHand) -> str:
    """Change one row and return its key, as a thief with a database tool does."""
    table = f'"{change.table}"'
    with closing(sqlite3.connect(folder / "hub.sqlite")) as connection, connection:
        (rowid, key) = connection.execute(
            f"SELECT rowid, {change.key} FROM {table} WHERE {change.where} LIMIT 1"
        ).fetchone()
        connection.execute(
            f"UPDATE {table} SET {change.change} WHERE rowid = ?", (rowid,)
        )
    return str(key)


def test_an_untouched_book_holds(folder: Path) -> None:
    assert verified(folder) == []


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: f"{c.table}-{c.change}"[:50])
def test_a_row_that_was_changed_by_hand_is_named(folder: Path, change: ByHand) -> None:
    key = changed_row(folder, change)
    found = verified(folder)
    assert found
    if change.table == "merchant":
        # Whose rows lost their merchant is said of every one of them.
        assert {one.invariant for one in found} >= {"I-29"}
    else:
        assert key in [one.row_id for one in found]


def test_every_table_of_a_merchant_has_its_change() -> None:
    tried = {change.table for change in CHANGES}
    assert {table.name for table in TENANT_TABLES} <= tried


def test_a_persons_row_that_is_gone_is_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "hub.sqlite")) as connection, connection:
        connection.execute("DELETE FROM person")
    assert {one.table for one in verified(folder)} == {"person"}


def test_two_live_transactions_of_one_number_are_named(folder: Path) -> None:
    """I-07, also where the index that forbids it is gone."""
    with closing(sqlite3.connect(folder / "hub.sqlite")) as connection, connection:
        connection.execute("DROP INDEX uq_transaction_live_number")
        connection.execute(
            "UPDATE \"transaction\" SET provider_order_number = 'A-1001', is_live = 1"
        )
    assert "I-07" in [one.invariant for one in verified(folder)]


def test_a_file_that_is_no_database_is_a_violation_and_no_crash(folder: Path) -> None:
    path = folder / "hub.sqlite"
    path.write_bytes(b"not a database" + path.read_bytes()[14:])
    (folder / "hub.sqlite-wal").unlink(missing_ok=True)
    assert [one.invariant for one in verified(folder)] == ["I-33"]
