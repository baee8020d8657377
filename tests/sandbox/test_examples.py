from urllib.parse import urlencode

import pytest

FIRST = "X0000000001"


def example(shop, call, **wanted):
    path = f"/sandbox/example/{call}?{urlencode(wanted)}"
    return shop.send(shop.control_url, path, b"", method="GET")


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        ({}, "OK"),
        ({"name": "見本NG花子"}, "NG"),
        ({"amount": "19902"}, "審査中"),
        ({"goods": "見本取扱不可の品"}, "NG"),
        ({"address": "沖縄県見本市例町1見本局留"}, "審査中"),
    ],
)
def test_an_example_brings_the_outcome_that_it_names(shop, wanted, word):
    body = example(shop, "transaction.do", **wanted).body
    answer = shop.post("transaction.do", body)
    assert answer.texts("autoAuthoriresult") == [word]


def test_every_call_has_an_example_that_is_taken(shop):
    shop.post("transaction.do", example(shop, "transaction.do", service="3").body)
    for call, more in [
        ("getauthori.do", {}),
        ("modifytransaction.do", {"amount": "3000", "service": "3"}),
        ("getinvoicedata.do", {}),
        ("shippingrequest.do", {"tracking_number": "444413758703"}),
        ("modifytransaction.do", {"cancel": "1"}),
    ]:
        body = example(shop, call, transaction_id=FIRST, **more).body
        assert (call, shop.post(call, body).text("result")) == (call, "OK")


@pytest.mark.parametrize("path", ["reinvoice.do", "transaction.do?colour=red"])
def test_a_wrong_example_is_refused_with_what_there_is(shop, path):
    assert shop.control(f"/example/{path}")[0] == 422


def test_an_example_is_spoilt_as_asked(shop):
    spoilt = {"set.zip": "90", "leave_out": "kanaName", "twice": "tel", "lines": "3"}
    body = example(shop, "transaction.do", **spoilt).body.decode()
    assert "<zip>90</zip>" in body
    assert "<kanaName>" not in body
    assert (body.count("<tel>"), body.count("<detail>")) == (2, 3)


@pytest.mark.parametrize(
    "wanted", [{"set.colour": "red"}, {"leave_out": "colour"}, {"lines": "many"}]
)
def test_what_cannot_be_spoilt_is_refused(shop, wanted):
    assert example(shop, "transaction.do", **wanted).status == 422


def test_last_is_the_newest_of_everything(shop):
    assert shop.control("/transactions/last")[0] == 404
    assert shop.control("/applications/last")[0] == 404
    assert shop.control("/payouts/last")[0] == 404
    shop.register()
    shop.register()
    assert shop.transaction("last")["transaction_id"] == "X0000000002"
    for named in ({}, {"transaction_id": "last"}):
        body = example(shop, "getauthori.do", **named).body
        assert b"<transactionId>X0000000002<" in body
    other = {"shop_code": "atd000000002", "link_id": "original00"}
    shop.control("/merchants", {**other, "link_password": "Example02"})
    body = example(shop, "getauthori.do", merchant="atd000000002").body
    assert b"<transactionId>X0000000001<" in body
