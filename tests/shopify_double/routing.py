"""Fulfilment orders: holds placed and released, splits."""

from __future__ import annotations

from typing import Any

from tests.shopify_double.order_book import Order, OrderBook, gid

_WAITS = ("open", "in_progress", "on_hold")


class Routing(OrderBook):
    """The order book with what happens to fulfilment orders."""

    def hold(
        self, order: Order, made: dict[str, Any], hold: dict[str, Any]
    ) -> dict[str, Any]:
        """Put a hold on a fulfilment order; `hold` says by whom and why."""
        hold = {"id": self._world.next_id(), "by_us": False, **hold}
        made["holds"].append(hold)
        made["status"] = "on_hold"
        more = {"created_fulfillment_hold": {"id": gid("FulfillmentHold", hold["id"])}}
        self.tell_routing(self.shop_of(order), "placed_on_hold", made, **more)
        return hold

    def release(
        self, order: Order, made: dict[str, Any], holds: list[dict[str, Any]]
    ) -> None:
        """Take holds away; the last one opens the fulfilment order again."""
        made["holds"] = [one for one in made["holds"] if one not in holds]
        if made["holds"] or made["status"] != "on_hold":
            return
        made["status"] = "open"
        self.tell_routing(self.shop_of(order), "hold_released", made)

    def release_by_person(self, order: Order) -> None:
        """Release every hold of the order, as a person in the admin does."""
        with self._world.lock:
            for made in order["_fulfillment_orders"]:
                self.release(order, made, list(made["holds"]))

    def split(self, order: Order) -> dict[str, Any]:
        """Split the fulfilment order; the new one carries no hold."""
        with self._world.lock:
            old = next(x for x in order["_fulfillment_orders"] if x["status"] in _WAITS)
            line = max(old["lines"])
            new = {**old, "id": self._world.next_id(), "holds": [], "status": "open"}
            new["lines"] = {line: old["lines"].pop(line)}
            order["_fulfillment_orders"].append(new)
            remaining = {
                "id": gid("FulfillmentOrder", new["id"]),
                "status": new["status"],
            }
            self.tell_routing(
                self.shop_of(order),
                "split",
                old,
                remaining_fulfillment_order=remaining,
                replacement_fulfillment_order=None,
            )
        return new
