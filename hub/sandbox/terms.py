"""What a merchant has agreed: plan, payout cycle and fees, by month (S5, S16, S25).

The public FAQ names no figures. Every amount here is a sample, marked as one on each
page, and can be set to what a contract says.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Self

from hub.sandbox.errors import DeskError

PLANS: Final = ("A", "B", "C", "D")
CYCLES: Final = (1, 2, 3)
_MONTH: Final = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")
_DAYS_BEFORE_LAST: Final[Mapping[int, tuple[int, ...]]] = {1: (), 2: (15,), 3: (10, 20)}
_BASIS_POINTS: Final = 10_000
_MOST: Final = 999_999


def month_of(day: date) -> str:
    """Return the calendar month of a day as it is written in terms."""
    return f"{day:%Y-%m}"


def last_day(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def closes(day: date, cycle: int) -> bool:
    """Tell whether a payout period of this cycle ends with this day."""
    return day.day in _DAYS_BEFORE_LAST[cycle] or day == last_day(day)


def next_closing(day: date) -> date:
    """Return the first day from this one on at which any cycle closes."""
    while not any(closes(day, cycle) for cycle in CYCLES):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A merchant's choice from a calendar month on."""

    merchant: str
    from_month: str
    plan: str = "A"
    cycle: int = 1

    @classmethod
    def read(cls, merchant: str, wanted: Mapping[str, Any], *, current: Self) -> Self:
        """Return the terms that JSON or a form wants; raises DeskError on nonsense."""
        month = str(wanted.get("from_month", ""))
        plan = str(wanted.get("plan") or current.plan).upper()
        cycle = str(wanted.get("cycle") or current.cycle)
        if not _MONTH.fullmatch(month):
            raise DeskError(
                "from_month is written YYYY-MM. No terms were changed.",
                ja="適用開始の月は YYYY-MM です。条件は変わっていません。",
            )
        if plan not in PLANS or cycle not in map(str, CYCLES):
            raise DeskError(
                f"plan is one of {PLANS}, cycle one of {CYCLES}. "
                "No terms were changed.",
                ja="プランはA〜D、立替回数は1〜3です。条件は変わっていません。",
            )
        return cls(merchant=merchant, from_month=month, plan=plan, cycle=int(cycle))


def _sample_monthly() -> dict[str, int]:
    return {"A": 0, "B": 10_000, "C": 20_000, "D": 45_000}


def _sample_rates() -> dict[str, int]:
    return {"A": 500, "B": 440, "C": 360, "D": 290}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """Fees in yen with tax, and rates in hundredths of a per cent; samples all."""

    monthly_yen: Mapping[str, int] = field(default_factory=_sample_monthly)
    rate_basis_points: Mapping[str, int] = field(default_factory=_sample_rates)
    separate_invoice_yen: int = 190
    enclosed_invoice_yen: int = 90
    payout_business_days: int = 5

    def rate_fee(self, plan: str, amount: int) -> int:
        """Return the plan's share of an amount, rounded down to whole yen."""
        return amount * self.rate_basis_points[plan] // _BASIS_POINTS

    def as_json(self) -> dict[str, Any]:
        """Return the fees as the control port shows and takes them."""
        return {**asdict(self), "are_samples": self == Fees()}

    def changed(self, wanted: Mapping[str, Any]) -> Self:
        """Return the fees with some replaced; raises DeskError on nonsense."""
        unknown = sorted(set(wanted) - set(self.__slots__))
        if unknown:
            raise DeskError(f"Unknown: {unknown}. Fees have {list(self.__slots__)}.")
        changes: dict[str, Any] = {}
        for name, value in wanted.items():
            if name in ("monthly_yen", "rate_basis_points"):
                changes[name] = {**getattr(self, name), **_by_plan(name, value)}
            else:
                changes[name] = _amount(name, value)
        return replace(self, **changes)


def _by_plan(name: str, value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping) or set(value) - set(PLANS):
        raise DeskError(f"{name} has one number for each of {PLANS}. Nothing changed.")
    return {plan: _amount(name, number) for plan, number in value.items()}


def _amount(name: str, value: Any) -> int:
    try:
        number = int(str(value))
    except ValueError as error:
        raise DeskError(
            f"{name} must be a whole number. Nothing changed.",
            ja="手数料は整数で入力してください。何も変わっていません。",
        ) from error
    if not 0 <= number <= _MOST:
        raise DeskError(
            f"{name} must lie between 0 and {_MOST}. Nothing changed.",
            ja=f"手数料は0〜{_MOST:,}です。何も変わっていません。",
        )
    return number
