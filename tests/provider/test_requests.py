"""What is sent, byte for byte where it matters."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from hub.contract.order import InvoiceDelivery
from hub.contract.secret import Secret
from hub.provider.client import AtodeneProvider
from hub.provider.port import Operation
from hub.provider.profile import Profile
from hub.provider.xml_codec import Node, parse
from tests.provider.specimens import ADDRESS, BUYER, CREDENTIALS, ORDER

if TYPE_CHECKING:
    from hub.contract.http import HttpSession

ABOUT = {"provider_transaction_id": "X0000000001", "credentials": CREDENTIALS}
LINK = (
    b"<linkInfo><shopCode>atd000000001</shopCode><linkId>original00</linkId>"
    b"<linkPassword>Example01</linkPassword></linkInfo>"
)
OTHER = replace(BUYER, name="例 太郎")


class _Silent:
    def post(self, *_args, **_named):
        raise AssertionError("nothing is sent in these tests")


def provider(**settings):
    silent: HttpSession = _Silent()
    return AtodeneProvider("http://127.0.0.1/api/", silent, Profile(**settings))


def sent(order, **settings):
    call = provider(**settings).register(
        order, order_number="A-1001", credentials=CREDENTIALS
    )
    return parse(call.body, cap_bytes=100_000)


def block(order, name, **settings):
    found = sent(order, **settings).child(name)
    assert isinstance(found, Node)
    return {leaf.name: leaf.text for leaf in found.children}


def test_the_blocks_and_elements_stand_in_the_published_order():
    root = sent(ORDER)
    names = {
        block.name: [leaf.name for leaf in block.children] for block in root.children
    }
    assert names == {
        "linkInfo": ["shopCode", "linkId", "linkPassword"],
        "browserInfo": ["httpHeader", "deviceInfo"],
        "customer": "shopOrderId shopOrderDate name kanaName zip address companyName "
        "sectionName tel email billedAmount expand1 service".split(),
        "ship": "shipName shipKananame shipZip shipAddress shipCompanyName "
        "shipSectionName shipTel".split(),
        "details": ["detail", "detail", "detail"],
    }


def test_a_line_has_six_elements():
    details = sent(ORDER).child("details")
    assert details is not None
    assert [(leaf.name, leaf.text) for leaf in details.children[0].children] == [
        ("goods", "ほうじ茶"),
        ("goodsPrice", "1650"),
        ("goodsAmount", "2"),
        ("expand2", "1"),
        ("expand3", ""),
        ("expand4", ""),
    ]


@pytest.mark.parametrize(
    ("is_numbered", "places"), [(True, ["1", "2", "3"]), (False, ["", "", ""])]
)
def test_lines_are_numbered_where_the_profile_says_so(is_numbered, places):
    details = sent(ORDER, numbers_details=is_numbered).child("details")
    assert details is not None
    found = [detail.child("expand2") for detail in details.children]
    assert [leaf.text for leaf in found if leaf] == places


@pytest.mark.parametrize("is_change", [True, False])
@pytest.mark.parametrize(("is_sent", "text"), [(True, b"2026/11/24"), (False, b"")])
def test_a_report_carries_the_day_of_the_invoice_or_none(is_sent, text, is_change):
    call = provider(sends_invoice_date=is_sent).report_shipment(
        carrier_code="12",
        tracking_number="444413758703",
        is_change=is_change,
        issue_on=date(2026, 11, 24),
        **ABOUT,
    )
    assert b"<invoiceDate>" + text + b"</invoiceDate>" in call.body


def test_the_buyer_is_written_as_the_provider_reads_it():
    assert block(ORDER, "customer") == {
        "shopOrderId": "A-1001",
        "shopOrderDate": "2026/11/24",
        "name": "見本 花子",
        "kanaName": "ミホンハナコ",
        "zip": "150-0001",
        "address": "東京都渋谷区神宮前1-2-3見本ハイツ405",
        "companyName": "",
        "sectionName": "",
        "tel": "0300000000",
        "email": "hanako@example.jp",
        "billedAmount": "4180",
        "expand1": "00",
        "service": "2",
    }


@pytest.mark.parametrize(
    ("ship_to", "settings", "service", "ship_name"),
    [
        (None, {}, "3", ""),
        (None, {"empties_ship_when_enclosed": False}, "3", "見本 花子"),
        (replace(BUYER, phone="0300000000"), {}, "3", ""),
        (OTHER, {}, "2", "例 太郎"),
        (OTHER, {"encloses_only_to_buyer": False}, "3", "例 太郎"),
    ],
)
def test_an_enclosed_invoice_goes_to_the_buyer_only(
    ship_to, settings, service, ship_name
):
    order = replace(ORDER, invoice_delivery=InvoiceDelivery.ENCLOSED, ship_to=ship_to)
    assert block(order, "customer", **settings)["service"] == service
    assert block(order, "ship", **settings)["shipName"] == ship_name


def test_a_separate_invoice_has_its_ship_block_filled():
    assert block(ORDER, "ship")["shipTel"] == "0300000000"


def test_uncertain_spellings_are_settings():
    spaced = replace(BUYER, address=replace(ADDRESS, building="　見本ハイツ 405"))
    customer = block(
        replace(ORDER, buyer=spaced),
        "customer",
        strips_address_spaces=False,
        has_postal_hyphen=False,
    )
    assert customer["address"] == "東京都渋谷区神宮前1-2-3　見本ハイツ 405"
    assert customer["zip"] == "1500001"


def test_an_unreadable_kana_reading_is_left_out():
    order = replace(ORDER, buyer=replace(BUYER, name_kana="見本"))
    assert block(order, "customer")["kanaName"] == ""


@pytest.mark.parametrize(
    ("call", "path", "info"),
    [
        (
            provider().inquire(**ABOUT),
            "getauthori.do",
            b"<transactionId>X0000000001</transactionId>",
        ),
        (
            provider().fetch_print_data(**ABOUT),
            "getinvoicedata.do",
            b"<transactionId>X0000000001</transactionId>",
        ),
        (
            provider().cancel(**ABOUT),
            "modifytransaction.do",
            (
                b"<updateTypeFlag>1</updateTypeFlag>"
                b"<transactionId>X0000000001</transactionId>"
            ),
        ),
        (
            provider().report_shipment(
                carrier_code="12",
                tracking_number="444413758703",
                is_change=False,
                **ABOUT,
            ),
            "shippingrequest.do",
            (
                b"<deliveryType>1</deliveryType><transactionId>X0000000001</transactionId>"
                b"<deliveryCompanyCode>12</deliveryCompanyCode>"
                b"<deliverySlipNo>444413758703</deliverySlipNo><invoiceDate></invoiceDate>"
            ),
        ),
        (
            provider().report_shipment(
                carrier_code="11",
                tracking_number="123456789012",
                is_change=True,
                **ABOUT,
            ),
            "shippingrequest.do",
            (
                b"<deliveryType>2</deliveryType><transactionId>X0000000001</transactionId>"
                b"<deliveryCompanyCode>11</deliveryCompanyCode>"
                b"<deliverySlipNo>123456789012</deliverySlipNo><invoiceDate></invoiceDate>"
            ),
        ),
        (
            provider().cancel_shipment_report(**ABOUT),
            "shippingrequest.do",
            (
                b"<deliveryType>3</deliveryType><transactionId>X0000000001</transactionId>"
                b"<deliveryCompanyCode></deliveryCompanyCode>"
                b"<deliverySlipNo></deliverySlipNo><invoiceDate></invoiceDate>"
            ),
        ),
    ],
    ids=lambda value: value.operation.value if hasattr(value, "operation") else "",
)
def test_a_call_about_a_transaction_byte_for_byte(call, path, info):
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<request>'
    tail = b"<transactionInfo>" + info + b"</transactionInfo></request>"
    assert (call.path, call.body) == (path, head + LINK + tail)


def test_an_amendment_is_a_full_replacement_without_a_browser():
    call = provider().amend(ORDER, order_number="A-1001", **ABOUT)
    root = parse(call.body, cap_bytes=100_000)
    assert [block.name for block in root.children] == [
        "linkInfo",
        "transactionInfo",
        "customer",
        "ship",
        "details",
    ]
    info = root.child("transactionInfo")
    assert info is not None
    assert info.text_of("updateTypeFlag") == "2"


def test_what_is_stored_holds_no_password():
    secret = replace(CREDENTIALS, link_password=Secret("hidden-word-1"))
    call = provider().register(ORDER, order_number="A-1001", credentials=secret)
    assert b"hidden-word-1" in call.body
    assert b"hidden-word-1" not in call.stored
    assert b"<linkPassword></linkPassword>" in call.stored
    assert "hidden-word-1" not in repr(call)


def test_a_registration_waits_longer_than_the_rest():
    register = provider().register(ORDER, order_number="A", credentials=CREDENTIALS)
    assert register.total_seconds == 120
    assert provider().inquire(**ABOUT).total_seconds == 30


def test_a_call_knows_what_its_answer_must_name():
    register = provider().register(ORDER, order_number="A-7", credentials=CREDENTIALS)
    amend = provider().amend(ORDER, order_number="A-7", **ABOUT)
    assert (register.sent_id, amend.sent_id) == ("A-7", "X0000000001")
    assert amend.operation is Operation.AMEND
