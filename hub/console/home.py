"""今日の仕事: counts and yen that are true, and what needs a person now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response

from hub.console.apps import AppStanding, apps_in_need
from hub.console.carts import SilentCart, silent_carts
from hub.console.pages import page
from hub.console.rooms import House
from hub.console.rows import Row, row_of
from hub.console.visit import Visit
from hub.store import merchants, search
from hub.store.filters import Filter
from hub.store.merchants import Shop
from hub.store.search import Listed, Page, Tally
from hub.store.store import Scope
from hub.store.waiting_buyers import waiting_buyers

TODO_ROWS = 10
# What each tile counts, and the colour that it has while it counts anything.
TILES = (
    (Filter.ALARM, "stop"),
    (Filter.ATTENTION, "wait"),
    (Filter.HOLD, "wait"),
    (Filter.SCREENING, "info"),
    (Filter.READY, "ok"),
    (Filter.REPORTED, "info"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Today:
    tallies: dict[Filter, Tally]
    todo: Page
    shops: list[Shop]
    apps: Sequence[AppStanding]
    carts: Sequence[SilentCart]
    waiting: Mapping[str, datetime]
    awaited: Sequence[Listed]


def add_home(house: House) -> None:
    """Add the routes."""

    @house.page("/", "home")
    def home(visit: Visit) -> Response:
        now = visit.parts.clock.now()

        def work(scope: Scope) -> _Today:
            waiting = waiting_buyers(scope, now=now, limit=TODO_ROWS)
            return _Today(
                tallies={
                    filter_: search.tally(scope, filter_, now=now)
                    for filter_, _tone in TILES
                },
                todo=search.page(scope, Filter.ATTENTION, limit=TODO_ROWS, now=now),
                shops=[
                    merchants.get_shop(scope, shop_id)
                    for shop_id in merchants.shop_ids(scope)
                ],
                apps=apps_in_need(scope, now=now),
                carts=silent_carts(scope, now=now),
                waiting=waiting,
                awaited=search.of_ids(scope, list(waiting)),
            )

        today = visit.store.read(work)
        return page(
            visit,
            "home.html",
            tiles=[(filter_, tone, today.tallies[filter_]) for filter_, tone in TILES],
            awaited=_awaited(visit, today),
            rows=[
                row_of(visit, listed)
                for listed in today.todo.rows
                if listed.transaction_id not in today.waiting
            ],
            has_more=bool(today.todo.next_cursor),
            shops=today.shops,
            apps=today.apps,
            carts=today.carts,
        )


def _awaited(visit: Visit, today: _Today) -> list[Row]:
    """Return the rows of whose buyers wait at the cart, the most urgent first."""
    return [
        row_of(visit, listed, waits_until=today.waiting[listed.transaction_id])
        for listed in today.awaited
    ]
