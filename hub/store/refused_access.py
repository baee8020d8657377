"""What a cart refused because our access had ended; tried again once it is back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from hub.store.operations import is_overtaken
from hub.store.store import Scope
from hub.store.tables import inbox, operation


def tell_again(
    scope: Scope, connection_id: str, codes: Collection[str], *, now: datetime
) -> int:
    """Plan again what the cart did not hear, its newest word of each order (I-23).

    Returns how many there are; each keeps its id (I-21).
    """
    return scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.destination == connection_id,
            operation.c.target == "cart",
            operation.c.state == "refused",
            operation.c.reason_code.in_(codes),
            ~is_overtaken(),
        )
        .values(state="planned", due_at=now, tries=0, ended_at=None)
    ).rowcount


def read_again(
    scope: Scope, connection_id: str, codes: Collection[str], *, now: datetime
) -> int:
    """Make deliveries new whose documents the cart did not give; returns how many."""
    return scope.connection.execute(
        update(inbox)
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.connection_id == connection_id,
            inbox.c.state == "quarantined",
            inbox.c.reason_code.in_(codes),
            inbox.c.erased_at.is_(None),
        )
        .values(state="new", tries=0, due_at=now, reason_code="", reason_detail=None)
    ).rowcount
