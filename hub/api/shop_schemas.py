"""Shops, keys, today's work, deliveries and acts as the API answers them."""

from marshmallow import fields, validate

from hub.api.fields import MoneySchema
from hub.api.members import (
    Telling,
    id_field,
    moment_field,
    one_of,
    part,
    parts,
    text_field,
)
from hub.contract.connector import Role
from hub.domain.policy import Mode
from hub.store.api_keys import ApiScope


class ConnectionSchema(Telling):
    """A shop's connection with a cart, without its settings."""

    id = id_field()
    connector = text_field()
    roles = fields.List(one_of(Role), required=True)
    is_disabled = fields.Boolean(required=True)
    is_push_disabled = fields.Boolean(required=True)


class ShopSchema(Telling):
    """A shop."""

    id = id_field()
    name = text_field()
    mode = one_of(Mode)
    cutover_at = moment_field()
    order_number_prefix = text_field()
    connections = parts(ConnectionSchema)


class ShopsSchema(Telling):
    """A merchant's shops."""

    items = parts(ShopSchema)


class CarrierSchema(Telling):
    """A carrier that the provider takes."""

    code = text_field()
    name = text_field()


class CarriersSchema(Telling):
    """All carriers that the provider takes."""

    items = parts(CarrierSchema)


class TallySchema(Telling):
    """How many transactions a filter has and what they amount to."""

    filter = text_field()
    count = fields.Integer(required=True)
    total = part(MoneySchema)


class WorkSchema(Telling):
    """今日の仕事: the console's tiles."""

    items = parts(TallySchema)


class MerchantSchema(Telling):
    """Whose key it is."""

    id = id_field()
    name = text_field()


class KeySchema(Telling):
    """The key that calls."""

    id = id_field()
    name = text_field()
    hint = text_field("鍵の最後の文字 / The last characters of the key.")
    scopes = fields.List(one_of(ApiScope), required=True)
    created_at = moment_field()


class MeSchema(Telling):
    """Who calls."""

    merchant = part(MerchantSchema)
    key = part(KeySchema)
    environment = fields.String(
        required=True, validate=validate.OneOf(["production", "sandbox"])
    )
    calls_per_minute = fields.Integer(required=True)


class NumberedSchema(Telling):
    """An order that a delivery spoke of."""

    id = id_field()
    number = text_field()


class DeliverySchema(Telling):
    """One delivery without its body."""

    id = id_field()
    connection_id = id_field()
    topic = text_field()
    origin = text_field("signed | fetched | polled | uploaded | entered")
    state = fields.String(
        required=True,
        validate=validate.OneOf(["new", "done", "ignored", "quarantined"]),
    )
    reason_code = text_field()
    reason = text_field()
    findings = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    body_length = fields.Integer(required=True)
    delivery_count = fields.Integer(required=True)
    tries = fields.Integer(required=True)
    received_at = moment_field()
    absorbed_at = moment_field(may_lack=True)
    orders = parts(NumberedSchema)


class DeliveryPageSchema(Telling):
    """Some deliveries, and the cursor of the next ones."""

    items = parts(DeliverySchema)
    next_cursor = fields.String(required=True, allow_none=True)


class BodySchema(Telling):
    """A delivery's body as it came; who looked is on record."""

    content_type = text_field()
    encoding = fields.String(
        required=True, validate=validate.OneOf(["utf-8", "base64"])
    )
    body = text_field()


class AcceptedSchema(Telling):
    """An act was taken and committed; what follows from it is told by the resource."""

    accepted = fields.Boolean(required=True)
    action = text_field()
    id = id_field()


class HandedInSchema(Telling):
    """Events were stored; `delivery_id` tells what becomes of them."""

    delivery_id = id_field()
    is_new = fields.Boolean(required=True)
