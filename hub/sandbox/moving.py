"""How far the company's clock may be moved."""

from datetime import UTC, datetime, timedelta
from typing import Final

from hub.clock import TOKYO, tokyo_date
from hub.domain.business_calendar import (
    CalendarEndError,
    add_business_days,
    covered_until,
)
from hub.sandbox.errors import DeskError

_CALENDAR_ROOM: Final = timedelta(days=120)


def later(moment: datetime, *, business_days: int, hours: float) -> datetime:
    """Return a moment later by business days and hours; raises DeskError at the end."""
    local = moment.astimezone(TOKYO)
    try:
        day = add_business_days(tokyo_date(moment), business_days)
        target = datetime.combine(day, local.timetz()).astimezone(UTC)
        target += timedelta(hours=hours)
        # What follows from a day's events lies within the room that is left.
        is_known = tokyo_date(target) + _CALENDAR_ROOM <= covered_until()
    except (OverflowError, CalendarEndError):
        is_known = False
        target = moment
    if not is_known:
        last = covered_until() - _CALENDAR_ROOM
        raise DeskError(
            f"The sandbox's calendar covers days until {last}; the clock was not moved."
            " To begin anew, start it with another --data folder.",
            ja=f"この検証環境の暦は {last} までです。時計は動いていません。"
            "最初からやり直すには、別の --data を指定して起動してください。",
        )
    return target
