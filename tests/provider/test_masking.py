from dataclasses import replace

import pytest

from hub.contract.secret import Secret
from hub.provider.client import AtodeneProvider
from hub.provider.masking import masked, masked_value
from tests.provider import answer_corpus as corpus
from tests.provider.specimens import BUYER, CREDENTIALS, ORDER


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("田中花子", "田●●"),
        ("田中 花子", "田●●"),
        ("林", "●●"),
        ("150-0001", "●●●-●●●●"),
        ("０３-００００", "●●-●●●●"),
        ("03-0000-0000", "●●-●●●●-●●●●"),
        ("hanako@example.jp", "h●●"),
        ("1丁目", "●●"),
        ("", ""),
    ],
)
def test_a_personal_value_keeps_its_shape_at_most(value, shown):
    assert masked_value(value) == shown


def request_body():
    ship_to = replace(BUYER, name="例 太郎", company="見本商会", phone="06-0000-0000")
    order = replace(ORDER, ship_to=ship_to)
    secret = replace(CREDENTIALS, link_password=Secret("hidden-word-1"))
    provider = AtodeneProvider("http://127.0.0.1/api/", _Silent())
    return provider.register(order, order_number="A-1001", credentials=secret).body


class _Silent:
    def post(self, *_args, **_named):
        raise AssertionError("nothing is sent in these tests")


@pytest.mark.parametrize(
    "personal",
    [
        "花子",
        "ハナコ",
        "太郎",
        "商会",
        "0001",
        "渋谷区",
        "0000",
        "hanako",
        "example.jp",
        "hidden-word-1",
        "original00",
        "atd0",
    ],
)
def test_nothing_personal_and_no_credential_is_shown(personal):
    shown = masked(request_body())
    assert personal not in shown.replace("2026/11/24", "")


@pytest.mark.parametrize(
    "kept",
    [
        "<shopOrderId>A-1001</shopOrderId>",
        "<billedAmount>4180</billedAmount>",
        "<goods>ほうじ茶</goods>",
        "<service>2</service>",
    ],
)
def test_what_explains_the_call_is_shown(kept):
    assert kept in masked(request_body())


def test_an_answer_is_shown_one_element_a_line():
    assert masked(corpus.PASSED).splitlines()[1:3] == [
        "  <result>OK</result>",
        "  <transactionInfo>",
    ]


def test_reasons_and_errors_are_shown():
    raw = corpus.refused(corpus.error("tel", "er000001"))
    assert "<errorMessage>（例）指摘</errorMessage>" in masked(raw)


def test_print_data_hides_the_free_fields():
    raw = corpus.response(
        "<invoiceInfo><name>見本花子</name><expand1>03-0000-0000</expand1>"
        "<bankAccountNumber>1234567</bankAccountNumber>"
        "<billDeadlineDate>2026年12月09日</billDeadlineDate>"
        "<details><detail><goods>茶</goods></detail></details></invoiceInfo>"
    )
    shown = masked(raw)
    assert "<goods>茶</goods>" in shown
    assert "2026年12月09日" in shown
    assert not [hidden for hidden in ("花子", "0000", "1234567") if hidden in shown]


@pytest.mark.parametrize("raw", [b"", b"<a>\xff", b"<name>hanako</nam", b"\0\1"])
def test_what_cannot_be_read_is_not_shown(raw):
    assert masked(raw) == f"(XMLとして読めない {len(raw)} バイト)"


def test_the_provider_masks_for_the_screen():
    provider = AtodeneProvider("http://127.0.0.1/api/", _Silent())
    assert provider.masked(corpus.PASSED) == masked(corpus.PASSED)
