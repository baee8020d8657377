"""取引: the list of transactions, searched, filtered and paged."""

from flask import Response, request

from hub.console.pages import page
from hub.console.rooms import House
from hub.console.rows import row_of
from hub.console.visit import Visit
from hub.store import search
from hub.store.filters import Filter

PAGE_ROWS = 50
_LONGEST_SEARCH = 200


def add_transactions(house: House) -> None:
    """Add the routes."""

    @house.page("/transactions", "transactions")
    def transactions(visit: Visit) -> Response:
        text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
        chosen = _filter(request.args.get("filter", ""))
        after = request.args.get("after", "")
        found = _found(visit, text, chosen, after)
        return page(
            visit,
            "transactions.html",
            rows=[row_of(visit, listed) for listed in found.rows],
            next_cursor=found.next_cursor,
            text=text,
            chosen=chosen,
            after=after,
            filters=list(Filter),
            page_rows=PAGE_ROWS,
        )


def _filter(name: str) -> Filter:
    return Filter(name) if name in Filter.__members__.values() else Filter.ALL


def _found(visit: Visit, text: str, chosen: Filter, after: str) -> search.Page:
    now = visit.parts.clock.now()
    if text:
        return visit.store.read(lambda scope: search.find(scope, text, limit=PAGE_ROWS))
    try:
        return visit.store.read(
            lambda scope: search.page(
                scope, chosen, after=after, limit=PAGE_ROWS, now=now
            )
        )
    except ValueError:
        # A cursor that was cut by a mail program shows the first page.
        return visit.store.read(
            lambda scope: search.page(scope, chosen, limit=PAGE_ROWS, now=now)
        )
