"""After a run: nothing doubled, nothing lost, the hub's books hold."""

from collections import Counter

from bench.installation import Installation
from bench.road import Road


def faults(installation: Installation, roads: list[Road]) -> list[str]:
    """Return what is wrong, [] where all is right."""
    found = []
    accepted = {number for road in roads for number in road.answered}
    missing = sum(road.missing for road in roads)
    if missing:
        found.append(f"{missing} accepted orders were never told as settled")
    other = [status for road in roads for status in road.other_answers]
    if other:
        found.append(f"answers that were not 2xx: {dict(Counter(other))}")
    transactions = installation.ledger()["transactions"]
    numbers = Counter(str(one["shop_order_id"]) for one in transactions)
    doubled = [number for number, count in numbers.items() if count > 1]
    if doubled:
        found.append(f"{len(doubled)} orders were registered twice")
    lost = accepted - numbers.keys()
    if lost:
        found.append(f"{len(lost)} accepted orders were never registered")
    books = installation.verify()
    if books != "the books hold":
        found.append(f"hub verify: {books}")
    return found
