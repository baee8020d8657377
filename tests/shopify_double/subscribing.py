"""The mutations of webhook subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.shopify_double.reads import number_of, subscription_node
from tests.shopify_double.world import Subscription
from tests.shopify_double.writes import user_error

if TYPE_CHECKING:
    from tests.shopify_double.engine import Context


def subscribe(
    context: Context,
    topic: str,
    webhookSubscription: dict[str, Any],  # noqa: N803 - the schema's word
) -> dict[str, Any]:
    wish = webhookSubscription
    uri = wish.get("uri") or str(wish.get("callbackUrl") or "")
    kept = context.shop.subscriptions
    if any((one.topic, one.uri) == (topic, uri) for one in kept):
        words = "Address for this topic has already been taken"
        return _unsubscribed("webhookSubscription", words)
    if not uri.startswith(("https://", "http://127.0.0.1")):
        return _unsubscribed("webhookSubscription", "Address is invalid")
    made = Subscription(
        id=str(context.world.next_id()),
        topic=topic,
        uri=uri,
        name=wish.get("name"),
        filter=wish.get("filter"),
        include_fields=list(wish.get("includeFields") or ()),
        created_at=context.world.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    kept.append(made)
    return {"webhookSubscription": subscription_node(made), "userErrors": []}


def resubscribe(
    context: Context,
    id: str,  # noqa: A002 - the schema's word
    webhookSubscription: dict[str, Any],  # noqa: N803 - the schema's word
) -> dict[str, Any]:
    wanted = str(number_of("WebhookSubscription", id))
    for one in context.shop.subscriptions:
        if one.id == wanted:
            one.uri = webhookSubscription.get("uri") or one.uri
            one.name = webhookSubscription.get("name") or one.name
            return {"webhookSubscription": subscription_node(one), "userErrors": []}
    return _unsubscribed("id", "Webhook subscription does not exist")


def unsubscribe(context: Context, id: str) -> dict[str, Any]:  # noqa: A002 - the schema's word
    wanted = str(number_of("WebhookSubscription", id))
    kept = context.shop.subscriptions
    left = [one for one in kept if one.id != wanted]
    if len(left) == len(kept):
        errors = [user_error("id", "Webhook subscription does not exist")]
        return {"deletedWebhookSubscriptionId": None, "userErrors": errors}
    kept[:] = left
    return {"deletedWebhookSubscriptionId": id, "userErrors": []}


def _unsubscribed(field: str, message: str) -> dict[str, Any]:
    return {"webhookSubscription": None, "userErrors": [user_error(field, message)]}


SUBSCRIBING = {
    "webhookSubscriptionCreate": subscribe,
    "webhookSubscriptionUpdate": resubscribe,
    "webhookSubscriptionDelete": unsubscribe,
}
