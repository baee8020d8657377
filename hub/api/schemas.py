"""Transactions, orders and refusals as the API answers them."""

from marshmallow import fields, validate

from hub.api.fields import MoneySchema
from hub.api.members import (
    Telling,
    id_field,
    moment_field,
    one_of,
    part,
    parts,
    said,
    text_field,
)
from hub.contract.order import InvoiceDelivery, LineKind
from hub.contract.updates import Evidence, MayShip
from hub.domain.known import State
from hub.flow.order_moments import MomentKind


class ProblemSchema(Telling):
    """A refusal of RFC 9457; `code` is stable, the texts follow Accept-Language."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = text_field("何が起きたか / What happened.")
    status = fields.Integer(required=True)
    detail = text_field("注文とお金への意味 / What it means for the order or money.")
    code = text_field("変わらないコード / The stable code.")
    next = text_field("次にすること / What to do next.")
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.List(fields.String())),
        metadata=said("場所 → 名前 → 規則 / Place, name, rules; never a value."),
    )


class AttentionSchema(Telling):
    """Why a person must look."""

    code = text_field()
    title = text_field()
    means = text_field()
    next = text_field()
    is_alarm = fields.Boolean(
        required=True,
        metadata=said("商品かお金が外に出ている / Goods or money are out."),
    )


class ShipmentSchema(Telling):
    """What was reported as shipped, and how the issue of the invoice is known."""

    parcel_number = text_field()
    carrier_code = text_field("GET /carriers のコード / A code of GET /carriers.")
    tracking_number = text_field()
    expected_issue_on = fields.Date(required=True)
    evidence = one_of(Evidence, "発行予定日の根拠 / Whence the date is known.")


class TransactionSchema(Telling):
    """One transaction: the provider's half of an order."""

    id = id_field()
    order_id = id_field()
    order_number = text_field("カートの受注番号 / The cart's order number.")
    shop_id = id_field()
    provider_transaction_id = text_field("お問合せ番号(アトディーネ)")
    state = one_of(State)
    state_label = text_field()
    may_ship = one_of(MayShip, "発送していい? / May the goods leave now?")
    needs_attention = fields.Boolean(required=True)
    attention = part(AttentionSchema, may_lack=True)
    total = part(MoneySchema, may_lack=True)
    is_cancelled_in_cart = fields.Boolean(required=True)
    is_before_cutover = fields.Boolean(required=True)
    reasons = fields.List(fields.String(), required=True)
    shipment = part(ShipmentSchema, may_lack=True)
    authorized_at = moment_field(may_lack=True)
    created_at = moment_field()
    updated_at = moment_field("updated_since はこの順 / updated_since goes by this.")


class TransactionPageSchema(Telling):
    """Some transactions, and the cursor of the next ones."""

    items = parts(TransactionSchema)
    next_cursor = fields.String(
        required=True,
        allow_none=True,
        metadata=said("次の呼び出しの after / The next call's after."),
    )


class AddressSchema(Telling):
    """A postal address, as the cart gave it."""

    postal_code = text_field()
    prefecture = text_field()
    city = text_field()
    street = text_field()
    building = text_field()
    country = text_field()


class ContactSchema(Telling):
    """A person or company; only for keys with the scope personal."""

    name = text_field()
    name_kana = text_field()
    company = text_field()
    section = text_field()
    phone = text_field()
    email = text_field()
    address = part(AddressSchema)


class LineSchema(Telling):
    """One line of an order."""

    kind = one_of(LineKind)
    name = text_field()
    sku = text_field()
    unit_price = part(MoneySchema)
    quantity = fields.Integer(required=True)


class ParcelSchema(Telling):
    """One parcel, in the cart's words."""

    number = text_field()
    carrier = text_field()
    tracking_number = text_field()
    shipped_at = moment_field()
    is_cancelled = fields.Boolean(required=True)


class CartOrderSchema(Telling):
    """The cart's half: what is wanted."""

    ordered_at = moment_field()
    payment_method = text_field()
    invoice_delivery = one_of(InvoiceDelivery)
    is_test = fields.Boolean(required=True)
    lines = parts(LineSchema)
    buyer = part(ContactSchema, "権限 personal のみ / Scope personal.", may_lack=True)
    ship_to = part(ContactSchema, "null = buyer", may_lack=True)


class FindingSchema(Telling):
    """One finding of our own check."""

    code = text_field()
    title = text_field()
    field = text_field()
    detail = text_field()
    is_blocking = fields.Boolean(required=True)


class OperationSchema(Telling):
    """One intended effect at the provider or a cart."""

    id = id_field("operations/{id}/send-again に使う / For send-again.")
    target = text_field("provider | cart")
    kind = text_field()
    state = text_field()
    reason_code = text_field()
    tries = fields.Integer(required=True)
    due_at = moment_field()


class AttemptSchema(Telling):
    """One call over the network; its content is not told."""

    started_at = moment_field()
    state = text_field()
    status = fields.Integer(required=True, allow_none=True)
    milliseconds = fields.Integer(required=True, allow_none=True)
    reason_code = text_field()


class MomentSchema(Telling):
    """One line of the timeline."""

    at = moment_field()
    kind = one_of(MomentKind)
    word = text_field()
    code = text_field()
    title = text_field("code の文 / The sentence of the code.")
    state = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf([None, *[state.value for state in State]]),
    )
    reasons = fields.List(fields.String(), required=True)
    findings = parts(FindingSchema)
    delivery_id = fields.String(required=True, allow_none=True)
    operation = part(OperationSchema, may_lack=True)
    attempts = parts(AttemptSchema)
    by = text_field("だれが。権限 personal のみ / Who acted; scope personal.")


class OrderSchema(Telling):
    """One order with its transaction, what may be done, and what happened."""

    transaction = part(TransactionSchema)
    generation = fields.Integer(required=True)
    provider_order_number = text_field()
    order = part(CartOrderSchema, may_lack=True)
    parcels = parts(ParcelSchema)
    acts = fields.List(
        fields.String(),
        required=True,
        metadata=said("いま出来る操作 / What may be done; more kinds may come."),
    )
    timeline = parts(MomentSchema)
