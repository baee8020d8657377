"""What we write comes back as orders/updated, and says nothing new of the order."""

import pytest

from connectors.shopify import connector
from hub.contract.events import OrderAmended, OrderPlaced
from hub.contract.proof import Origin, stored
from tests.shopify_double.connection import Joined

from .speaking import MOMENT, settings, told


def polled_order(connection):
    """Return the one order that a look brings, as it is translated."""
    assert connector.poll is not None
    (message,) = connector.poll(connection, "").messages
    delivery = stored(
        origin=Origin.POLLED,
        topic=message.topic,
        dedupe_key=message.dedupe_key,
        body=message.body,
        received_at=MOMENT,
        content_type=message.content_type,
    )
    (event,) = connector.translate(delivery, connection.settings)
    assert isinstance(event, OrderPlaced | OrderAmended)
    return event.order


@pytest.mark.parametrize("state", ["SCREENING", "AUTHORIZED", "DECLINED"])
def test_an_order_that_we_wrote_to_is_the_same_order(double, state):
    order = double.orders.place(double.shop, silent=True)
    connection = Joined(double, **settings(note_line="yes"))
    before = polled_order(connection)
    connector.push(told(order, state), connection)
    assert order["tags"].startswith("atodene:")
    assert polled_order(connection) == before


def test_marking_as_paid_leaves_what_is_billed(double):
    order = double.orders.place(double.shop, silent=True)
    connection = Joined(double, **settings(mark_as_paid="ok"))
    before = polled_order(connection)
    connector.push(told(order, "AUTHORIZED"), connection)
    assert order["financial_status"] == "paid"
    assert polled_order(connection) == before
