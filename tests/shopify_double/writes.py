"""The mutations of orders and their fulfilment orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from tests.shopify_double.graph import Graph
from tests.shopify_double.graph_parts import hold
from tests.shopify_double.order_book import gid
from tests.shopify_double.reads import (
    kept_fulfilment_order,
    kept_order,
    needs,
    number_of,
)

if TYPE_CHECKING:
    from tests.shopify_double.engine import Context
    from tests.shopify_double.order_changes import OrderChanges

_HOLDS = (
    "write_merchant_managed_fulfillment_orders",
    "write_third_party_fulfillment_orders",
)
_MOST_HOLDS = 10


class Writes:
    """The mutations, by the names of the schema."""

    def __init__(self, book: OrderChanges) -> None:
        self._book = book

    def by_name(self) -> dict[str, Any]:
        return {
            "fulfillmentOrderHold": self.place_hold,
            "fulfillmentOrderReleaseHold": self.release_hold,
            "tagsAdd": self.add_tags,
            "tagsRemove": self.remove_tags,
            "orderUpdate": self.update_order,
            "orderMarkAsPaid": self.mark_as_paid,
            "orderCancel": self.cancel_order,
        }

    def place_hold(
        self,
        context: Context,
        id: str,  # noqa: A002 - the schema's word
        fulfillmentHold: dict[str, Any],  # noqa: N803 - the schema's word
    ) -> dict[str, Any]:
        needs(context, *_HOLDS)
        found = kept_fulfilment_order(context, id)
        if found is None or found[1]["status"] in ("closed", "cancelled"):
            return _refused(
                "FULFILLMENT_ORDER_NOT_FOUND", "Fulfillment order not found"
            )
        order, made = found
        ours = [one for one in made["holds"] if one["by_us"]]
        handle = fulfillmentHold.get("handle") or ""
        if made["holds"] and not handle:
            return _refused("TAKEN", "The fulfillment order is already on hold")
        if any((one.get("handle") or "") == handle for one in ours):
            return _refused("DUPLICATE_FULFILLMENT_HOLD_HANDLE", "Handle is in use")
        if len(ours) >= _MOST_HOLDS:
            return _refused("FULFILLMENT_ORDER_HOLD_LIMIT_REACHED", "Too many holds")
        placed = self._book.hold(order, made, {**fulfillmentHold, "by_us": True})
        node = Graph(context.world).fulfilment_order(context.shop, order, made)
        return {
            "fulfillmentHold": hold(placed),
            "fulfillmentOrder": node,
            "remainingFulfillmentOrder": None,
            "userErrors": [],
        }

    def release_hold(
        self,
        context: Context,
        id: str,  # noqa: A002 - the schema's word
        holdIds: list[str] | None = None,  # noqa: N803 - the schema's word
        externalId: str | None = None,  # noqa: N803 - the schema's word
    ) -> dict[str, Any]:
        needs(context, *_HOLDS)
        found = kept_fulfilment_order(context, id)
        if found is None:
            return _refused(
                "FULFILLMENT_ORDER_NOT_FOUND", "Fulfillment order not found"
            )
        order, made = found
        chosen = made["holds"]
        if holdIds is not None:
            numbers = {number_of("FulfillmentHold", one) for one in holdIds}
            chosen = [one for one in chosen if one["id"] in numbers]
        if externalId is not None:
            chosen = [one for one in chosen if one.get("externalId") == externalId]
        self._book.release(order, made, list(chosen))
        node = Graph(context.world).fulfilment_order(context.shop, order, made)
        return {"fulfillmentOrder": node, "userErrors": []}

    def add_tags(self, context: Context, id: str, tags: list[str]) -> Any:  # noqa: A002 - the schema's word
        return self._retag(context, id, add=tags)

    def remove_tags(self, context: Context, id: str, tags: list[str]) -> Any:  # noqa: A002 - the schema's word
        return self._retag(context, id, remove=tags)

    def _retag(
        self,
        context: Context,
        order_id: str,
        *,
        add: list[str] | None = None,
        remove: list[str] | None = None,
    ) -> dict[str, Any]:
        needs(context, "write_orders")
        order = kept_order(context, order_id)
        if order is None:
            return {"node": None, "userErrors": [user_error("id", "Order not found")]}
        before = [one for one in order["tags"].split(", ") if one]
        folded = {one.casefold() for one in before}
        gone = {one.casefold() for one in remove or ()}
        after = [one for one in before if one.casefold() not in gone]
        after += [one for one in add or () if one.casefold() not in folded]
        self._put(context, order, tags=", ".join(sorted(after)))
        return {"node": self._node(context, order), "userErrors": []}

    def update_order(self, context: Context, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 - the schema's word
        needs(context, "write_orders")
        order = kept_order(context, input["id"])
        if order is None:
            errors = [user_error("id", "Order does not exist")]
            return {"order": None, "userErrors": errors}
        spoken = {"id", "note", "tags", "customAttributes"}
        if strange := set(input) - spoken:
            raise GraphQLError(f"the double does not update {sorted(strange)}")
        members: dict[str, Any] = {}
        if "note" in input:
            members["note"] = input["note"]
        if "tags" in input:
            members["tags"] = ", ".join(sorted(input["tags"]))
        if "customAttributes" in input:
            members["note_attributes"] = [
                {"name": one["key"], "value": one["value"]}
                for one in input["customAttributes"]
            ]
        self._put(context, order, **members)
        return {"order": self._node(context, order), "userErrors": []}

    def mark_as_paid(self, context: Context, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 - the schema's word
        needs(context, "write_orders")
        order = kept_order(context, input["id"])
        if order is None or not int(order["total_outstanding"]):
            errors = [user_error("id", "Order cannot be marked as paid.")]
            return {"order": None, "userErrors": errors}
        self._book.pay(order)
        return {"order": self._node(context, order), "userErrors": []}

    def cancel_order(
        self,
        context: Context,
        orderId: str,  # noqa: N803 - the schema's word
        reason: str,
        **_more: Any,
    ) -> dict[str, Any]:
        needs(context, "write_orders")
        order = kept_order(context, orderId)
        answer: dict[str, Any] = {
            "job": None,
            "orderCancelUserErrors": [],
            "userErrors": [],
        }
        words = ""
        if order is None:
            words = "Order does not exist"
        elif order["cancelled_at"]:
            words = "Order has already been cancelled"
        elif order["fulfillment_status"] and order["financial_status"] == "paid":
            words = "Cannot cancel an order that is paid and fulfilled"
        if words or order is None:
            error = {"code": "INVALID", "field": ["orderId"], "message": words}
            return answer | {"orderCancelUserErrors": [error]}
        self._book.cancel(order, reason=reason.lower())
        job = {"__typename": "Job", "id": gid("Job", order["id"]), "done": False}
        return answer | {"job": job}

    def _put(self, context: Context, order: dict[str, Any], **members: Any) -> None:
        """Write members; an order that does not change tells nothing."""
        if any(order[name] != value for name, value in members.items()):
            order |= members
            self._book.touch(context.shop, order)

    def _node(self, context: Context, order: dict[str, Any]) -> dict[str, Any]:
        return Graph(context.world).order(context.shop, order)


def user_error(field: str, message: str) -> dict[str, Any]:
    return {"__typename": "UserError", "field": [field], "message": message}


def _refused(code: str, message: str) -> dict[str, Any]:
    error = {"code": code, "field": ["id"], "message": message}
    return {
        "fulfillmentHold": None,
        "fulfillmentOrder": None,
        "remainingFulfillmentOrder": None,
        "userErrors": [error],
    }
