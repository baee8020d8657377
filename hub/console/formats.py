"""Dates, times and amounts as people say them, in Japan's time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.clock import TOKYO
from hub.contract.money import Yen
from hub.text.catalogue import Language

_DAYS = {
    "ja": "月火水木金土日",
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """Says moments in one language, seen from one moment."""

    language: Language
    now: datetime

    def yen(self, amount: int | None) -> str:
        """Return 7,572円."""
        if amount is None:
            return "—"
        return str(Yen(amount)) if self.language == "ja" else f"¥{amount:,}"

    def count(self, number: int) -> str:
        """Return a number with separators."""
        return f"{number:,}"

    def day(self, day: date) -> str:
        """Return 11/23(月), as lists show it; the year where it is another one."""
        text = f"{day.month}/{day.day}"
        if day.year != self.today.year:
            text = f"{day.year}/{text}"
        return f"{text}({self._name(day)})"

    def long_day(self, day: date) -> str:
        """Return 2026年11月23日(月), as details show it."""
        if self.language == "en":
            return f"{day:%-d %B %Y} ({self._name(day)})"
        return f"{day.year}年{day.month}月{day.day}日({self._name(day)})"

    def clock(self, moment: datetime) -> str:
        """Return 9:40."""
        local = moment.astimezone(TOKYO)
        return f"{local.hour}:{local.minute:02d}"

    def short(self, moment: datetime) -> str:
        """Return 11/23(月) 9:40."""
        return f"{self.day(self.local_date(moment))} {self.clock(moment)}"

    def long(self, moment: datetime) -> str:
        """Return 2026年11月23日(月) 9:40."""
        return f"{self.long_day(self.local_date(moment))} {self.clock(moment)}"

    def when(self, moment: datetime) -> str:
        """Return 今日 17:00(あと 7時間48分), or the day where it is not today."""
        day = self.local_date(moment)
        if day != self.today:
            return self.short(moment)
        word = "今日" if self.language == "ja" else "today"
        left = moment - self.now
        if left <= timedelta():
            return f"{word} {self.clock(moment)}"
        return f"{word} {self.clock(moment)}({self._left(left)})"

    def iso(self, moment: datetime) -> str:
        """Return the moment for a machine that reads the page."""
        return moment.astimezone(TOKYO).isoformat(timespec="seconds")

    def days_left(self, moment: datetime) -> int:
        """Return how many days are left, 0 on the last one."""
        return max(0, (self.local_date(moment) - self.today).days)

    def local_date(self, moment: datetime) -> date:
        """Return the calendar day in Japan."""
        return moment.astimezone(TOKYO).date()

    @property
    def today(self) -> date:
        """Return today in Japan."""
        return self.local_date(self.now)

    def _left(self, left: timedelta) -> str:
        hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
        if self.language == "en":
            return f"in {hours} h {minutes} min" if hours else f"in {minutes} min"
        if hours:
            return f"あと {hours}時間{minutes}分"
        return f"あと {minutes}分" if minutes else "まもなく"

    def _name(self, day: date) -> str:
        return _DAYS[self.language][day.weekday()]
