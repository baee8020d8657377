"""Orders as GraphQL shows them, read from the documents that webhooks write.

A list stands for a list or a connection, an int for money of the shop: the engine
writes what the schema asks for. What is not written here is not spoken by the double.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.shopify_double import graph_parts as parts
from tests.shopify_double.documents import shown
from tests.shopify_double.order_book import gid

if TYPE_CHECKING:
    from tests.shopify_double.world import Shop, World

Node = dict[str, Any]


class Graph:
    """Renders what a shop holds, as the world stands now."""

    def __init__(self, world: World) -> None:
        self._world = world

    def order(self, shop: Shop, kept: Node) -> Node:
        """Return an order; personal members are null below level 2."""
        seen = shown(kept, level=self._world.app.customer_data_level)
        lines = [parts.line(one) for one in seen["line_items"]]
        node = {
            "__typename": "Order",
            "id": gid("Order", kept["id"]),
            "legacyResourceId": str(kept["id"]),
            "billingAddress": parts.address(seen["billing_address"], kept["id"]),
            "shippingAddress": parts.address(seen["shipping_address"], kept["id"]),
            "customer": parts.customer(seen["customer"]),
            "customAttributes": [
                {"key": one["name"], "value": one["value"]}
                for one in seen["note_attributes"]
            ],
            "lineItems": lines,
            "nonFulfillableLineItems": [],
            "shippingLines": [parts.shipping(one) for one in seen["shipping_lines"]],
            "shippingLine": next(map(parts.shipping, seen["shipping_lines"]), None),
            "fulfillments": [
                self.fulfilment(shop, kept, one) for one in kept["fulfillments"]
            ],
            "fulfillmentOrders": [
                self.fulfilment_order(shop, kept, one)
                for one in kept["_fulfillment_orders"]
            ],
            "refunds": [parts.refund(one) for one in kept["refunds"]],
            "transactions": [
                parts.transaction(kept, one) for one in kept["_transactions"]
            ],
            "taxLines": [parts.tax(one) for one in seen["tax_lines"]],
            "currentTaxLines": [parts.tax(one) for one in seen["tax_lines"]],
            "metafields": self.metafields_of(kept["_metafields"]),
            "metafield": self.metafield_of(kept["_metafields"]),
            "events": [],
        }
        return node | parts.status(seen) | parts.sums(seen) | parts.plain(seen)

    def fulfilment_order(self, shop: Shop, kept: Node, made: Node) -> Node:
        lines = {one["id"]: one for one in kept["line_items"]}
        return {
            "__typename": "FulfillmentOrder",
            "id": gid("FulfillmentOrder", made["id"]),
            "status": made["status"].upper(),
            "requestStatus": "UNSUBMITTED",
            "createdAt": parts.utc(kept["created_at"]),
            "updatedAt": parts.utc(kept["updated_at"]),
            "orderId": gid("Order", kept["id"]),
            "orderName": kept["name"],
            "orderProcessedAt": parts.utc(kept["processed_at"]),
            "order": lambda: self.order(shop, kept),
            "fulfillAt": None,
            "fulfillBy": None,
            # How a test placed it: SHIPPING unless it says otherwise.
            "deliveryMethod": {
                "__typename": "DeliveryMethod",
                "methodType": kept.get("_delivery_method", "SHIPPING"),
            },
            "fulfillmentHolds": [parts.hold(one) for one in made["holds"]],
            "supportedActions": [],
            "fulfillments": lambda: [
                self.fulfilment(shop, kept, one) for one in kept["fulfillments"]
            ],
            "lineItems": [
                {
                    "id": gid("FulfillmentOrderLineItem", number),
                    "lineItem": parts.line(shown(lines[number])),
                    "totalQuantity": quantity,
                    "remainingQuantity": min(
                        quantity, lines[number]["fulfillable_quantity"]
                    ),
                }
                for number, quantity in made["lines"].items()
            ],
        }

    def fulfilment(self, shop: Shop, kept: Node, made: Node) -> Node:
        urls = made["tracking_urls"] or [None]
        numbers = made["tracking_numbers"]
        tracking = [
            {"company": made["tracking_company"], "number": number, "url": url}
            for number, url in zip(numbers, urls, strict=False)
        ]
        return {
            "__typename": "Fulfillment",
            "id": gid("Fulfillment", made["id"]),
            "legacyResourceId": str(made["id"]),
            "name": made["name"],
            "status": made["status"].upper(),
            "displayStatus": "CANCELED"
            if made["status"] == "cancelled"
            else "FULFILLED",
            "createdAt": parts.utc(made["created_at"]),
            "updatedAt": parts.utc(made["updated_at"]),
            "deliveredAt": None,
            "inTransitAt": None,
            "estimatedDeliveryAt": None,
            "requiresShipping": True,
            "totalQuantity": sum(one["quantity"] for one in made["line_items"]),
            "trackingInfo": tracking,
            "order": lambda: self.order(shop, kept),
            "fulfillmentOrders": lambda: [
                self.fulfilment_order(shop, kept, one)
                for one in kept["_fulfillment_orders"]
            ],
            "fulfillmentLineItems": [
                {
                    "id": gid("FulfillmentLineItem", one["id"]),
                    "quantity": one["quantity"],
                    "lineItem": parts.line(shown(one)),
                }
                for one in made["line_items"]
            ],
        }

    def metafields_of(self, kept: dict[tuple[str, str], Node]) -> Any:
        """Return the resolver of `metafields`, by namespace and keys."""

        def resolve(
            namespace: str | None = None,
            keys: list[str] | None = None,
            **_paging: Any,
        ) -> list[Node]:
            wanted = namespace and self.namespace(namespace)
            found = [one for (space, _), one in kept.items() if wanted in (None, space)]
            if keys is None:
                return found
            whole = [key if "." in key else f"{wanted}.{key}" for key in keys]
            return [one for one in found if f"{one['namespace']}.{one['key']}" in whole]

        return resolve

    def metafield_of(self, kept: dict[tuple[str, str], Node]) -> Any:
        """Return the resolver of `metafield`."""

        def resolve(key: str, namespace: str | None = None) -> Node | None:
            return kept.get((self.namespace(namespace), key))

        return resolve

    def namespace(self, name: str | None) -> str:
        """Return the whole namespace: `$app` is the app's own, and so is none."""
        own = f"app--{self._world.app.client_id[:8]}"
        if name is None or name == "$app":
            return own
        return name.replace("$app:", f"{own}--", 1)
