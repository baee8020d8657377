"""Rows that cannot be read: seals that do not open, documents, dangling references."""

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import and_, select, text
from sqlalchemy.exc import NoResultFound

from hub.store import data_keys, merchants
from hub.store.api_keys import ApiScope
from hub.store.store import Across
from hub.store.tables import (
    api_key,
    attempt,
    cart_order,
    connection,
    connection_credentials,
    credential_set,
    data_key,
    inbox,
    inbox_document,
    invoice_print_data,
    person,
    privacy_request,
    shop,
)
from hub.store.vault import VaultError
from hub.store.violation import Violation, violation
from hub.store.wanted_json import join

# What a column, a key or a document that was changed by hand makes of its reader.
_UNREADABLE = (VaultError, NoResultFound, KeyError, TypeError, ValueError)


def unreadable(across: Across) -> Iterator[Violation]:
    """Yield every row that cannot be read, or whose bytes are not those stored."""
    for check in _CHECKS:
        yield from check(across)


def _keys(across: Across) -> Iterator[Violation]:
    """T-23: every data key opens with this installation's key file."""
    for row in across.connection.execute(select(data_key)):
        try:
            across.keys.vault.unwrap(row.wrapped, row.merchant_id)
        except VaultError:
            yield violation("I-30", "data_key", row, "the data key does not open")


def _opened(across: Across, row: Any, sealed: bytes, column: str) -> bytes | None:
    scope = across.of(row.merchant_id)
    try:
        return data_keys.unseal_from(scope, row.data_key_id, sealed, column=column)
    except (VaultError, NoResultFound):
        return None


def _bodies(across: Across) -> Iterator[Violation]:
    """I-05: the stored bytes are those that were acknowledged."""
    for row in across.connection.execute(select(inbox)):
        body = _opened(across, row, row.body, "inbox.body")
        if body is None:
            yield violation("I-05", "inbox", row, "the body does not open")
        elif row.erased_at is not None:
            if body:
                yield violation("I-30", "inbox", row, "it was forgotten, and is there")
        elif len(body) != row.body_length:
            yield violation("I-05", "inbox", row, "the body has another length")
        elif hashlib.sha256(body).hexdigest() != row.body_sha256:
            yield violation("I-05", "inbox", row, "the body has another hash")


def _documents(across: Across) -> Iterator[Violation]:
    """I-05: what the cart gave is kept as it was, and goes with its delivery."""
    query = select(inbox_document, inbox.c.erased_at).outerjoin(
        inbox,
        and_(
            inbox.c.merchant_id == inbox_document.c.merchant_id,
            inbox.c.id == inbox_document.c.delivery_id,
        ),
    )
    for row in across.connection.execute(query):
        body = _opened(across, row, row.body, "inbox_document.body")
        if row.erased_at is not None:
            why = "its delivery was forgotten, and it is there"
            yield violation("I-30", "inbox_document", row, why)
        elif body is None:
            yield violation("I-05", "inbox_document", row, "it does not open")
        elif hashlib.sha256(body).hexdigest() != row.body_sha256:
            yield violation("I-05", "inbox_document", row, "it has another hash")


def _attempts(across: Across) -> Iterator[Violation]:
    """I-09: what was sent and answered is kept as it was."""
    for row in across.connection.execute(select(attempt)):
        request = _opened(across, row, row.request, "attempt.request")
        if request is None:
            yield violation("I-09", "attempt", row, "the request does not open")
        elif row.erased_at is not None:
            if request or row.answer:
                why = "it was forgotten, and is there"
                yield violation("I-30", "attempt", row, why)
        elif hashlib.sha256(request).hexdigest() != row.request_sha256:
            yield violation("I-09", "attempt", row, "the request has another hash")
        elif row.answer and _opened(across, row, row.answer, "attempt.answer") is None:
            yield violation("I-09", "attempt", row, "the answer does not open")


def _secrets(across: Across) -> Iterator[Violation]:
    """I-30: secrets and print data stand sealed in their own columns."""
    for table, key, column in (
        (credential_set, credential_set.c.id, credential_set.c.link_password),
        (connection, connection.c.id, connection.c.secrets),
        *(
            (connection_credentials, connection_credentials.c.id, column)
            for column in (
                connection_credentials.c.sealed,
                connection_credentials.c.hook_key,
            )
        ),
        (
            invoice_print_data,
            invoice_print_data.c.transaction_id,
            invoice_print_data.c.body,
        ),
    ):
        query = select(table.c.merchant_id, key.label("id"), table.c.data_key_id)
        for row in across.connection.execute(query.add_columns(column.label("sealed"))):
            if _opened(across, row, row.sealed, f"{table.name}.{column.name}") is None:
                why = f"{column.name} does not open"
                yield violation("I-30", table.name, row, why)


def _requests(across: Across) -> Iterator[Violation]:
    """I-30: whom an open request concerns, and its export, open with its own key."""
    for row in across.connection.execute(select(privacy_request)):
        for name in ("subject", "document"):
            sealed, column = getattr(row, name), f"privacy_request.{name}"
            if sealed is not None and _opened(across, row, sealed, column) is None:
                yield violation("I-30", "privacy_request", row, f"{name} does not open")


def _shops(across: Across) -> Iterator[Violation]:
    for row in across.connection.execute(select(shop.c.merchant_id, shop.c.id)):
        scope = across.of(row.merchant_id)
        try:
            merchants.get_shop(scope, row.id)
        except _UNREADABLE:
            yield violation("I-14", "shop", row, "mode or rules cannot be read")


def _api_keys(across: Across) -> Iterator[Violation]:
    query = select(api_key.c.merchant_id, api_key.c.id, api_key.c.scopes)
    for row in across.connection.execute(query):
        try:
            frozenset(ApiScope(one) for one in row.scopes)
        except _UNREADABLE:
            yield violation("T-21", "api_key", row, "its scopes cannot be read")


def _wanted(across: Across) -> Iterator[Violation]:
    """I-30: every order's persons stand sealed in their own row; wanted is whole."""
    rows = across.connection.execute(
        select(
            cart_order.c.merchant_id,
            cart_order.c.id,
            cart_order.c.wanted,
            cart_order.c.total,
            person.c.body,
            person.c.data_key_id,
        ).outerjoin(
            person,
            and_(
                person.c.merchant_id == cart_order.c.merchant_id,
                person.c.order_id == cart_order.c.id,
            ),
        )
    )
    for row in rows:
        if row.body is None:
            yield violation("I-30", "person", row, "the order has no persons' row")
            continue
        persons = _opened(across, row, row.body, "person.body")
        if persons is None:
            yield violation("I-30", "person", row, "the persons' row does not open")
        elif why := _why_not_whole(row, persons):
            yield violation("I-13", "cart_order", row, why)


def _why_not_whole(row: Any, persons: bytes) -> str:
    try:
        order = join(row.wanted, orjson.loads(persons)).order
    except _UNREADABLE:
        return "what is wanted cannot be read"
    if order is not None and row.total != int(order.total):
        return "the total and what is wanted differ"
    return ""


def _references(across: Across) -> Iterator[Violation]:
    """I-29: every reference leads to a row of the same merchant."""
    if across.connection.dialect.name != "sqlite":
        # PostgreSQL holds them; SQLite only while the pragma is on.
        return
    for table, rowid, parent, _number in across.connection.execute(
        text("PRAGMA foreign_key_check")
    ):
        yield _dangling(across, table, rowid, parent)


def _dangling(across: Across, table: str, rowid: int, parent: str) -> Violation:
    row = across.connection.execute(
        text(f'SELECT * FROM "{table}" WHERE rowid = :rowid'),  # noqa: S608 - the name comes from the schema
        {"rowid": rowid},
    ).one()
    found = dict(row._mapping)  # noqa: SLF001 - the public name that SQLAlchemy gives it
    names = ("id", "order_id", "transaction_id", "seq", "user_id", "token_hash", "code")
    return Violation(
        invariant="I-29",
        table=table,
        merchant_id=str(found.get("merchant_id", "")),
        row_id=str(next((found[name] for name in names if name in found), rowid)),
        why=f"it refers to a {parent} that is not there",
    )


_CHECKS = (
    _keys,
    _bodies,
    _documents,
    _attempts,
    _secrets,
    _requests,
    _shops,
    _api_keys,
    _wanted,
    _references,
)
