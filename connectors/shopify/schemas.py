"""The bodies that Shopify sends and the parts of its answers, read with their types."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import Schema, ValidationError, fields

from hub.contract.errors import PayloadError
from hub.contract.fields import (
    DoorSchema,
    ListField,
    PartField,
    TextField,
    WholeField,
    findings,
)

_LARGEST = Decimal(9_999_999_999)
_LONGEST_AMOUNT = 20
_HIGHEST_ID = 10**18
_MANY = 1_000_000
_RATE_DIGITS = 4


class AmountField(fields.Field[Decimal]):
    """An amount as Shopify writes it: a text, or a number (shopify.md 2.4)."""

    default_error_messages = {  # noqa: RUF012 - marshmallow collects them by class
        "required": "必須の項目です。 / This is required.",
        "null": "必須の項目です。 / This is required.",
        "type": "金額として読めません。 / It is not an amount.",
    }

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.make_error("type")
        text = str(value)
        try:
            amount = Decimal(text) if len(text) <= _LONGEST_AMOUNT else None
        except InvalidOperation:
            amount = None
        if amount is None or not amount.is_finite() or abs(amount) > _LARGEST:
            raise self.make_error("type")
        return amount


class RateField(AmountField):
    """A tax rate as a fraction, at most four digits of it."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Decimal:
        return round(super()._deserialize(*args, **kwargs), _RATE_DIGITS)


def id_field(**options: Any) -> WholeField:
    """Return a field for a number that Shopify counts with."""
    return WholeField(lowest=1, highest=_HIGHEST_ID, **options)


def count_field(**options: Any) -> WholeField:
    """Return a field for a number of pieces."""
    return WholeField(lowest=0, highest=_MANY, **options)


def texts_field(**options: Any) -> ListField:
    """Return a field for a list of texts; absent is empty."""
    return ListField(TextField(), load_default=list, **options)


def maybe(schema: type[Schema]) -> PartField:
    """Return a field for a part that may be null or absent."""
    return PartField(schema, allow_none=True, load_default=None)


def parts(schema: type[Schema]) -> ListField:
    """Return a field for a list of parts; absent is empty."""
    return ListField(PartField(schema), load_default=list)


class ShopSchema(DoorSchema):
    """The Shop that app/uninstalled sends."""

    myshopify_domain = TextField(is_needed=True)


class ScopesSchema(DoorSchema):
    """app/scopes_update."""

    current = texts_field(required=False)


class DeletedSchema(DoorSchema):
    """orders/delete: the id alone. A body that says more is another resource."""

    id = id_field(required=True)


class TrackedSchema(DoorSchema):
    """A fulfilment as its own webhook tells it, for the fulfilment's number only."""

    id = id_field(required=True)
    order_id = id_field(required=True)
    status = TextField(is_needed=True)


class RefundSchema(DoorSchema):
    """A refund: what it leaves to bill stands in the order that is read anew."""

    id = id_field(required=True)
    order_id = id_field(required=True)
    refund_line_items = ListField(fields.Dict(), required=True)


class OrderEditSchema(DoorSchema):
    """The inner part of orders/edited."""

    order_id = id_field(required=True)


class EditedSchema(DoorSchema):
    """orders/edited: an edit, not an order."""

    order_edit = PartField(OrderEditSchema, required=True)


class CustomerSchema(DoorSchema):
    """Whom a compliance topic is about; any of it may be missing."""

    email = TextField()
    phone = TextField(longest=50)


class DataRequestIdSchema(DoorSchema):
    """The number of a request."""

    id = id_field(required=True)


class DataRequestSchema(DoorSchema):
    """customers/data_request."""

    shop_domain = TextField(is_needed=True)
    customer = PartField(CustomerSchema, required=True)
    orders_requested = ListField(id_field(), load_default=list)
    data_request = PartField(DataRequestIdSchema, required=True)


class BuyerRedactSchema(DoorSchema):
    """customers/redact."""

    shop_domain = TextField(is_needed=True)
    customer = PartField(CustomerSchema, required=True)
    orders_to_redact = ListField(id_field(), load_default=list)


class ShopRedactSchema(DoorSchema):
    """shop/redact."""

    shop_id = id_field(required=True)
    shop_domain = TextField(is_needed=True)


def loaded(schema: Schema, document: object) -> Mapping[str, Any]:
    """Return the members of a document; raises PayloadError naming what is wrong."""
    try:
        members: Mapping[str, Any] = schema.load(document)  # type: ignore[arg-type]  # refused unless a mapping
    except ValidationError as error:
        raise unreadable(findings(error)) from error
    return members


def unreadable(found: dict[str, str]) -> PayloadError:
    """Return the error that names these fields, and no value of theirs."""
    paths = ", ".join(list(found)[:20]) or "the body"
    return PayloadError(f"the message is not readable at: {paths}", fields=found)
