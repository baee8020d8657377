"""What a section of 店舗の設定 consists of."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from hub.console.visit import Visit
from hub.domain.known import State
from hub.store.merchants import Shop

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who changes the rules, and when (business time)."""

    user_id: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The shop as a form wants it, or what is wrong by field (a key of words.toml)."""

    shop: Shop
    problems: Mapping[str, str] = field(default_factory=dict)


def nothing_more(_visit: Visit, _shop: Shop) -> Mapping[str, object]:
    """Return no further values, for a section that shows its answers only."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One topic of the page: one form, one address, one partial template.

    `answers` gives what the form shows of a shop, by field; `read` gives the shop that
    a form wants. `affects` names the states of open transactions that are judged again
    when the rules change. `shows` gives the partial what else it shows.
    """

    topic: str
    affects: frozenset[State]
    answers: Callable[[Shop], Mapping[str, Any]]
    read: Callable[[Shop, Form, Editor], Read]
    shows: Callable[[Visit, Shop], Mapping[str, object]] = nothing_more

    @property
    def template(self) -> str:
        """Return the name of the partial template."""
        return f"rules_{self.topic}.html"

    def stamp(self, shop: Shop) -> str:
        """Return a stamp of the answers: another one after every change of them."""
        document = orjson.dumps(dict(self.answers(shop)), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(document).hexdigest()[:16]
