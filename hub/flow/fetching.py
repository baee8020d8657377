"""What a delivery only names is asked of its cart once, before it is translated."""

from datetime import timedelta

from hub import log
from hub.contract.connector import Fetch
from hub.contract.errors import CartUnavailableError
from hub.contract.proof import Delivery, with_documents
from hub.flow.backoff import after_seconds
from hub.flow.connection_view import let_in
from hub.flow.tools import Parts
from hub.store import inbox_documents
from hub.store.connections import StoredConnection
from hub.store.inbox import ClaimedDelivery

# From here on a person is told that a cart does not give what it was asked for.
SILENT_AFTER = timedelta(hours=1)
CODE = "HUB-CART-504"
_FIRST_SECONDS, _LONGEST_SECONDS, _LONGEST_WISH = 10.0, 900.0, 3600.0

_logger = log.get("fetch")


class LeaseLostError(Exception):
    """Another process has the delivery now."""


def fetched(
    parts: Parts,
    claimed: ClaimedDelivery,
    connection: StoredConnection,
    fetch: Fetch,
) -> Delivery:
    """Return the delivery with its documents; no transaction is open meanwhile.

    Those that are stored are used again. Raises what `fetch` raises, and LeaseLostError
    where it took so long that another process has begun.
    """
    store = parts.store.of(claimed.merchant_id)
    standing = store.read(lambda scope: inbox_documents.standing(scope, claimed.id))
    if standing.documents is not None and standing.read_at is not None:
        given, read_at = standing.documents, standing.read_at
    else:
        read_at = parts.clock.now()
        with let_in(parts, connection) as view:
            given = dict(fetch(claimed.delivery, view))
        now = parts.clock.now()
        if not store.write(
            lambda scope: inbox_documents.keep(
                scope, claimed, given, read_at=read_at, now=now
            )
        ):
            raise LeaseLostError(claimed.id)
    return with_documents(claimed.delivery, given, read_at=read_at)


def put_off(
    parts: Parts, claimed: ClaimedDelivery, error: CartUnavailableError
) -> None:
    """Give a delivery back until its cart answers: soon, then less and less often."""
    put_off_for(parts, claimed, wished_seconds=error.retry_after_seconds or 0)
    _logger.info("cart_does_not_give", delivery_id=claimed.id, code=error.code)


def put_off_for(parts: Parts, claimed: ClaimedDelivery, *, wished_seconds: int) -> None:
    """Give a delivery back for as long as its cart wishes, or longer."""
    store = parts.store.of(claimed.merchant_id)
    standing = store.read(lambda scope: inbox_documents.standing(scope, claimed.id))
    now = parts.clock.now()
    since = standing.waits_since or now
    # To wait as long again as it has waited already doubles the waits.
    passed = (now - since).total_seconds()
    wished = min(float(wished_seconds), _LONGEST_WISH)
    seconds = max(min(max(passed, _FIRST_SECONDS), _LONGEST_SECONDS), wished)
    store.write(
        lambda scope: inbox_documents.wait(
            scope,
            claimed,
            since=since,
            due_at=after_seconds(seconds, now=now),
            reason_code=CODE,
        )
    )
