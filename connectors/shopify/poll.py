"""Looks for orders whose webhook never came, and for webhooks that are gone.

A window by `updated_at` that overlaps the one before (shopify.md 2.7). The list is
light; only orders of ours that changed since the last look are read in full.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from hub.contract.connector import Connection
from hub.contract.errors import (
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
    HubError,
)
from hub.contract.polling import Polled, PolledMessage
from hub.contract.proof import content_key

from .api import Client
from .fetch import NO_ORDER, changed_at, order_document
from .gateways import is_by_extension, is_ours
from .queries import query
from .tags import is_living
from .webhook_watch import watch_webhooks

TOPIC = "poll/order"
OVERLAP = timedelta(minutes=30)
# Older orders are not shown to an app without read_all_orders.
FIRST_LOOK = timedelta(days=60)
PAGE = 20
# Two changes within one second have the same `updatedAt`.
_SETTLED = timedelta(seconds=5)
_MOST_OWED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far the looks came.

    `since` begins the window, `high` is the newest change seen, `after` is Shopify's
    own place within the window. `seen` are the changes of the overlap that were read,
    as order and moment. `owed` are orders that could not be read, while others could.
    """

    since: datetime
    high: datetime
    after: str | None = None
    is_first: bool = False
    seen: Mapping[str, str] = field(default_factory=dict)
    owed: Sequence[str] = ()

    def written(self) -> str:
        """Return the mark as the text that the hub keeps."""
        return orjson.dumps(
            {
                "since": self.since.isoformat(),
                "high": self.high.isoformat(),
                "after": self.after,
                "is_first": self.is_first,
                "seen": dict(self.seen),
                "owed": list(self.owed),
            }
        ).decode()


def poll(connection: Connection, cursor: str) -> Polled:
    """Return the orders of one page of the window, and where the next look begins.

    The first look brings what is open of sixty days: the hub registers none of the
    orders from before its cut-over by itself. Raises CartUnavailableError or
    CartRefusedError where not a single order could be read.
    """
    now = connection.now()
    mark = _mark(cursor, now)
    client = Client(connection)
    messages, mark = _paid_back(client, mark)
    listed = client.ask(
        query("changed_orders"),
        {"query": _window(mark), "first": PAGE, "after": mark.after},
    )["orders"]
    trouble: HubError | None = None
    for edge in listed["edges"]:
        try:
            found, is_settled = _read(client, connection, edge["node"], mark)
        except CartUnauthorizedError:
            raise
        except (CartUnavailableError, CartRefusedError) as error:
            if messages:
                # What was read is kept; the next look goes on behind it.
                return Polled(messages=messages, cursor=mark.written(), is_more=True)
            mark, trouble = _put_by(mark, edge, error), error
            continue
        messages += found
        mark = _passed(mark, edge, now if is_settled else None)
    if trouble is not None and not messages:
        raise trouble
    if listed["pageInfo"]["hasNextPage"]:
        return Polled(messages=messages, cursor=mark.written(), is_more=True)
    _watch(client, is_needed=not messages)
    return Polled(messages=messages, cursor=_finished(mark).written())


def _watch(client: Client, *, is_needed: bool) -> None:
    """Look after the webhooks; what was read must not be lost over their trouble."""
    try:
        watch_webhooks(client)
    except CartUnauthorizedError:
        raise
    except (CartUnavailableError, CartRefusedError):
        if is_needed:
            raise


def _put_by(mark: Mark, edge: Mapping[str, Any], error: HubError) -> Mark:
    """Let one order that cannot be read keep none of the others; raises for several.

    Nor is there any use in asking a shop on that wants us to wait.
    """
    is_asked_to_wait = (
        isinstance(error, CartUnavailableError)
        and error.retry_after_seconds is not None
    )
    owed = {*mark.owed, edge["node"]["id"]}
    if is_asked_to_wait or len(owed) > _MOST_OWED:
        raise error
    return replace(_passed(mark, edge, None), owed=tuple(sorted(owed)))


def _paid_back(client: Client, mark: Mark) -> tuple[list[PolledMessage], Mark]:
    """Read at a window's beginning what could not be read before."""
    messages: list[PolledMessage] = []
    if mark.after is not None:
        return messages, mark
    owed = []
    for number in mark.owed:
        try:
            body = order_document(client, number)
        except CartUnauthorizedError:
            raise
        except (CartUnavailableError, CartRefusedError):
            owed.append(number)
            continue
        messages += _message(body)
    return messages, replace(mark, owed=tuple(owed))


def _window(mark: Mark) -> str:
    moment = f"{mark.since:%Y-%m-%dT%H:%M:%SZ}"
    window = f"updated_at:>='{moment}'"
    return f"{window} status:open" if mark.is_first else window


def _read(
    client: Client, connection: Connection, node: Mapping[str, Any], mark: Mark
) -> tuple[list[PolledMessage], bool]:
    """Return an order of ours that changed, and whether this change is done with."""
    gateways, settings = node["paymentGatewayNames"], connection.settings
    is_paid_by_us = is_ours(gateways, settings) or is_by_extension(gateways, settings)
    # An order that was ours and is paid otherwise now still has our tag.
    if not is_paid_by_us and not is_living(node["tags"]):
        return [], True
    if mark.seen.get(_number(node)) == node["updatedAt"]:
        return [], True
    body = order_document(client, node["id"])
    if body == NO_ORDER:
        return [], False
    # It may have come from a copy that lags behind the list.
    is_settled = changed_at(body) >= datetime.fromisoformat(node["updatedAt"])
    return _message(body), is_settled


def _message(body: bytes) -> list[PolledMessage]:
    if body == NO_ORDER:
        return []
    key = content_key(TOPIC, body)
    return [PolledMessage(topic=TOPIC, dedupe_key=key, body=body)]


def _passed(mark: Mark, edge: Mapping[str, Any], now: datetime | None) -> Mark:
    """Return the mark behind an order; None for one that is to be read once more."""
    node = edge["node"]
    moment = datetime.fromisoformat(node["updatedAt"])
    seen = dict(mark.seen)
    if now is not None and moment < now - _SETTLED:
        seen[_number(node)] = node["updatedAt"]
    return replace(mark, after=edge["cursor"], high=max(mark.high, moment), seen=seen)


def _finished(mark: Mark) -> Mark:
    since = mark.high - OVERLAP
    seen = {
        number: moment
        for number, moment in mark.seen.items()
        if datetime.fromisoformat(moment) >= since
    }
    return Mark(since=since, high=mark.high, seen=seen, owed=mark.owed)


def _mark(cursor: str, now: datetime) -> Mark:
    if not cursor:
        return Mark(since=now - FIRST_LOOK, high=now, is_first=True)
    kept = orjson.loads(cursor)
    return Mark(
        since=datetime.fromisoformat(kept["since"]),
        high=datetime.fromisoformat(kept["high"]),
        after=kept["after"],
        is_first=kept["is_first"],
        seen=kept["seen"],
        owed=tuple(kept.get("owed", ())),
    )


def _number(node: Mapping[str, Any]) -> str:
    return str(node["id"]).rpartition("/")[2]
