from dataclasses import replace

import pytest

from hub.contract.order import Order
from hub.domain.corrections import (
    Correction,
    correctable_fields,
    corrected,
    holds,
    merged,
    text_at,
    with_text,
)
from hub.domain.order_digest import digest_of
from hub.domain.wanted import Wanted
from tests.domain.specimens import BUYER, ORDER

SHIPPED = replace(ORDER, ship_to=replace(BUYER, name="例 太郎"))


def correction(field="buyer.name", original="見本 花子", said="見本 花代"):
    return Correction(field=field, original=original, corrected=said, source="clerk")


@pytest.mark.parametrize("order", [ORDER, SHIPPED], ids=["one", "two addresses"])
def test_every_field_is_read_and_written(order: Order):
    for field in correctable_fields(order):
        assert text_at(with_text(order, field, "直した"), field) == "直した"


@pytest.mark.parametrize(
    "field",
    ["total", "lines[9].name", "lines[0].unit_price", "ship_to.name", "buyer.nothing"],
)
def test_what_is_no_text_of_the_order_cannot_be_corrected(field):
    assert text_at(ORDER, field) is None
    assert field not in correctable_fields(ORDER)


def test_a_ship_to_that_is_not_there_is_not_written():
    with pytest.raises(LookupError):
        with_text(ORDER, "ship_to.name", "例")


def test_a_correction_is_told():
    assert corrected(ORDER, [correction()]).buyer.name == "見本 花代"


def test_a_correction_holds_only_while_the_cart_says_the_same():
    order = replace(ORDER, buyer=replace(BUYER, name="見本 花江"))
    assert not holds(order, correction())
    assert corrected(order, [correction()]) == order


def test_a_newer_correction_takes_the_place_of_an_older_one():
    newer = correction(said="見本 花江")
    other = correction(field="buyer.phone", original="", said="0450001234")
    assert merged([correction(), other], [newer]) == (other, newer)


def test_an_order_without_corrections_has_the_digest_that_it_had():
    assert Wanted(order=ORDER).digest == digest_of(ORDER)


def test_a_correction_is_part_of_the_digest():
    wanted = Wanted(order=ORDER, corrections=(correction(),))
    assert wanted.digest == digest_of(corrected(ORDER, [correction()]))
    assert wanted.digest != digest_of(ORDER)
