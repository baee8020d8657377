"""The webhooks of a shop: one subscription per topic, at the connection's own address.

Compliance topics cannot be subscribed to; they come from the app's configuration
(shopify.md 2.3, shopify.app.toml).
"""

from collections.abc import Mapping, Sequence

from hub.contract.errors import CartRefusedError

from .asking import Ask

# The name that Shopify repeats in X-Shopify-Name.
NAME = "atobarai-hub"
MOST = 250

_LIST = """query Subscriptions($first: Int!) {
  webhookSubscriptions(first: $first) {
    nodes { id topic uri }
  }
}"""
_CREATE = """mutation Subscribe($topic: WebhookSubscriptionTopic!, $uri: String!,
    $name: String) {
  webhookSubscriptionCreate(topic: $topic,
      webhookSubscription: {uri: $uri, format: JSON, name: $name}) {
    webhookSubscription { id }
    userErrors { field message }
  }
}"""
_UPDATE = """mutation Readdress($id: ID!, $uri: String!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: {uri: $uri}) {
    webhookSubscription { id }
    userErrors { field message }
  }
}"""
_DELETE = """mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId
    userErrors { field message }
  }
}"""


def constant_of(topic: str) -> str:
    """Return the schema's word of a topic: orders/create is ORDERS_CREATE."""
    return topic.upper().replace("/", "_")


def subscribed(ask: Ask) -> Sequence[tuple[str, str, str]]:
    """Return (id, topic as the schema writes it, address) of the app at this shop."""
    found = ask(_LIST, {"first": MOST})["webhookSubscriptions"]["nodes"]
    return [(one["id"], one["topic"], one["uri"]) for one in found]


def subscribe_all(ask: Ask, topics: Sequence[str], hook_url: str) -> None:
    """Make exactly one subscription per topic; a second time changes nothing.

    A subscription at an older address of ours is moved, and what is left over is
    deleted: an order told twice is harmless, one told to nobody is not, so nothing is
    deleted before all are there. Raises CartRefusedError.
    """
    left = list(subscribed(ask))
    missing = []
    for topic in map(constant_of, topics):
        kept = next((one for one in left if one[1:] == (topic, hook_url)), None)
        if kept is None:
            missing.append(topic)
        else:
            left.remove(kept)
    for topic in missing:
        moved = next((one for one in left if one[1] == topic), None)
        if moved is None:
            _create(ask, topic, hook_url)
        else:
            left.remove(moved)
            wish = {"id": moved[0], "uri": hook_url}
            _checked(ask(_UPDATE, wish)["webhookSubscriptionUpdate"], topic)
    for number, topic, _uri in left:
        _checked(ask(_DELETE, {"id": number})["webhookSubscriptionDelete"], topic)


def _create(ask: Ask, topic: str, uri: str) -> None:
    wish = {"topic": topic, "uri": uri, "name": NAME}
    answer = ask(_CREATE, wish)["webhookSubscriptionCreate"]
    if any("taken" in one["message"] for one in answer["userErrors"]):
        # Another process of ours was faster.
        return
    _checked(answer, topic)


def _checked(answer: Mapping[str, object], topic: str) -> None:
    if answer["userErrors"]:
        raise CartRefusedError(f"Shopify did not take the subscription to {topic}")
