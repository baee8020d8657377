"""What a test does in a shop: place, fulfil, refund, edit, cancel; each sends webhooks.

An order is its document (documents.py). `_fulfillment_orders`, `_metafields` and
`_transactions` in it are what only the API shows.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.shopify_double import documents as write

if TYPE_CHECKING:
    from tests.shopify_double.webhooks import Webhooks
    from tests.shopify_double.world import Shop, World

Order = dict[str, Any]
GIFT_CARD = "gift_card"


class OrderBook:
    """Everything that happens to orders of the double's shops."""

    def __init__(self, world: World, webhooks: Webhooks) -> None:
        self._world = world
        self._webhooks = webhooks

    def place(
        self,
        shop: Shop,
        *,
        gateway: str | tuple[str, ...] = write.GATEWAY,
        lines: Any = write.LINES,
        shipping_fee: int = 660,
        discount: int = 0,
        gift_card: int = 0,
        routed: bool = True,
        silent: bool = False,
        **changed: Any,
    ) -> Order:
        """Place an order; `changed` overwrites members of its document.

        `gift_card` yen are paid at once by one. Where `silent`, no webhook leaves.
        """
        with self._world.lock:
            order = self._made(shop, gateway, lines, shipping_fee, discount)
            if gift_card:
                order["_gift_cards"] = gift_card
                order["financial_status"] = "partially_paid"
                order["payment_gateway_names"].append(GIFT_CARD)
            order |= deepcopy(changed)
            write.priced(order)
            order["_transactions"] = self._sale(order)
            order |= deepcopy({key: changed[key] for key in changed if "total" in key})
            shop.orders[order["id"]] = order
            if not silent:
                self.tell(shop, "orders/create", order)
            if routed:
                self.route(shop, order, silent=silent)
        return order

    def _made(
        self, shop: Shop, gateway: Any, lines: Any, fee: int, discount: int
    ) -> Order:
        world, stamp = self._world, self._world.stamp()
        number, shop.next_order_number = (
            shop.next_order_number,
            shop.next_order_number + 1,
        )
        order_id = world.next_id()
        address = dict(write.HANAKO)
        shares = _shares(lines, discount)
        return {
            "id": order_id,
            "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
            "name": f"#{number}",
            "number": number - 1000,
            "order_number": number,
            "confirmation_number": f"K7Q2Z{number}",
            "confirmed": True,
            "app_id": 580111,
            "source_name": "web",
            "test": False,
            "created_at": stamp,
            "processed_at": stamp,
            "updated_at": stamp,
            "cancelled_at": None,
            "cancel_reason": None,
            "closed_at": None,
            "email": "hanako@example.jp",
            "contact_email": "hanako@example.jp",
            "phone": None,
            "customer_locale": "ja-JP",
            "currency": "JPY",
            "presentment_currency": "JPY",
            "taxes_included": True,
            "estimated_taxes": False,
            "duties_included": False,
            "financial_status": "pending",
            "fulfillment_status": None,
            "payment_gateway_names": [gateway]
            if isinstance(gateway, str)
            else list(gateway),
            "payment_terms": None,
            "order_status_url": f"https://{shop.domain}/{shop.id}/orders/t/authenticate"
            "?key=k",
            "discount_codes": [
                {"code": "WELCOME", "amount": str(discount), "type": "fixed_amount"}
            ]
            if discount
            else [],
            "discount_applications": [_application(discount)] if discount else [],
            "note": None,
            "note_attributes": [{"name": "氏名カナ", "value": "ヤマダ ハナコ"}],
            "tags": "",
            "customer": {
                "id": 8200000000011,
                "admin_graphql_api_id": "gid://shopify/Customer/8200000000011",
                "email": "hanako@example.jp",
                "first_name": "花子",
                "last_name": "山田",
                "phone": None,
                "state": "disabled",
                "currency": "JPY",
                "tags": "",
                "default_address": {**address, "id": 9900000000021},
            },
            "billing_address": address,
            "shipping_address": dict(address),
            "line_items": [
                write.line_item(world.next_id(), one, share)
                for one, share in zip(lines, shares, strict=True)
            ],
            "shipping_lines": [write.shipping_line(world.next_id(), fee)],
            "fulfillments": [],
            "refunds": [],
            "returns": [],
            "line_item_groups": [],
            "_paid": 0,
            "_gift_cards": 0,
            "_shipping_refunded": 0,
            "_fulfillment_orders": [],
            "_metafields": {},
        }

    def _sale(self, order: Order) -> list[dict[str, Any]]:
        return [
            {
                "id": self._world.next_id(),
                "kind": "sale",
                "status": "success" if name == GIFT_CARD else "pending",
                "gateway": name,
                "amount": str(order["_gift_cards"])
                if name == GIFT_CARD
                else order["total_outstanding"],
                "test": order["test"],
                "created_at": order["created_at"],
            }
            for name in order["payment_gateway_names"]
        ]

    def route(self, shop: Shop, order: Order, *, silent: bool = False) -> None:
        """Give the order its fulfilment order, as order routing does."""
        made = {
            "id": self._world.next_id(),
            "status": "open",
            "lines": {one["id"]: one["quantity"] for one in order["line_items"]},
            "holds": [],
            "is_third_party": False,
        }
        order["_fulfillment_orders"].append(made)
        if not silent:
            self.tell_routing(shop, "order_routing_complete", made)

    def touch(self, shop: Shop, order: Order, *, silent: bool = False) -> None:
        """Note that the order changed, and tell orders/updated."""
        write.priced(order)
        order["updated_at"] = self._world.stamp()
        if not silent:
            self.tell(shop, "orders/updated", order)

    def change(self, order: Order, **members: Any) -> None:
        """Change members of an order, as a person in the admin does (tags, address)."""
        with self._world.lock:
            order |= deepcopy(members)
            self.touch(self.shop_of(order), order)

    def shop_of(self, order: Order) -> Shop:
        """Return the shop that an order belongs to."""
        shops = self._world.shops.values()
        return next(one for one in shops if order["id"] in one.orders)

    def tell(self, shop: Shop, topic: str, document: dict[str, Any]) -> None:
        level = self._world.app.customer_data_level
        self._webhooks.emit(shop, topic, write.shown(document, level=level))

    def tell_routing(
        self, shop: Shop, name: str, made: dict[str, Any], **more: Any
    ) -> None:
        """Tell a topic of fulfillment_orders/*, with ids in GraphQL's way."""
        number = f"gid://shopify/FulfillmentOrder/{made['id']}"
        body = {"fulfillment_order": {"id": number, "status": made["status"]}, **more}
        self._webhooks.emit(shop, f"fulfillment_orders/{name}", body)


def _application(discount: int) -> dict[str, Any]:
    return {
        "target_type": "line_item",
        "type": "discount_code",
        "value": str(discount),
        "value_type": "fixed_amount",
        "allocation_method": "across",
        "target_selection": "all",
        "code": "WELCOME",
    }


def _shares(lines: Any, discount: int) -> list[int]:
    """Share a discount over the lines by their price; the last takes the rest."""
    prices = [one["price"] * one.get("quantity", 1) for one in lines]
    shares = [discount * price // max(sum(prices), 1) for price in prices]
    if shares:
        shares[-1] += discount - sum(shares)
    return shares


def gid(kind: str, number: int) -> str:
    """An id as GraphQL writes it."""
    return f"gid://shopify/{kind}/{number}"
