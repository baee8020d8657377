"""The webhooks of a shop: one subscription per topic, at the connection's own address.

Compliance topics cannot be subscribed to; they come from the app's configuration
(shopify.md 2.3, shopify.app.toml).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .api import Client, UserErrorsError
from .queries import query

# The name that Shopify repeats in X-Shopify-Name.
NAME = "atobarai-hub"
MOST = 250


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription that is there; `topic` in the schema's word."""

    id: str
    topic: str
    uri: str


def constant_of(topic: str) -> str:
    """Return the schema's word of a topic: orders/create is ORDERS_CREATE."""
    return topic.upper().replace("/", "_")


def subscribed(client: Client) -> Sequence[Standing]:
    """Return what the app has at this shop."""
    data = client.ask(query("subscriptions"), {"first": MOST})
    found = data["webhookSubscriptions"]["nodes"]
    return [Standing(one["id"], one["topic"], one["uri"]) for one in found]


def subscribe_all(client: Client, topics: Sequence[str], hook_url: str) -> None:
    """Make exactly one subscription per topic; a second time changes nothing.

    A subscription at an older address of ours is moved, and what is left over is
    deleted: an order told twice is harmless, one told to nobody is not, so nothing is
    deleted before all are there. Raises CartRefusedError, CartUnavailableError.
    """
    left = list(subscribed(client))
    missing = []
    for topic in map(constant_of, topics):
        kept = _first(left, topic, hook_url)
        if kept is None:
            missing.append(topic)
        else:
            left.remove(kept)
    for topic in missing:
        moved = _first(left, topic)
        if moved is None:
            subscribe(client, topic, hook_url)
        else:
            left.remove(moved)
            client.write(query("readdress"), {"id": moved.id, "uri": hook_url})
    for one in left:
        client.write(query("unsubscribe"), {"id": one.id})


def _first(standing: Sequence[Standing], topic: str, uri: str = "") -> Standing | None:
    fitting = (x for x in standing if x.topic == topic and uri in ("", x.uri))
    return next(fitting, None)


def subscribe(client: Client, topic: str, uri: str) -> None:
    """Make one subscription, by the word of the schema; one that is there will do."""
    try:
        client.write(query("subscribe"), {"topic": topic, "uri": uri, "name": NAME})
    except UserErrorsError:
        # Without codes, only looking tells whether another process was faster.
        if _first(subscribed(client), topic, uri) is None:
            raise
