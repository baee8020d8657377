"""Orders that were paid through the payments extension: only their parcels are told.

Such an order was registered under the id of its payment session, before it had a number
(shopify.md 4.1).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hub.contract.connector import Settings
from hub.contract.events import OrderShipped
from hub.contract.fields import DoorSchema, ListField, PartField, TextField

from .gateways import is_by_extension
from .schemas import loaded, unreadable
from .shipments import shipped
from .shop_order import OrderHead, ShopFulfillment

_BEGINNINGS = frozenset({"AUTHORIZATION", "SALE"})
_FAILED = frozenset({"FAILURE", "ERROR"})
_NAMELESS = (
    "決済アプリの支払いIDが分かりません。 / "
    "The payment of the payments app is not named."
)


class TransactionSchema(DoorSchema):
    """What of a transaction names the payment session."""

    kind = TextField()
    status = TextField()
    gateway = TextField()
    formattedGateway = TextField()  # noqa: N815 - the schema's word
    paymentId = TextField()  # noqa: N815 - the schema's word


class PaidSchema(DoorSchema):
    """The transactions of an order."""

    transactions = ListField(PartField(TransactionSchema), load_default=list)


_PAID = PaidSchema()


def session_parcels(
    document: object,
    head: OrderHead,
    made: Sequence[ShopFulfillment],
    settings: Settings,
    *,
    is_all_out: bool,
) -> Iterator[OrderShipped]:
    """Yield the parcels under the number by which the payments app knows the order.

    Raises PayloadError where there is a parcel and no payment that names it.
    """
    session = session_of(document, settings)
    named = replace(head, number=session, reference="")
    for one in shipped(named, made, is_all_out=is_all_out):
        if not session:
            raise unreadable({"transactions": _NAMELESS})
        yield one


def session_of(document: object, settings: Settings) -> str:
    """Return the session's id as the order's transactions name it, "" where none does.

    A buyer may have tried several times; of captures and refunds nothing is read.
    """
    for one in loaded(_PAID, document)["transactions"]:
        gateways = [one["gateway"], one["formattedGateway"]]
        is_paid = one["kind"].upper() in _BEGINNINGS
        is_failed = one["status"].upper() in _FAILED
        if is_paid and not is_failed and is_by_extension(gateways, settings):
            return str(one["paymentId"]).strip()
    return ""
