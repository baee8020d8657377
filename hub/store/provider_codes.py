"""The error codes of the provider as they come: its list of them is not public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.store.store import Across, Scope
from hub.store.tables import provider_code

LONGEST = 64

_TABLE = provider_code
_UPSERTS = {
    name: insert(_TABLE).on_conflict_do_update(
        index_elements=["merchant_id", "operation", "point", "code"],
        set_={
            "times": _TABLE.c.times + 1,
            "last_at": insert(_TABLE).excluded.last_at,
            "last_order_id": insert(_TABLE).excluded.last_order_id,
        },
    )
    for name, insert in (
        ("postgresql", postgresql.insert),
        ("sqlite", sqlite.insert),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCode:
    """One code of the provider's, over all merchants."""

    operation: str
    point: str
    code: str
    times: int
    last_at: datetime


def collect(
    scope: Scope,
    errors: Sequence[tuple[str, str]],
    *,
    operation: str,
    order_id: str,
    now: datetime,
) -> None:
    """Count the (point, code) pairs of a refusal.

    The message is not kept here, for it could name a person: it stands with the
    attempt of `order_id`, sealed.
    """
    for point, code in errors:
        scope.connection.execute(
            _UPSERTS[scope.connection.dialect.name],
            {
                "merchant_id": scope.merchant_id,
                "operation": operation,
                "point": point[:LONGEST],
                "code": code[:LONGEST],
                "times": 1,
                "first_at": now,
                "last_at": now,
                "last_order_id": order_id,
            },
        )


def seen(across: Across) -> Sequence[SeenCode]:
    """Return every code that was ever seen, the newest first."""
    last_at = func.max(_TABLE.c.last_at).label("last_at")
    query = (
        select(
            _TABLE.c.operation,
            _TABLE.c.point,
            _TABLE.c.code,
            func.sum(_TABLE.c.times).label("times"),
            last_at,
        )
        .group_by(_TABLE.c.operation, _TABLE.c.point, _TABLE.c.code)
        .order_by(last_at.desc())
    )
    return [
        SeenCode(
            operation=row.operation,
            point=row.point,
            code=row.code,
            times=row.times,
            last_at=row.last_at,
        )
        for row in across.connection.execute(query)
    ]
