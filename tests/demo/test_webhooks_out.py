from hub.demo.server import RunningDemoShop

from .browser import Visitor


def test_an_order_reaches_the_hub_signed(visitor, hub):
    visitor.place_order()
    (received,) = hub.wait_for(1)
    assert received.is_proven
    assert received.headers["content-type"] == "application/json"


def test_an_order_has_the_agreed_shape(visitor, hub):
    visitor.place_order(quantity="2")
    (received,) = hub.wait_for(1)
    order = received.content["order"]
    assert received.content["type"] == "order.placed"
    assert (order["total"], order["total_excluding_tax"]) == (4120, 3800)
    assert sum(line["unit_price"] * line["quantity"] for line in order["lines"]) == 4120
    assert (order["payment_method"], order["version"]) == ("後払い", 1)
    assert order["buyer"]["address"]["postal_code"] == "150-0001"
    assert order["ship_to"] is None


def test_another_ship_to_travels_with_the_order(visitor, hub):
    elsewhere = {
        "ship_elsewhere": "1",
        "ship_name": "見本 太郎",
        "ship_name_kana": "ミホン タロウ",
        "ship_postal_code": "900-0000",
        "ship_prefecture": "沖縄県",
        "ship_city": "見本市",
        "ship_street": "1-2-3",
        "ship_phone": "0980000000",
    }
    visitor.place_order(**elsewhere)
    (received,) = hub.wait_for(1)
    assert received.content["order"]["ship_to"]["address"]["prefecture"] == "沖縄県"


def test_an_order_paid_otherwise_is_not_sent(visitor, hub, shop):
    visitor.place_order(payment_method="代金引換")
    visitor.place_order()
    hub.wait_for(1)
    assert [r.content["order"]["number"][-4:] for r in hub.received] == ["0002"]


def test_a_refused_webhook_is_tried_again_under_the_same_id(visitor, hub):
    hub.answers = [503]
    visitor.place_order()
    first, second = hub.wait_for(2)
    assert first.id == second.id
    assert first.body == second.body
    assert second.is_proven


def test_a_webhook_survives_a_restart_of_the_shop(open_shop, hub):
    with open_shop("http://127.0.0.1:9/nobody") as shop:
        visitor = Visitor(shop.url)
        visitor.place_order()
        visitor.session.close()
    assert hub.received == []
    with open_shop(hub.url):
        (received,) = hub.wait_for(1)
    assert received.content["type"] == "order.placed"


def test_one_cart_sent_twice_is_one_order(visitor, hub):
    front = visitor.open("/")
    visitor.submit(front, "/cart/add")
    page = visitor.open("/checkout?sample=ok")
    cookies = visitor.session.cookies.copy()
    visitor.submit(page, "/checkout", consent="1")
    visitor.session.cookies = cookies
    again = visitor.submit(page, "/checkout", consent="1")
    hub.wait_for(1)
    assert again.answer.url.endswith("/completed")
    assert len(hub.received) == 1


def test_a_running_shop_gives_its_port_back(open_shop, hub):
    with open_shop(hub.url) as shop:
        assert isinstance(shop, RunningDemoShop)
    with open_shop(hub.url) as again:
        assert Visitor(again.url).open("/").answer.status_code == 200
