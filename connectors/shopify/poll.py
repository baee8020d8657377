"""Looks for orders whose webhook never came, and for webhooks that are gone.

A window by `updated_at` that overlaps the one before (shopify.md 2.7). The list is
light; only orders of ours that changed since the last look are read in full.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from hub.contract.connector import Connection
from hub.contract.errors import CartUnavailableError
from hub.contract.polling import Polled, PolledMessage
from hub.contract.proof import content_key

from .api import Client
from .fetch import NO_ORDER, order_document
from .gateways import is_ours
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far the looks came.

    `since` begins the window, `high` is the newest change seen, `after` is Shopify's
    own place within the window. `seen` are the changes of the overlap that were read,
    as order and moment.
    """

    since: datetime
    high: datetime
    after: str | None = None
    is_first: bool = False
    seen: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> str:
        """Return the mark as the text that the hub keeps."""
        return orjson.dumps(
            {
                "since": self.since.isoformat(),
                "high": self.high.isoformat(),
                "after": self.after,
                "is_first": self.is_first,
                "seen": dict(self.seen),
            }
        ).decode()


def poll(connection: Connection, cursor: str) -> Polled:
    """Return the orders of one page of the window, and where the next look begins.

    The first look brings what is open of sixty days: the hub registers none of the
    orders from before its cut-over by itself. Raises CartUnavailableError where not a
    single order could be read.
    """
    now = connection.now()
    mark = _mark(cursor, now)
    client = Client(connection)
    if mark.after is None:
        watch_webhooks(client)
    listed = client.ask(
        query("changed_orders"),
        {"query": _window(mark), "first": PAGE, "after": mark.after},
    )["orders"]
    messages: list[PolledMessage] = []
    for edge in listed["edges"]:
        try:
            messages += _read(client, connection, edge["node"], mark)
        except CartUnavailableError:
            if not messages:
                raise
            # What was read is kept; the next look goes on behind it.
            return Polled(messages=messages, cursor=mark.written(), is_more=True)
        mark = _passed(mark, edge, now)
    if listed["pageInfo"]["hasNextPage"]:
        return Polled(messages=messages, cursor=mark.written(), is_more=True)
    return Polled(messages=messages, cursor=_finished(mark).written())


def _window(mark: Mark) -> str:
    moment = f"{mark.since:%Y-%m-%dT%H:%M:%SZ}"
    window = f"updated_at:>='{moment}'"
    return f"{window} status:open" if mark.is_first else window


def _read(
    client: Client, connection: Connection, node: Mapping[str, Any], mark: Mark
) -> list[PolledMessage]:
    is_paid_by_us = is_ours(node["paymentGatewayNames"], connection.settings)
    # An order that was ours and is paid otherwise now still has our tag.
    if not is_paid_by_us and not is_living(node["tags"]):
        return []
    if mark.seen.get(_number(node)) == node["updatedAt"]:
        return []
    body = order_document(client, node["id"])
    if body == NO_ORDER:
        return []
    key = content_key(TOPIC, body)
    return [PolledMessage(topic=TOPIC, dedupe_key=key, body=body)]


def _passed(mark: Mark, edge: Mapping[str, Any], now: datetime) -> Mark:
    node = edge["node"]
    changed_at = datetime.fromisoformat(node["updatedAt"])
    seen = dict(mark.seen)
    if changed_at < now - _SETTLED:
        seen[_number(node)] = node["updatedAt"]
    return replace(
        mark, after=edge["cursor"], high=max(mark.high, changed_at), seen=seen
    )


def _finished(mark: Mark) -> Mark:
    since = mark.high - OVERLAP
    seen = {
        number: moment
        for number, moment in mark.seen.items()
        if datetime.fromisoformat(moment) >= since
    }
    return Mark(since=since, high=mark.high, seen=seen)


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
    )


def _number(node: Mapping[str, Any]) -> str:
    return str(node["id"]).rpartition("/")[2]
