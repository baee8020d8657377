"""What happens to a placed order: fulfilled, refunded, edited, cancelled, paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.shopify_double import documents as write
from tests.shopify_double.routing import Routing

if TYPE_CHECKING:
    from tests.shopify_double.order_book import Order


class OrderChanges(Routing):
    """The order book with what follows a placed order."""

    def fulfil(
        self,
        order: Order,
        *,
        number: str | None = None,
        company: str | None = "Yamato (JA)",
        numbers: list[str] | None = None,
        quantities: dict[int, int] | None = None,
        despite_hold: bool = False,
    ) -> dict[str, Any]:
        """Fulfil what is open and return the fulfilment; a hold forbids it.

        `despite_hold` is a person who releases every hold first. `quantities` by line
        id fulfils a part.
        """
        with self._world.lock:
            shop = self.shop_of(order)
            for one in order["_fulfillment_orders"]:
                if one["holds"] and not despite_hold:
                    raise ValueError("the fulfilment order is on hold")
                if one["holds"]:
                    self.release(order, one, list(one["holds"]))
            given = numbers or ([number] if number else [])
            made = self._fulfilment(order, company, given, quantities)
            order["fulfillments"].append(made)
            self._closed(order)
            self.tell(shop, "fulfillments/create", made)
            self.touch(shop, order)
        return made

    def _fulfilment(
        self,
        order: Order,
        company: str | None,
        numbers: list[str],
        quantities: dict[int, int] | None,
    ) -> dict[str, Any]:
        made_id, stamp = self._world.next_id(), self._world.stamp()
        lines = []
        for line in order["line_items"]:
            amount = (quantities or {}).get(line["id"], line["fulfillable_quantity"])
            if quantities is not None and line["id"] not in quantities:
                continue
            if amount:
                line["fulfillable_quantity"] -= amount
                line["fulfillment_status"] = (
                    "partial" if line["fulfillable_quantity"] else "fulfilled"
                )
                lines.append({**line, "quantity": amount})
        made = {
            "id": made_id,
            "admin_graphql_api_id": f"gid://shopify/Fulfillment/{made_id}",
            "order_id": order["id"],
            "name": f"{order['name']}.{len(order['fulfillments']) + 1}",
            "status": "success",
            "service": "manual",
            "location_id": 76000000051,
            "origin_address": None,
            "shipment_status": None,
            "created_at": stamp,
            "updated_at": stamp,
            "email": order["email"],
            "destination": order["shipping_address"],
            "receipt": {},
            "line_items": lines,
        }
        return made | _tracked(company, numbers)

    def _closed(self, order: Order) -> None:
        left = any(one["fulfillable_quantity"] for one in order["line_items"])
        order["fulfillment_status"] = "partial" if left else "fulfilled"
        if not left:
            for one in order["_fulfillment_orders"]:
                one["status"] = "closed"

    def track(
        self, order: Order, made: dict[str, Any], company: str | None, *numbers: str
    ) -> None:
        """Write tracking into a fulfilment, as is often done later."""
        self._rewritten(order, made, **_tracked(company, list(numbers)))

    def cancel_fulfilment(self, order: Order, made: dict[str, Any]) -> None:
        """Cancel a fulfilment; its lines are open again."""
        with self._world.lock:
            shipped = {one["id"]: one["quantity"] for one in made["line_items"]}
            for line in order["line_items"]:
                line["fulfillable_quantity"] += shipped.get(line["id"], 0)
                line["fulfillment_status"] = None
            order["fulfillment_status"] = None
            for one in order["_fulfillment_orders"]:
                one["status"] = "open"
            self._rewritten(order, made, status="cancelled")

    def _rewritten(self, order: Order, made: dict[str, Any], **members: Any) -> None:
        with self._world.lock:
            shop = self.shop_of(order)
            made |= members | {"updated_at": self._world.stamp()}
            self.tell(shop, "fulfillments/update", made)
            self.touch(shop, order)

    def refund(
        self, order: Order, quantities: dict[int, int], *, note: str = "返品"
    ) -> dict[str, Any]:
        """Take lines back, by line id; the order's current sums follow."""
        with self._world.lock:
            shop = self.shop_of(order)
            made = self._refund(order, quantities, note)
            order["refunds"].append(made)
            if order["_paid"]:
                back = sum(one["subtotal"] for one in made["refund_line_items"])
                order["_paid"] -= back
                order["financial_status"] = "partially_refunded"
            self.tell(shop, "refunds/create", made)
            self.touch(shop, order)
        return made

    def _refund(
        self, order: Order, quantities: dict[int, int], note: str
    ) -> dict[str, Any]:
        made_id, stamp = self._world.next_id(), self._world.stamp()
        back = []
        for line in order["line_items"]:
            amount = quantities.get(line["id"], 0)
            if not amount:
                continue
            before = write.left_of(line)
            line["current_quantity"] -= amount
            line["fulfillable_quantity"] = min(
                line["fulfillable_quantity"], line["current_quantity"]
            )
            back.append(self._refunded_line(line, amount, before - write.left_of(line)))
        return {
            "id": made_id,
            "admin_graphql_api_id": f"gid://shopify/Refund/{made_id}",
            "order_id": order["id"],
            "created_at": stamp,
            "processed_at": stamp,
            "note": note,
            "user_id": 91000000071,
            "restock": True,
            "return": None,
            "duties": [],
            "total_duties_set": write.money_set(0),
            "additional_fees": [],
            "total_additional_fees_set": write.money_set(0),
            "order_adjustments": [],
            "refund_shipping_lines": [],
            "refund_line_items": back,
            # Of an order that nobody paid, nothing is paid back.
            "transactions": [],
        }

    def _refunded_line(
        self, line: dict[str, Any], amount: int, subtotal: int
    ) -> dict[str, Any]:
        return {
            "id": self._world.next_id(),
            "line_item_id": line["id"],
            "quantity": amount,
            "location_id": 76000000051,
            "restock_type": "return",
            "subtotal": subtotal,
            "subtotal_set": write.money_set(subtotal),
            "total_tax": round(subtotal / 11),
            "total_tax_set": write.money_set(round(subtotal / 11)),
            "line_item": dict(line),
        }

    def edit(
        self, order: Order, quantities: dict[int, int], *added: dict[str, Any]
    ) -> None:
        """Edit the order: new quantities by line id, and lines to add."""
        with self._world.lock:
            shop = self.shop_of(order)
            additions: list[Any] = []
            removals: list[Any] = []
            for line in order["line_items"]:
                delta = quantities.get(line["id"], line["quantity"]) - line["quantity"]
                line["current_quantity"] += delta
                line["fulfillable_quantity"] += delta
                if delta > 0:
                    line["quantity"] += delta
                if delta:
                    (additions if delta > 0 else removals).append(
                        {"id": line["id"], "delta": abs(delta)}
                    )
            for wish in added:
                line = write.line_item(self._world.next_id(), wish, 0)
                order["line_items"].append(line)
                additions.append({"id": line["id"], "delta": line["quantity"]})
            self._told_edit(order, additions, removals)
            self.touch(shop, order)

    def _told_edit(self, order: Order, additions: Any, removals: Any) -> None:
        number = self._world.next_id()
        edit = {
            "id": number,
            "app_id": 580111,
            "order_id": order["id"],
            "user_id": 91000000071,
            "created_at": self._world.stamp(),
            "committed_at": self._world.stamp(),
            "notify_customer": False,
            "staff_note": "",
            "line_items": {"additions": additions, "removals": removals},
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
        self.tell(self.shop_of(order), "orders/edited", {"order_edit": edit})

    def cancel(self, order: Order, *, reason: str = "customer") -> None:
        """Cancel the order; nothing is left to bill."""
        with self._world.lock:
            shop, stamp = self.shop_of(order), self._world.stamp()
            order |= {"cancelled_at": stamp, "closed_at": stamp}
            order |= {"cancel_reason": reason, "financial_status": "voided"}
            for line in order["line_items"]:
                line |= {"current_quantity": 0, "fulfillable_quantity": 0}
            for one in order["_fulfillment_orders"]:
                one |= {"status": "closed", "holds": []}
            write.priced(order)
            order["updated_at"] = stamp
            self.tell(shop, "orders/cancelled", order)
            self.tell(shop, "orders/updated", order)

    def pay(self, order: Order) -> None:
        """Mark the order as paid."""
        with self._world.lock:
            shop = self.shop_of(order)
            order["_paid"] += int(order["total_outstanding"])
            order["financial_status"] = "paid"
            for one in order["_transactions"]:
                one["status"] = "success"
            self.touch(shop, order)
            self.tell(shop, "orders/paid", order)

    def delete(self, order: Order) -> None:
        """Delete the order, as a person may with a cancelled one."""
        with self._world.lock:
            shop = self.shop_of(order)
            del shop.orders[order["id"]]
            self._webhooks.emit(shop, "orders/delete", {"id": order["id"]})


def _tracked(company: str | None, numbers: list[str]) -> dict[str, Any]:
    urls = [f"https://tracking.example.jp/{one}" for one in numbers]
    return {
        "tracking_company": company if numbers else None,
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
    }
