from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.contract.money import Yen, sum_of
from hub.contract.order import LineItem, LineKind
from hub.provider.details import MOST_LINES, details_of
from tests.provider.specimens import LINES, ORDER

ANY_LINES = st.lists(
    st.builds(
        LineItem,
        kind=st.sampled_from(LineKind),
        name=st.text(max_size=5),
        unit_price=st.integers(-9_999, 99_999).map(Yen),
        quantity=st.integers(1, 99),
    ),
    max_size=60,
)


def goods(count):
    return tuple(
        LineItem(kind=LineKind.GOODS, name=f"茶 {n}", unit_price=Yen(100 + n))
        for n in range(count)
    )


def names(lines):
    return [detail.line.name for detail in details_of(replace(ORDER, lines=lines))]


@given(ANY_LINES)
def test_at_most_fifteen_lines_keep_the_sum(lines):
    order = replace(ORDER, lines=lines)
    details = details_of(order)
    assert len(details) == min(len(lines), MOST_LINES)
    assert sum_of([detail.line.amount for detail in details]) == order.lines_total
    assert [detail.position for detail in details] == [*range(1, len(details) + 1)]


@given(ANY_LINES)
def test_shipping_fees_and_discounts_stay_as_they_are(lines):
    others = [line for line in lines if line.kind is not LineKind.GOODS]
    told = [detail.line for detail in details_of(replace(ORDER, lines=lines))]
    if len(others) < MOST_LINES:
        kept = [line for line in told if line.kind is not LineKind.GOODS]
        assert kept == others


@given(ANY_LINES)
def test_a_line_that_is_told_stands_where_it_stood(lines):
    for detail in details_of(replace(ORDER, lines=lines)):
        if detail.index is not None:
            assert detail.line is lines[detail.index]


def test_fifteen_lines_are_told_as_they_are():
    assert len(names(goods(15))) == 15
    assert "ほか" not in names(goods(15))[-1]


def test_the_last_goods_are_merged_before_the_shipping():
    told = names((*goods(20), *LINES[1:]))
    assert told[11:] == ["茶 11", "ほか 8点", "送料", "後払い手数料"]


def test_the_remainder_counts_pieces():
    many = (*goods(14), replace(goods(1)[0], quantity=3), *goods(1))
    assert names(many)[-1] == "ほか 4点"


def test_too_many_fees_are_merged_too():
    fees = tuple(replace(LINES[2], name=f"手数料 {n}") for n in range(20))
    told = names((*fees, *goods(2)))
    assert len(told) == 15
    assert told[-1] == "ほか 8点"
