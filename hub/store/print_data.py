"""The print data of enclosed invoices, sealed with their order's data key."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert

from hub.store import data_keys
from hub.store.statements import bound, row_of
from hub.store.store import Scope
from hub.store.tables import invoice_print_data

_BODY = "invoice_print_data.body"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPrintData:
    """What was fetched for one transaction, and when."""

    body: bytes = field(repr=False)
    fetched_at: datetime


def save(
    scope: Scope, transaction_id: str, body: bytes, *, data_key_id: str, now: datetime
) -> None:
    """Store what was fetched in the place of what was fetched before."""
    table = invoice_print_data
    scope.connection.execute(
        delete(table).where(
            table.c.merchant_id == scope.merchant_id,
            table.c.transaction_id == transaction_id,
        )
    )
    scope.connection.execute(
        insert(table).values(
            merchant_id=scope.merchant_id,
            transaction_id=transaction_id,
            body=data_keys.seal_for(scope, data_key_id, body, column=_BODY),
            data_key_id=data_key_id,
            fetched_at=now,
        )
    )


def get(scope: Scope, transaction_id: str) -> StoredPrintData | None:
    """Return what was fetched last, None for nothing."""
    row = scope.connection.execute(
        row_of(invoice_print_data, "transaction_id"),
        bound(scope, transaction_id=transaction_id),
    ).one_or_none()
    if row is None:
        return None
    body = data_keys.unseal_from(scope, row.data_key_id, row.body, column=_BODY)
    return StoredPrintData(body=body, fetched_at=row.fetched_at)
