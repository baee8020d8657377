"""What carts sent of a buyer that led to no order, such as an order nobody could read.

Nothing of it is indexed, so it is opened and searched, a page at a time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.store import erasing, inbox, inbox_documents
from hub.store.privacy_requests import StoredRequest, Subject, domestic
from hub.store.store import Scope

_PAGE = 200
# A shorter one may stand in any number.
_SHORTEST_PHONE = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One delivery that speaks of a buyer, as it came."""

    id: str
    topic: str
    received_at: datetime
    body: bytes = field(repr=False)
    documents: Mapping[str, bytes] = field(repr=False)


def raw_of(scope: Scope, request: StoredRequest) -> Iterator[Raw]:
    """Yield the deliveries that led to no order and name the buyer of a request."""
    pattern = _pattern(request.subject or Subject())
    after: str | None = ""
    while pattern is not None and after is not None:
        ids = erasing.unlinked_deliveries(
            scope,
            request.connection_id,
            before=request.created_at,
            limit=_PAGE,
            after=after,
        )
        for one in (_opened(scope, found) for found in ids):
            # What brought the request goes with the request itself.
            if one.id != request.delivery_id and _speaks(one, pattern):
                yield one
        after = ids[-1] if len(ids) == _PAGE else None


def erase_raw(scope: Scope, request: StoredRequest, *, now: datetime) -> int:
    """Forget what was sent of a buyer and led to no order; returns how many."""
    found = list(raw_of(scope, request))
    for one in found:
        erasing.erase_delivery(scope, one.id, now=now)
    return len(found)


def _opened(scope: Scope, delivery_id: str) -> Raw:
    found = inbox.get(scope, delivery_id)
    if found is None:
        raise LookupError(f"no delivery {delivery_id}")
    _row, delivery = found
    return Raw(
        id=delivery_id,
        topic=delivery.topic,
        received_at=delivery.received_at,
        body=delivery.body,
        documents=inbox_documents.of_delivery(scope, delivery_id),
    )


def _speaks(one: Raw, pattern: re.Pattern[bytes]) -> bool:
    return any(map(pattern.search, (one.body, *one.documents.values())))


def _pattern(subject: Subject) -> re.Pattern[bytes] | None:
    """Return what a body about the buyer holds, None where nothing is known of one."""
    phones = {subject.phone.strip(), domestic(subject.phone.strip())}
    ids = {one.rpartition("/")[2] for one in subject.references}
    words = [
        *(one for one in phones if len(one) >= _SHORTEST_PHONE),
        *(one for one in ids if one),
    ]
    if subject.email.strip():
        words.append(subject.email.strip())
    if not words:
        return None
    found = b"|".join(re.escape(word.encode()) for word in sorted(words))
    # Whole words only: another buyer's address may end as this one's does.
    return re.compile(rb"(?<![\w.+-])(?:" + found + rb")(?![\w.+-]*\w)", re.IGNORECASE)
