"""Going round the merchants: who is next, however many of them wait."""

from collections.abc import Callable

# How many are looked at in one go; those after them are looked at next.
MOST = 64


def going_round(next_after: Callable[[str], str | None], *, after: str) -> list[str]:
    """Return merchants from the one after `after` round to it, at most `MOST`.

    `next_after` returns the first that waits whose id is greater than the one given.
    """
    found: list[str] = []
    for start, stop in ((after, None), ("", after)):
        cursor = start
        while len(found) < MOST:
            merchant_id = next_after(cursor)
            if merchant_id is None or (stop is not None and merchant_id > stop):
                break
            found.append(merchant_id)
            cursor = merchant_id
    return found
