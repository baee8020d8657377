import pytest

from .browser import text_of


@pytest.fixture
def number(visitor, hub):
    visitor.place_order()
    (received,) = hub.wait_for(1)
    return received.content["order"]["number"]


def keeper(visitor, number):
    return visitor.open(f"/shopkeeper/{number}")


def test_shipping_sends_the_parcel(visitor, hub, number):
    visitor.submit(keeper(visitor, number), "/ship")
    content = hub.wait_for(2)[1].content
    assert content["type"] == "shipment.created"
    assert content["order"]["number"] == number
    parcel = content["shipment"]
    assert (parcel["carrier"], parcel["tracking_number"], parcel["version"]) == (
        "ヤマト運輸",
        "444413758703",
        1,
    )


def test_a_corrected_number_is_a_change_of_the_same_parcel(visitor, hub, number):
    visitor.submit(keeper(visitor, number), "/ship")
    visitor.submit(keeper(visitor, number), "/ship", tracking_number="4444-1375-8714")
    content = hub.wait_for(3)[2].content
    assert content["type"] == "shipment.changed"
    assert content["shipment"]["tracking_number"] == "444413758714"
    assert content["shipment"]["version"] == 2


def test_a_mistyped_number_is_not_sent(visitor, hub, number):
    page = visitor.submit(
        keeper(visitor, number), "/ship", tracking_number="444413758700"
    )
    assert "検査数字" in text_of(page)
    assert len(hub.received) == 1


def test_another_quantity_is_a_whole_order_again(visitor, hub, number):
    visitor.submit(keeper(visitor, number), "/amend", **{"q-TEA-01": "1"})
    content = hub.wait_for(2)[1].content
    assert content["type"] == "order.amended"
    assert (content["order"]["version"], content["order"]["total"]) == (2, 2500)


def test_a_cancelled_order_is_told_and_closed(visitor, hub, number):
    page = visitor.submit(keeper(visitor, number), "/cancel")
    content = hub.wait_for(2)[1].content
    assert (content["type"], content["order"]["version"]) == ("order.cancelled", 2)
    assert not any(form.action.endswith("/ship") for form in page.forms)


def test_webhooks_of_one_order_keep_their_sequence(visitor, hub, number):
    hub.answers = [503]
    visitor.submit(keeper(visitor, number), "/amend", **{"q-TEA-01": "1"})
    visitor.submit(keeper(visitor, number), "/cancel")
    kinds = [received.content["type"] for received in hub.wait_for(4)]
    assert kinds[1:] == ["order.amended", "order.amended", "order.cancelled"]
