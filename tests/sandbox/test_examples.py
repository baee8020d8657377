import html
import re
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.sandbox.joining import join

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


def test_every_line_of_the_front_page_is_a_request_that_is_known(shop):
    shop.register()
    join(shop)
    page = html.unescape(
        shop.send(shop.control_url, "/", b"", method="GET").body.decode()
    )
    lines = re.findall(
        r"curl -sG? \'?http://[^/]+/sandbox/example/([^\' ]+)(.*?)[|]", page
    )
    assert len(lines) > 25
    for address, rest in lines:
        call, _, query = address.partition("?")
        given = re.findall(r"(?:--data-urlencode \'|-d )([^\' ]+)", rest)
        wanted = parse_qsl("&".join(filter(None, (query, *given))))
        assert example(shop, call, **dict(wanted)).status == 200, address
