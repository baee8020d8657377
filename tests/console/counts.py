"""What the store says of a list, beside what its page shows."""

from hub.store import search
from hub.store.filters import Filter
from hub.store.search import Page, Tally
from tests.house import House


def tally_of(house: House, filter_: Filter) -> Tally:
    """Return how many rows a filter has."""
    now = house.clock.now()
    return house.read(lambda scope: search.tally(scope, filter_, now=now))


def page_of(house: House, filter_: Filter, *, after: str = "", limit: int = 50) -> Page:
    """Return some rows of a filter."""
    now = house.clock.now()
    return house.read(
        lambda scope: search.page(scope, filter_, after=after, limit=limit, now=now)
    )
