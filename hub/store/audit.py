"""The audit trail: who did what, as a keyed hash chain per merchant (T-27)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, insert, select, text

from hub.store.store import Across, Scope
from hub.store.tables import audit
from hub.store.vault import Vault

_BEGINNING = "0" * 64
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def record(
    scope: Scope,
    *,
    user_id: str,
    action: str,
    subject: str,
    detail: dict[str, Any],
    now: datetime,
) -> None:
    """Append a privileged action; `detail` never holds personal data."""
    if scope.connection.dialect.name == "postgresql":
        # The chain of a merchant grows in one process at a time.
        name = {"name": f"audit/{scope.merchant_id}"}
        scope.connection.execute(_ALONE, name)
    last = scope.connection.execute(
        select(audit.c.seq, audit.c.hash)
        .where(audit.c.merchant_id == scope.merchant_id)
        .order_by(audit.c.seq.desc())
        .limit(1)
    ).one_or_none()
    values = {
        "merchant_id": scope.merchant_id,
        "seq": last.seq + 1 if last else 1,
        "at": now,
        "user_id": user_id,
        "action": action,
        "subject": subject,
        "detail": detail,
        "previous_hash": last.hash if last else _BEGINNING,
    }
    scope.connection.execute(
        insert(audit).values(**values, hash=_hash(scope.vault, values))
    )


def broken_rows(across: Across) -> Iterator[tuple[str, int]]:
    """Yield (merchant, seq) of every row whose chain does not hold."""
    previous_merchant, expected_hash, expected_seq = "", _BEGINNING, 1
    rows: Iterator[Row[Any]] = iter(
        across.connection.execute(
            select(audit).order_by(audit.c.merchant_id, audit.c.seq)
        )
    )
    for row in rows:
        if row.merchant_id != previous_merchant:
            previous_merchant, expected_hash, expected_seq = (
                row.merchant_id,
                _BEGINNING,
                1,
            )
        values = {
            # A column's name may be more than a str, which orjson does not take.
            str(key): value
            for key, value in row._mapping.items()  # noqa: SLF001 - the public name that SQLAlchemy gives it
            if key != "hash"
        }
        is_whole = (
            row.seq == expected_seq
            and row.previous_hash == expected_hash
            and row.hash == _hash(across.keys.vault, values)
        )
        if not is_whole:
            yield row.merchant_id, row.seq
        expected_hash, expected_seq = row.hash, row.seq + 1


def _hash(vault: Vault, values: dict[str, Any]) -> str:
    plain = orjson.dumps(
        {**values, "at": int(values["at"].timestamp() * 1_000_000)},
        option=orjson.OPT_SORT_KEYS,
    )
    return vault.keyed_hash("audit", plain.decode())
