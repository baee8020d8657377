"""What a cart takes off an order without naming what of it."""

from itertools import permutations

import pytest

from hub.contract.events import OrderCharged, OrderReduced
from hub.contract.money import Yen
from hub.domain.wanted import Wanted, denied, fold
from hub.store import wanted_json
from tests.domain.specimens import NOW, ORDER, placed


def taken_off(amount, reference="refund-1"):
    return OrderReduced(
        order_number=ORDER.number,
        reference=reference,
        amount=Yen(amount),
        occurred_at=NOW,
    )


def folded(*events):
    wanted = Wanted()
    for event in events:
        wanted = fold(wanted, event)
    return wanted


def test_the_provider_is_told_what_is_left_and_the_lines_still_sum_up():
    wanted = folded(placed(), taken_off(500))
    assert wanted.told is not None
    assert wanted.told.total == ORDER.total - 500
    assert wanted.told.lines_total == wanted.told.total
    assert wanted.order == ORDER
    assert wanted.digest != folded(placed()).digest


def test_an_amount_is_taken_off_once_however_often_it_is_said():
    once, twice = (
        folded(placed(), taken_off(500)),
        folded(placed(), *[taken_off(500)] * 2),
    )
    assert once == twice


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_of_the_facts_ends_the_same(order):
    facts = [placed(), taken_off(500), taken_off(300, "refund-2")]
    wanted = folded(*(facts[place] for place in order))
    assert wanted.told is not None
    assert wanted.told.total == ORDER.total - 800


@pytest.mark.parametrize("is_first", [False, True])
def test_an_order_of_which_nothing_is_left_is_cancelled(is_first):
    facts = [placed(), taken_off(int(ORDER.total))]
    assert folded(*(reversed(facts) if is_first else facts)).is_cancelled


def test_one_yen_left_is_not_cancelled():
    assert not folded(placed(), taken_off(int(ORDER.total) - 1)).is_cancelled


def test_it_is_stored_and_read_as_it_was():
    wanted = folded(placed(), taken_off(500))
    assert wanted_json.join(*wanted_json.split(wanted)) == wanted


def test_a_reduction_that_was_denied_takes_nothing_off_however_often_it_comes():
    wanted = denied(folded(placed(), taken_off(500)), "refund-1")
    assert wanted.told == ORDER
    again = fold(wanted, taken_off(500))
    assert again == wanted
    assert again.digest == folded(placed()).digest


def charged(amount, reference="capture-1"):
    return OrderCharged(
        order_number=ORDER.number,
        reference=reference,
        amount=Yen(amount),
        occurred_at=NOW,
    )


TOTAL = int(ORDER.total)


@pytest.mark.parametrize(
    ("facts", "billed"),
    [
        ([charged(TOTAL)], TOTAL),
        ([charged(TOTAL - 300)], TOTAL - 300),
        ([charged(100), charged(200, "capture-2")], 300),
        ([charged(100), charged(100)], 100),
        ([charged(TOTAL - 300), taken_off(100)], TOTAL - 400),
        # More than was ordered is never billed, and not less either.
        ([charged(TOTAL + 1)], TOTAL),
    ],
)
def test_what_the_charges_leave_out_is_not_billed(facts, billed):
    for order in permutations([placed(), *facts]):
        wanted = folded(*order)
        assert wanted.told is not None
        assert wanted.told.total == wanted.told.lines_total == billed
        assert wanted_json.join(*wanted_json.split(wanted)) == wanted


def test_a_charge_that_was_denied_changes_nothing_however_often_it_comes():
    wanted = denied(folded(placed(), charged(100)), "capture-1")
    assert wanted.told == ORDER
    again = fold(wanted, charged(100))
    assert wanted_json.join(*wanted_json.split(again)) == again == wanted
