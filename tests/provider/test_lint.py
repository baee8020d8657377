from dataclasses import replace

import pytest

from hub.contract.money import Yen
from hub.contract.order import LineItem, LineKind
from hub.provider.lint import lint
from hub.provider.profile import Profile
from tests.provider.specimens import ADDRESS, BUYER, LINES, ORDER

OTHER = replace(BUYER, name="例 太郎", name_kana="レイ タロウ")


def found(order, profile=None):
    return [
        (finding.code.removeprefix("HUB-WIRE-"), finding.field, finding.detail)
        for finding in lint(order, profile or Profile())
    ]


def buyer(**changes):
    return replace(ORDER, buyer=replace(BUYER, **changes))


def living(**changes):
    return buyer(address=replace(ADDRESS, **changes))


def line(**changes):
    return replace(ORDER, lines=(*LINES, replace(LINES[0], **changes)))


def test_an_ordinary_order_has_no_findings():
    assert found(ORDER) == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (buyer(name="見" * 21), []),
        (buyer(name="見" * 22), [("101", "buyer.name", "22文字 / 上限21文字")]),
        (
            buyer(name_kana="ミ" * 26),
            [("101", "buyer.name_kana", "26文字 / 上限25文字")],
        ),
        (buyer(company="見" * 31), [("101", "buyer.company", "31文字 / 上限30文字")]),
        (buyer(section="見" * 31), [("101", "buyer.section", "31文字 / 上限30文字")]),
        (
            buyer(email=f"{'x' * 90}@example.jp"),
            [("101", "buyer.email", "101文字 / 上限100文字")],
        ),
        (living(building="ビ" * 41), []),
        (living(building="ビ" * 42), [("101", "buyer.address", "56文字 / 上限55文字")]),
        (living(building="ビ " * 41), []),
        (line(name="茶" * 150), []),
        (line(name="茶" * 151), [("101", "lines[3].name", "151文字 / 上限150文字")]),
        (
            line(unit_price=Yen(1_000_000)),
            [("102", "lines[3].unit_price", "7文字 / 上限6文字")],
        ),
        (
            line(unit_price=Yen(-100_000)),
            [("102", "lines[3].unit_price", "7文字 / 上限6文字")],
        ),
        (line(quantity=100_000), [("102", "lines[3].quantity", "6文字 / 上限5文字")]),
        (replace(ORDER, total=Yen(1_000_000)), [("102", "total", "7文字 / 上限6文字")]),
    ],
)
def test_lengths_are_counted_in_characters(order, expected):
    assert found(order) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("髙﨑 花子", []),
        ("①㈱ⅰ", []),
        ("ﾐﾎﾝ ﾊﾅｺ", []),
        ("〜−—¥", []),
        ("葛\U000e0100城\ufe0f\u200d", []),
        ("カ\u3099ク", []),
        ("𠮷野 花子", [("201", "buyer.name", "𠮷 (U+20BB7)")]),
        ("花子🍵🍵", [("201", "buyer.name", "🍵 (U+1F375)")]),
        ("José ♥", [("201", "buyer.name", "é (U+00E9)、♥ (U+2665)")]),
        ("見本\ufffe", [("201", "buyer.name", "U+FFFE")]),
        ("見本\ud800", [("201", "buyer.name", "U+D800")]),
        ("見本\x00花子", [("202", "buyer.name", "U+0000")]),
        ("見本\x0b\x1f", [("202", "buyer.name", "U+000B、U+001F")]),
        ("見本\x85", [("202", "buyer.name", "U+0085")]),
        ("見本\t花子\r\n", []),
        (
            "\U0001f468\u200d\U0001f469",
            [("201", "buyer.name", "👨 (U+1F468)、👩 (U+1F469)")],
        ),
        (
            "𠮷" * 22,
            [
                ("101", "buyer.name", "22文字 / 上限21文字"),
                ("201", "buyer.name", "𠮷 (U+20BB7)"),
            ],
        ),
        ("&<>\"']]>", []),
    ],
)
def test_characters_that_the_provider_lacks_are_named(name, expected):
    assert found(buyer(name=name)) == expected


@pytest.mark.parametrize("blank", ["", " ", "　", "\t", "\u200b"])
def test_a_blank_name_is_missing(blank):
    assert found(buyer(name=blank)) == [("301", "buyer.name", "")]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (buyer(phone=""), [("301", "buyer.phone", "")]),
        (buyer(email=""), [("301", "buyer.email", "")]),
        (living(postal_code=""), [("301", "buyer.address.postal_code", "")]),
        (
            buyer(address=type(ADDRESS)(postal_code="150-0001")),
            [("301", "buyer.address", "")],
        ),
        (line(name=""), [("301", "lines[3].name", "")]),
        (buyer(phone="110"), [("304", "buyer.phone", "")]),
        (living(postal_code="15000"), [("303", "buyer.address.postal_code", "")]),
        (buyer(email="hanako"), [("305", "buyer.email", "")]),
        (buyer(email="花子@example.jp"), [("305", "buyer.email", "")]),
        (buyer(email="hanako@例え.jp"), [("305", "buyer.email", "")]),
        (buyer(name_kana="見本花子"), [("302", "buyer.name_kana", "")]),
        (buyer(name_kana=""), []),
        (buyer(company="", section=""), []),
    ],
)
def test_a_missing_or_unusable_field_is_named(order, expected):
    assert found(order) == expected


def test_only_an_unusable_kana_reading_does_not_block():
    order = buyer(name_kana="見本", phone="110")
    blocks = {finding.code: finding.is_blocking for finding in lint(order, Profile())}
    assert blocks == {"HUB-WIRE-302": False, "HUB-WIRE-304": True}


def test_the_ship_to_is_looked_at_where_it_differs():
    order = replace(ORDER, ship_to=replace(OTHER, name="𠮷"))
    assert found(order) == [("201", "ship_to.name", "𠮷 (U+20BB7)")]


def test_a_ship_to_without_a_phone_borrows_the_buyers():
    assert found(replace(ORDER, ship_to=replace(OTHER, phone=""))) == []


def test_a_ship_to_needs_no_email():
    assert found(replace(ORDER, ship_to=replace(OTHER, email=""))) == []


def test_a_line_that_is_merged_away_need_not_fit():
    goods = tuple(
        LineItem(kind=LineKind.GOODS, name="🍵" if n == 19 else "茶", unit_price=Yen(1))
        for n in range(20)
    )
    assert found(replace(ORDER, lines=goods)) == [
        ("HUB-LINE-101", "lines", "20行のうち6行をまとめて15行")
    ]


def test_a_remainder_that_does_not_fit_names_the_lines():
    goods = tuple(
        LineItem(kind=LineKind.GOODS, name="茶", unit_price=Yen(600_000))
        for _ in range(16)
    )
    assert found(replace(ORDER, lines=goods)) == [
        ("102", "lines.unit_price", "7文字 / 上限6文字"),
        ("HUB-LINE-101", "lines", "16行のうち2行をまとめて15行"),
    ]


def test_a_finding_never_holds_the_whole_value():
    order = buyer(name="見本𠮷花子" * 5, phone="0-1-2")
    assert not [f for f in lint(order, Profile()) if "花子" in f.detail]
