"""The only place that reads the wall clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def _system_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Two clocks: real time, and business time that a demo may move.

    Real time serves leases, signatures, retries and the audit; business time serves
    poll schedules, calendars and approval life (architecture 7).
    """

    def __init__(
        self,
        business_offset: Callable[[], timedelta] | timedelta = timedelta(),
        *,
        read: Callable[[], datetime] = _system_now,
    ) -> None:
        """Take the offset of business time, and for tests another source of time."""
        self._offset = business_offset
        self._read = read

    def now(self) -> datetime:
        """Return the real moment, aware, in UTC."""
        return self._read()

    def business_now(self) -> datetime:
        """Return the moment of the business calendar, aware, in UTC."""
        offset = self._offset
        return self.now() + (offset if isinstance(offset, timedelta) else offset())


def tokyo_date(moment: datetime) -> date:
    """Return the calendar day in Japan of an aware moment."""
    return moment.astimezone(TOKYO).date()
