"""Orders that the other app has: told nothing of but their parcels."""

from dataclasses import replace

import pytest

from connectors.shopify.extension_orders import session_of
from connectors.shopify.fetch import fetch
from connectors.shopify.gateways import is_by_extension
from connectors.shopify.poll import poll
from connectors.shopify.translate import translate
from hub.contract.connector import Settings
from hub.contract.events import OrderShipped
from hub.contract.proof import Origin, polled, stored
from tests.shopify_double.connection import Joined
from tests.shopify_double.payments import GATEWAY

from .speaking import MOMENT, settings

SETTINGS = Settings(values={"payments_gateway": "A Pay, アトディーネ 後払い"})


@pytest.fixture
def session(double):
    """A payment that was granted, with its order."""
    made = double.payments.begin(double.shop)
    made.becomes("RESOLVED")
    double.payments.came_to(made)
    return made


@pytest.fixture
def connection(double):
    return Joined(double, **settings(payments_gateway=GATEWAY))


def events_of(connection, message):
    return translate(polled(message, received_at=MOMENT), connection.settings)


@pytest.mark.parametrize(
    ("gateways", "is_so"),
    [
        (["アトディーネ後払い"], True),
        (["ｱﾄﾃﾞｨｰﾈ後払い"], True),
        (["gift_card", "a pay"], True),
        (["アトディーネ"], False),
        ([], False),
    ],
)
def test_the_gateway_is_known_by_its_name_in_any_width(gateways, is_so):
    assert is_by_extension(gateways, SETTINGS) is is_so
    assert not is_by_extension(gateways, Settings())


def paid(**changed):
    return {
        "kind": "AUTHORIZATION",
        "status": "SUCCESS",
        "gateway": "a-pay",
        "formattedGateway": "A Pay",
        "paymentId": "u0nwm",
        **changed,
    }


@pytest.mark.parametrize(
    ("transactions", "named"),
    [
        ([paid()], "u0nwm"),
        ([paid(kind="SALE", status="PENDING")], "u0nwm"),
        ([paid(formattedGateway=None, gateway="a pay")], "u0nwm"),
        ([paid(status="FAILURE", paymentId="first"), paid()], "u0nwm"),
        ([paid(kind="CAPTURE")], ""),
        ([paid(kind="REFUND")], ""),
        ([paid(formattedGateway="Card")], ""),
        ([paid(paymentId=None)], ""),
        ([], ""),
    ],
)
def test_the_payment_that_stands_names_the_order(transactions, named):
    assert session_of({"transactions": transactions}, SETTINGS) == named


def test_a_look_at_the_shop_brings_only_the_parcels(double, session, connection):
    (before,) = poll(connection, "").messages
    assert events_of(connection, before) == ()
    double.orders.fulfil(session.order, number="394812750135")
    (after,) = poll(connection, "").messages
    (event,) = events_of(connection, after)
    assert isinstance(event, OrderShipped)
    assert (event.order_number, event.reference) == (session.id, "")
    assert event.parcel.tracking_number == "394812750135"


def test_without_its_name_the_order_is_of_others(double, session):
    double.orders.fulfil(session.order, number="394812750135")
    unnamed = Joined(double, **settings())
    assert not poll(unnamed, "").messages


def test_a_webhook_of_a_parcel_is_read_anew(double, session, connection):
    double.orders.fulfil(session.order, number="394812750135")
    fulfilment = session.order["fulfillments"][0]
    body = (
        f'{{"id": {fulfilment["id"]}, "order_id": {session.order["id"]},'
        ' "status": "success"}'
    )
    delivery = stored(
        origin=Origin.SIGNED,
        topic="fulfillments/create",
        dedupe_key="k",
        body=body.encode(),
        received_at=MOMENT,
        content_type="application/json",
    )
    documents = fetch(delivery, connection)
    (event,) = translate(replace(delivery, documents=documents), connection.settings)
    assert isinstance(event, OrderShipped)
    assert event.order_number == session.id
