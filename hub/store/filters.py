"""The saved filters of the list of transactions; each tile counts one of them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, literal_column, select

from hub.domain.known import State
from hub.domain.parcel_troubles import UNREPORTED
from hub.store.tables import cart_order, operation, transaction

_REPORTED_LIFE = timedelta(days=30)
OPEN_OPERATION = ("planned", "leased", "sending")


# Written as the partial indices are: SQLite does not see that "x = 1" means "x".
IS_LIVE: ColumnElement[bool] = literal_column('"transaction".is_live')
IS_OPEN: ColumnElement[bool] = literal_column(
    "operation.state IN ('planned', 'leased', 'sending')"
)
IS_PROVIDERS: ColumnElement[bool] = literal_column("operation.target = 'provider'")
NEEDS_ATTENTION: ColumnElement[bool] = literal_column('"transaction".needs_attention')


class Filter(StrEnum):
    """A saved filter of the list; a tile counts exactly what its list shows."""

    ALL = "all"
    ATTENTION = "attention"
    ALARM = "alarm"
    UNREPORTED = "unreported"
    RELEASE = "release"
    HOLD = "hold"
    SCREENING = "screening"
    READY = "ready"
    REPORTED = "reported"
    UNCLEAR = "unclear"
    BEFORE_CUTOVER = "before_cutover"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a filter asks for; each state is one walk along an index."""

    states: tuple[State, ...] = ()
    is_attention: bool = False
    conditions: tuple[ColumnElement[bool], ...] = ()
    since: timedelta | None = None

    @property
    def moment(self) -> Any:
        """Return the column that the list is sorted by, which its index holds."""
        column = transaction.c
        return column.attention_since if self.is_attention else column.created_at


def _coded(*codes: str) -> Criteria:
    return Criteria(
        is_attention=True, conditions=(transaction.c.attention_code.in_(codes),)
    )


def _has_open_operation() -> ColumnElement[bool]:
    return (
        select(operation.c.id)
        .where(
            operation.c.merchant_id == transaction.c.merchant_id,
            operation.c.transaction_id == transaction.c.id,
            operation.c.target == "provider",
            operation.c.state.in_(OPEN_OPERATION),
        )
        .exists()
    )


CRITERIA = {
    Filter.ALL: Criteria(),
    Filter.ATTENTION: Criteria(is_attention=True),
    Filter.ALARM: _coded("HUB-SHIP-001"),
    # Authorized goods that are out and hold no claim yet (S17).
    Filter.UNREPORTED: _coded(*sorted(UNREPORTED)),
    Filter.RELEASE: _coded("HUB-MODE-001"),
    Filter.HOLD: Criteria(states=(State.ON_HOLD,)),
    Filter.SCREENING: Criteria(states=(State.SCREENING, State.REGISTERING)),
    # An approval that the cart has overtaken has an operation open or is refused and
    # raised; what is left may leave the house now.
    Filter.READY: Criteria(
        states=(State.AUTHORIZED,),
        conditions=(transaction.c.attention_code == "", ~_has_open_operation()),
    ),
    Filter.REPORTED: Criteria(states=(State.SHIPMENT_REPORTED,), since=_REPORTED_LIFE),
    Filter.UNCLEAR: Criteria(states=(State.UNCLEAR,)),
    Filter.BEFORE_CUTOVER: Criteria(
        states=(State.RECEIVED, State.INVALID, State.REFUSED),
        conditions=(cart_order.c.is_before_cutover, cart_order.c.released_at.is_(None)),
    ),
    Filter.DECLINED: Criteria(states=(State.DECLINED,)),
    Filter.CANCELLED: Criteria(states=(State.CANCELLED,)),
}
