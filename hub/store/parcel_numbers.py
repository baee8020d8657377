"""Every tracking number of every parcel, so that one that is used twice is seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select

from hub.domain.known import State
from hub.store.statements import insert_into
from hub.store.store import Scope
from hub.store.tables import cart_order, parcel_number, transaction
from hub.store.types import new_id

# A number that stands everywhere is a placeholder that we do not know yet.
_MOST = 50
_ENDED = (State.CANCELLED.value, State.DECLINED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelNumber:
    """A number with the carrier code it stands under, "" while that is unknown."""

    number: str
    carrier_code: str


def forget(scope: Scope, order_id: str, parcel: str) -> None:
    """Take out the numbers of a parcel, which has others or none now."""
    scope.connection.execute(
        delete(parcel_number).where(
            parcel_number.c.merchant_id == scope.merchant_id,
            parcel_number.c.order_id == order_id,
            parcel_number.c.parcel == parcel,
        )
    )


def enter(
    scope: Scope,
    order_id: str,
    parcel: str,
    numbers: Sequence[ParcelNumber],
    *,
    now: datetime,
) -> None:
    """Enter the numbers of a parcel."""
    if not numbers:
        return
    scope.connection.execute(
        insert_into(parcel_number),
        [
            {
                "merchant_id": scope.merchant_id,
                "id": new_id(now),
                "order_id": order_id,
                "parcel": parcel,
                "number": one.number,
                "carrier_code": one.carrier_code,
                "created_at": now,
            }
            for one in numbers
        ],
    )


def elsewhere(
    scope: Scope, order_id: str, numbers: Sequence[ParcelNumber], *, since: datetime
) -> dict[str, str]:
    """Return which numbers another order still open or reported has, and its number."""
    if not numbers:
        return {}
    codes = {one.number: one.carrier_code for one in numbers}
    rows = scope.connection.execute(
        select(
            parcel_number.c.number,
            parcel_number.c.carrier_code,
            cart_order.c.order_number,
        )
        .join(
            cart_order,
            and_(
                cart_order.c.merchant_id == parcel_number.c.merchant_id,
                cart_order.c.id == parcel_number.c.order_id,
            ),
        )
        .join(
            transaction,
            and_(
                transaction.c.merchant_id == parcel_number.c.merchant_id,
                transaction.c.order_id == parcel_number.c.order_id,
                transaction.c.state.not_in(_ENDED),
            ),
        )
        .where(
            parcel_number.c.merchant_id == scope.merchant_id,
            parcel_number.c.number.in_(codes),
            parcel_number.c.order_id != order_id,
            parcel_number.c.created_at >= since,
        )
        .order_by(parcel_number.c.created_at.desc())
        .limit(_MOST)
    )
    # Another carrier may count with the same digits; an unknown one may be the same.
    return {
        row.number: row.order_number
        for row in rows
        if not row.carrier_code
        or not codes[row.number]
        or row.carrier_code == codes[row.number]
    }
