"""Fields read exactly one type each, and say in two languages what to write."""

from datetime import UTC, datetime

import pytest
from marshmallow import ValidationError

from hub.contract.fields import (
    ChoiceField,
    DoorSchema,
    FlagField,
    ListField,
    MomentField,
    PartField,
    TextField,
    VersionField,
    WholeField,
    YenField,
    findings,
)
from hub.contract.money import Yen
from hub.contract.order import LineKind


@pytest.mark.parametrize("value", [0, 1, -820, 9_999_999_999])
def test_whole_yen_are_read(value):
    read = YenField().deserialize(value)
    assert (type(read), read) == (Yen, value)


@pytest.mark.parametrize(
    "value",
    ["1650", "5,500", "¥5,500", 5500.0, 1.5, True, None, [], {}, 10**10, "１２"],
)
def test_anything_else_is_no_amount(value):
    with pytest.raises(ValidationError):
        YenField().deserialize(value)


@pytest.mark.parametrize("value", [-1, 101, "1", 1.0, False])
def test_a_whole_number_keeps_its_bounds(value):
    with pytest.raises(ValidationError):
        WholeField(lowest=0, highest=100).deserialize(value)


@pytest.mark.parametrize("value", ["true", 1, 0, None, "no"])
def test_a_flag_is_true_or_false(value):
    with pytest.raises(ValidationError):
        FlagField().deserialize(value)


def test_a_text_that_is_null_is_empty():
    assert TextField().deserialize(None) == ""


def test_a_text_keeps_what_was_written():
    assert TextField().deserialize(" 見本　花子 ") == " 見本　花子 "


def test_a_needed_text_is_trimmed():
    assert TextField(is_needed=True).deserialize(" A-1001\n") == "A-1001"


@pytest.mark.parametrize("value", [None, "", " ", "　"])
def test_a_needed_text_is_not_blank(value):
    with pytest.raises(ValidationError):
        TextField(is_needed=True).deserialize(value)


@pytest.mark.parametrize("value", [1500001, True, ["a"], {"a": 1}, "x" * 21])
def test_a_text_is_a_string_of_bounded_length(value):
    with pytest.raises(ValidationError):
        TextField(longest=20).deserialize(value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T09:12:44+09:00",
        "2026-11-23T09:12:44+0900",
        "2026-11-23T00:12:44Z",
        "2026-11-23 09:12:44",
        "2026-11-23T09:12:44",
        "2026-11-22T19:12:44.000-05:00",
    ],
)
def test_a_moment_without_an_offset_is_japans(text):
    expected = datetime(2026, 11, 23, 0, 12, 44, tzinfo=UTC)
    assert MomentField().deserialize(text) == expected


@pytest.mark.parametrize(
    "value",
    [
        1795392000,
        "1795392000",
        "2026-11-23",
        "2026/11/23 09:12:44",
        "23.11.2026 09:12",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-23T25:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "２０２６-11-23T09:12:44",
        "2026-11-23T09:12:44+09:00[Asia/Tokyo]",
        "昨日",
        "",
        True,
    ],
)
def test_anything_else_is_no_moment(value):
    with pytest.raises(ValidationError):
        MomentField().deserialize(value)


def test_versions_sort_as_the_cart_counts():
    field = VersionField()
    numbers = [field.deserialize(number) for number in (0, 2, 10, 10**17)]
    assert numbers == sorted(numbers)


def test_versions_of_moments_sort_across_offsets():
    field = VersionField()
    early = field.deserialize("2026-11-23T09:00:00+09:00")
    late = field.deserialize("2026-11-23T00:00:01Z")
    assert early < late


@pytest.mark.parametrize("value", [-1, 1.5, "7", True, None, "v2"])
def test_anything_else_is_no_version(value):
    with pytest.raises(ValidationError):
        VersionField().deserialize(value)


@pytest.mark.parametrize("value", ["coupon", "GOODS", 1, None, []])
def test_a_choice_is_one_of_its_values(value):
    with pytest.raises(ValidationError):
        ChoiceField(LineKind).deserialize(value)


class Line(DoorSchema):
    price = YenField(required=True)


class Body(DoorSchema):
    lines = ListField(PartField(Line), required=True)


def found_in(document) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        Body().load(document)
    return findings(caught.value)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"lines": [{"price": 1}, {"price": "2"}]}, "lines.1.price"),
        ({"lines": [{}]}, "lines.0.price"),
        ({"lines": ["a"]}, "lines.0"),
        ({"lines": "a"}, "lines"),
        ({"lines": None}, "lines"),
        ({}, "lines"),
        ([], ""),
        ("a", ""),
    ],
)
def test_a_finding_names_its_dotted_path(document, path):
    assert list(found_in(document)) == [path]


def test_a_finding_speaks_both_languages():
    words = found_in({"lines": [{"price": 1.5}]})["lines.0.price"]
    assert (
        words
        == "整数で書いてください(引用符なし)。 / Write a whole number, without quotes."
    )


def test_members_that_nobody_asked_for_are_passed_over():
    assert Body().load({"lines": [{"price": 1, "x": 2}], "y": 3}) == {
        "lines": [{"price": 1}]
    }
