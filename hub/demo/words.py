"""Moments and days as Japanese people write them."""

from datetime import date, datetime

from hub.clock import TOKYO
from hub.contract.money import Yen

WEEKDAYS = "月火水木金土日"


def day(moment: date | datetime) -> str:
    """Return 11/24(火)."""
    local = moment.astimezone(TOKYO) if isinstance(moment, datetime) else moment
    return f"{local.month}/{local.day}({WEEKDAYS[local.weekday()]})"


def full(moment: datetime) -> str:
    """Return 2026年11月24日(火) 9:05."""
    local = moment.astimezone(TOKYO)
    weekday = WEEKDAYS[local.weekday()]
    return f"{local.year}年{local.month}月{local.day}日({weekday}) {clock_time(local)}"


def yen(amount: int) -> str:
    """Return 7,572円."""
    return str(Yen(amount))


def clock_time(moment: datetime) -> str:
    """Return 9:05."""
    local = moment.astimezone(TOKYO)
    return f"{local.hour}:{local.minute:02d}"


def second(moment: datetime) -> str:
    """Return 9:05:07."""
    local = moment.astimezone(TOKYO)
    return f"{clock_time(local)}:{local.second:02d}"
