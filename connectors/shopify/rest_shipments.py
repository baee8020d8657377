"""The fulfilments of an order as a webhook's body shows them (shopify.md 2.6)."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.contract.fields import DoorSchema, MomentField, TextField

from .schemas import id_field, loaded, parts, texts_field
from .shop_order import ShopFulfillment


class SentFulfillmentSchema(DoorSchema):
    """A fulfilment inside its order."""

    id = id_field(required=True)
    status = TextField(is_needed=True)
    created_at = MomentField(required=True)
    updated_at = MomentField(required=True)
    tracking_company = TextField()
    tracking_number = TextField(longest=2000)
    tracking_numbers = texts_field()


class ShippedSchema(DoorSchema):
    """What of an order says that goods left."""

    fulfillment_status = TextField()
    fulfillments = parts(SentFulfillmentSchema)


_SHIPPED = ShippedSchema()


def rest_fulfillments(document: object) -> tuple[Sequence[ShopFulfillment], bool]:
    """Return an order's fulfilments, and whether nothing of it is left to ship."""
    members = loaded(_SHIPPED, document)
    made = tuple(map(_fulfillment, members["fulfillments"]))
    return made, members["fulfillment_status"].lower() == "fulfilled"


def _fulfillment(members: Mapping[str, Any]) -> ShopFulfillment:
    numbers = members["tracking_numbers"] or [members["tracking_number"]]
    company = members["tracking_company"]
    return ShopFulfillment(
        number=str(members["id"]),
        status=members["status"].lower(),
        created_at=members["created_at"],
        changed_at=members["updated_at"],
        tracked=tuple((company, one) for one in numbers if one),
    )
