"""The queries that the double answers."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from tests.shopify_double.graph import Graph
from tests.shopify_double.order_book import gid
from tests.shopify_double.world import API_VERSION, Subscription

if TYPE_CHECKING:
    from tests.shopify_double.engine import Context

_FILTER = re.compile(r"(\w+):(>=|<=|>|<)?('[^']*'|\"[^\"]*\"|\S+)")
_SORTS = {
    "UPDATED_AT": "updated_at",
    "CREATED_AT": "created_at",
    "PROCESSED_AT": "processed_at",
    "ID": "id",
    "ORDER_NUMBER": "order_number",
}


def needs(context: Context, *scopes: str) -> None:
    """Refuse where the token has none of these scopes; a write scope also reads."""
    owned = set(context.token.scopes)
    owned |= {f"read_{one[6:]}" for one in owned if one.startswith("write_")}
    if not owned & set(scopes):
        raise GraphQLError(
            f"Access denied. Required access: `{scopes[0]}` access scope.",
            extensions={"code": "ACCESS_DENIED"},
        )


def number_of(kind: str, text: str) -> int:
    """Return the number of an id, refusing an id of another kind."""
    found = re.fullmatch(rf"gid://shopify/{kind}/(\d+)", text)
    if not found:
        raise GraphQLError(f"Invalid global id '{text}'")
    return int(found.group(1))


def kept_order(context: Context, order_id: str) -> dict[str, Any] | None:
    return context.shop.orders.get(number_of("Order", order_id))


def kept_fulfilment_order(context: Context, wanted: str) -> Any:
    """Return (order, fulfilment order), or None."""
    number = number_of("FulfillmentOrder", wanted)
    for order in context.shop.orders.values():
        for made in order["_fulfillment_orders"]:
            if made["id"] == number:
                return order, made
    return None


def order(context: Context, id: str) -> Any:  # noqa: A002 - the schema's word
    needs(context, "read_orders")
    kept = kept_order(context, id)
    return kept and Graph(context.world).order(context.shop, kept)


def orders(
    context: Context,
    query: str | None = None,
    sortKey: str = "PROCESSED_AT",  # noqa: N803 - the schema's word
    reverse: bool = False,
    **_paging: Any,
) -> list[Any]:
    needs(context, "read_orders")
    tests = [_filter(*found) for found in _FILTER.findall(query or "")]
    chosen = [
        one for one in context.shop.orders.values() if all(test(one) for test in tests)
    ]
    name = _SORTS[sortKey]
    chosen.sort(key=lambda one: (one[name], one["id"]), reverse=reverse)
    graph = Graph(context.world)
    return [partial(graph.order, context.shop, one) for one in chosen]


def _filter(name: str, sign: str, raw: str) -> Any:
    wanted = raw.strip("'\"")
    if name in ("updated_at", "created_at", "processed_at"):
        return partial(_is_timed, name, sign, datetime.fromisoformat(wanted))
    plain: dict[str, Any] = {
        "gateway": lambda one: wanted in one["payment_gateway_names"],
        "financial_status": lambda one: one["financial_status"] == wanted.lower(),
        "fulfillment_status": lambda one: (
            (one["fulfillment_status"] or "unfulfilled") == wanted.lower()
        ),
        "status": lambda one: {
            "any": True,
            "open": one["closed_at"] is None and one["cancelled_at"] is None,
            "cancelled": one["cancelled_at"] is not None,
        }[wanted],
        "tag": lambda one: wanted in one["tags"].split(", "),
        "tag_not": lambda one: wanted not in one["tags"].split(", "),
        "test": lambda one: str(one["test"]).lower() == wanted.lower(),
        "name": lambda one: one["name"].lstrip("#") == wanted.lstrip("#"),
        "id": lambda one: str(one["id"]) == wanted,
    }
    if name not in plain:
        raise GraphQLError(f"the double does not filter orders by {name}")
    return plain[name]


def _is_timed(name: str, sign: str, moment: datetime, one: dict[str, Any]) -> bool:
    stamp = datetime.fromisoformat(one[name])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=stamp.tzinfo)
    return {
        ">=": stamp >= moment,
        "<=": stamp <= moment,
        ">": stamp > moment,
        "<": stamp < moment,
        "": stamp == moment,
    }[sign]


def fulfillment_order(context: Context, id: str) -> Any:  # noqa: A002 - the schema's word
    needs(context, "read_merchant_managed_fulfillment_orders")
    found = kept_fulfilment_order(context, id)
    return found and Graph(context.world).fulfilment_order(context.shop, *found)


def node(context: Context, id: str) -> Any:  # noqa: A002 - the schema's word
    if id.startswith("gid://shopify/Order/"):
        return order(context, id)
    if id.startswith("gid://shopify/FulfillmentOrder/"):
        return fulfillment_order(context, id)
    raise GraphQLError(f"the double does not speak of {id} as a node")


def nodes(context: Context, ids: list[str]) -> list[Any]:
    return [node(context, one) for one in ids]


def shop(context: Context) -> dict[str, Any]:
    kept = context.shop
    return {
        "__typename": "Shop",
        "id": gid("Shop", kept.id),
        "name": kept.name,
        "email": "owner@example.jp",
        "contactEmail": "owner@example.jp",
        "myshopifyDomain": kept.domain,
        "currencyCode": "JPY",
        "enabledPresentmentCurrencies": ["JPY"],
        "ianaTimezone": "Asia/Tokyo",
        "timezoneOffset": "+0900",
        "orderNumberFormatPrefix": "#",
        "orderNumberFormatSuffix": "",
        "taxesIncluded": True,
        "taxShipping": False,
        "url": f"https://{kept.domain}",
        "primaryDomain": {
            "id": gid("Domain", kept.id),
            "host": kept.domain,
            "url": f"https://{kept.domain}",
            "sslEnabled": True,
        },
        "plan": {
            "partnerDevelopment": True,
            "publicDisplayName": "Shopify Plus" if kept.is_plus else "Basic",
            "shopifyPlus": kept.is_plus,
        },
    }


def current_app_installation(context: Context) -> dict[str, Any]:
    app = context.world.app
    graph = Graph(context.world)
    return {
        "__typename": "AppInstallation",
        "id": gid("AppInstallation", context.shop.id),
        "accessScopes": [
            {"handle": one, "description": one} for one in context.token.scopes
        ],
        "launchUrl": app.app_url,
        "uninstallUrl": None,
        "app": {
            "id": gid("App", 1),
            "apiKey": app.client_id,
            "handle": app.handle,
            "title": "後払いハブ",
            "webhookApiVersion": API_VERSION,
        },
        "metafields": graph.metafields_of(context.shop.installation_metafields),
        "metafield": graph.metafield_of(context.shop.installation_metafields),
    }


def subscription_node(one: Subscription) -> dict[str, Any]:
    return {
        "__typename": "WebhookSubscription",
        "id": gid("WebhookSubscription", int(one.id)),
        "legacyResourceId": one.id,
        "topic": one.topic,
        "uri": one.uri,
        "callbackUrl": one.uri,
        "endpoint": {"__typename": "WebhookHttpEndpoint", "callbackUrl": one.uri},
        "format": "JSON",
        "name": one.name,
        "filter": one.filter,
        "includeFields": one.include_fields,
        "metafieldNamespaces": [],
        "metafields": [],
        "createdAt": one.created_at,
        "updatedAt": one.created_at,
        "apiVersion": {
            "handle": API_VERSION,
            "displayName": API_VERSION,
            "supported": True,
        },
    }


def webhook_subscriptions(
    context: Context,
    topics: list[str] | None = None,
    uri: str | None = None,
    **_paging: Any,
) -> list[Any]:
    return [
        subscription_node(one)
        for one in context.shop.subscriptions
        if (not topics or one.topic in topics) and uri in (None, one.uri)
    ]


def webhook_subscription(context: Context, id: str) -> Any:  # noqa: A002 - the schema's word
    wanted = str(number_of("WebhookSubscription", id))
    found = (one for one in context.shop.subscriptions if one.id == wanted)
    return next(map(subscription_node, found), None)


def metafield_definitions(
    context: Context,
    ownerType: str,  # noqa: N803 - the schema's word
    namespace: str | None = None,
    key: str | None = None,
    **_paging: Any,
) -> list[Any]:
    space = namespace and Graph(context.world).namespace(namespace)
    return [
        one
        for one in context.shop.definitions
        if one["ownerType"] == ownerType
        and space in (None, one["namespace"])
        and key in (None, one["key"])
    ]


def job(context: Context, id: str) -> dict[str, Any]:  # noqa: A002 - the schema's word
    return {"__typename": "Job", "id": id, "done": True}


QUERIES = {
    "order": order,
    "orders": orders,
    "fulfillmentOrder": fulfillment_order,
    "node": node,
    "nodes": nodes,
    "shop": shop,
    "currentAppInstallation": current_app_installation,
    "webhookSubscriptions": webhook_subscriptions,
    "webhookSubscription": webhook_subscription,
    "metafieldDefinitions": metafield_definitions,
    "job": job,
}
