"""The requests of Shopify's checkout and admin, read with their types (4.1, 4.3)."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from connectors.shopify.schemas import AmountField, loaded, maybe, unreadable
from hub.contract.asking import AskKind
from hub.contract.fields import DoorSchema, FlagField, MomentField, TextField
from hub.contract.money import Yen

YEN = "JPY"
# The provider's order number takes fifty letters for sure (atodene-api 2.2).
LONGEST_ID = 50

_GID = re.compile(r"gid://shopify/([A-Za-z]{1,40})/([!-~]{1,200})", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9+/=._\-]+", re.ASCII)
_OTHER_KIND = "この種類の依頼ではありません。 / It is a request of another kind."
_ODD_ID = "使えない文字があります。 / It has letters that no id has."
_OTHER_CURRENCY = "日本円ではありません。 / It is not in yen."
_NOT_WHOLE = "円未満の金額です。 / It is not whole yen."
_NOT_POSITIVE = "1円以上の金額ではありません。 / It is less than one yen."


class AddressSchema(DoorSchema):
    """A person and an address, as payment sessions write them."""

    given_name = TextField()
    family_name = TextField()
    company = TextField()
    line1 = TextField()
    line2 = TextField()
    city = TextField()
    province = TextField()
    postal_code = TextField(longest=50)
    country_code = TextField(longest=20)
    phone_number = TextField(longest=100)


class CustomerSchema(DoorSchema):
    """The buyer."""

    email = TextField()
    phone_number = TextField(longest=100)
    billing_address = maybe(AddressSchema)
    shipping_address = maybe(AddressSchema)


class AskedSchema(DoorSchema):
    """What every request has."""

    id = TextField(longest=LONGEST_ID, is_needed=True)
    gid = TextField(longest=255, is_needed=True)
    proposed_at = MomentField(required=True)


class PaymentSchema(AskedSchema):
    """The start of a payment; the shape of `line_items` is nowhere written down."""

    amount = AmountField(required=True)
    currency = TextField(longest=20, is_needed=True)
    test = FlagField(required=True)
    customer = maybe(CustomerSchema)
    line_items = fields.Raw(load_default=None, allow_none=True)


class VoidSchema(AskedSchema):
    """The end of a payment that was not captured."""

    payment_id = TextField(longest=LONGEST_ID, is_needed=True)


class SumSchema(VoidSchema):
    """A capture or a refund of a sum."""

    amount = AmountField(required=True)
    currency = TextField(longest=20, is_needed=True)


_SCHEMAS: Mapping[AskKind, AskedSchema] = {
    AskKind.PAYMENT: PaymentSchema(),
    AskKind.CAPTURE: SumSchema(),
    AskKind.REFUND: SumSchema(),
    AskKind.VOID: VoidSchema(),
}


def session_of(kind: AskKind, document: object) -> Mapping[str, Any]:
    """Return the members of a request; `amount` is Yen, None where it is not in yen.

    Raises PayloadError where a member is missing or odd, where the gid is of another
    kind, and where an amount of yen is not whole or not positive.
    """
    members = dict(loaded(_SCHEMAS[kind], document))
    found = _GID.fullmatch(members["gid"])
    if found is None or found.group(1) != f"{kind.value.capitalize()}Session":
        raise unreadable({"gid": _OTHER_KIND})
    for name in ("id", "payment_id"):
        if not _PLAIN.fullmatch(members.get(name, "-")):
            raise unreadable({name: _ODD_ID})
    if "amount" in members:
        members["currency"] = members["currency"].upper()
        members["amount"] = _yen(kind, members)
    return members


def _yen(kind: AskKind, members: Mapping[str, Any]) -> Yen | None:
    amount = members["amount"]
    if members["currency"] != YEN:
        if kind is AskKind.PAYMENT:
            return None
        # Its payment was denied, so nothing of it can follow.
        raise unreadable({"currency": _OTHER_CURRENCY})
    if amount != amount.to_integral_value():
        raise unreadable({"amount": _NOT_WHOLE})
    if amount <= 0:
        raise unreadable({"amount": _NOT_POSITIVE})
    return Yen(int(amount))
