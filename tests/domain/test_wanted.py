from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.contract.events import CancelCause, OrderAmended, OrderCancelled, version_of
from hub.contract.money import Yen
from hub.contract.order import InvoiceDelivery
from hub.domain.order_digest import digest_of
from hub.domain.revision import Revision, lines_digest
from hub.domain.wanted import Wanted, fold
from tests.domain.specimens import CHEAPER, NOW, ORDER, PARCEL, placed, shipped

AMENDED = OrderAmended(order=CHEAPER, version=version_of(2), occurred_at=NOW)
CANCELLED = OrderCancelled(order_number="A-1001", occurred_at=NOW, reason="在庫切れ")
MOVED = replace(PARCEL, tracking_number="444413758714")
TAKEN_BACK = replace(PARCEL, is_cancelled=True)


def folded(*events):
    wanted = Wanted()
    for event in events:
        wanted = fold(wanted, event)
    return wanted


def test_a_newer_version_replaces_the_order():
    assert folded(placed(), AMENDED).order == CHEAPER


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_or_equal_version_changes_nothing(version):
    wanted = folded(placed(), AMENDED)
    assert fold(wanted, placed(version=version)) == wanted


def test_a_cancellation_before_its_order_stays():
    wanted = folded(CANCELLED, placed())
    assert (wanted.is_cancelled, wanted.order) == (True, ORDER)


def test_the_first_cancellation_keeps_its_reason():
    again = replace(CANCELLED, reason="another")
    assert folded(CANCELLED, again).cancel_reason == "在庫切れ"


def test_a_parcel_changes_its_number():
    wanted = folded(shipped(), shipped(MOVED, version=2))
    assert wanted.shipped_parcels == (MOVED,)


def test_an_older_fact_of_a_parcel_changes_nothing():
    wanted = folded(shipped(MOVED, version=2), shipped())
    assert wanted.shipped_parcels == (MOVED,)


def test_a_parcel_that_was_taken_back_is_not_out():
    assert folded(shipped(), shipped(TAKEN_BACK, version=2)).shipped_parcels == ()


def test_parcels_stand_in_the_order_in_which_they_left():
    first = replace(PARCEL, number="S-0", shipped_at=NOW - timedelta(hours=1))
    second = replace(PARCEL, number="S-2")
    wanted = folded(shipped(second), shipped(PARCEL), shipped(first))
    assert [p.number for p in wanted.shipped_parcels] == ["S-0", "S-1", "S-2"]


def test_facts_fold_to_the_same_in_every_order():
    facts = (placed(), AMENDED, CANCELLED, shipped(), shipped(MOVED, version=2))
    ends = {
        (w.digest, w.version, w.is_cancelled, w.shipped_parcels)
        for w in (folded(*order) for order in permutations(facts))
    }
    assert len(ends) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"total": CHEAPER.total},
        {"lines": ORDER.lines[:1]},
        {"lines": (replace(ORDER.lines[0], quantity=3), ORDER.lines[1])},
        {"ship_to": replace(ORDER.buyer, name="例 太郎")},
        {"invoice_delivery": InvoiceDelivery.ENCLOSED},
        {"buyer": replace(ORDER.buyer, phone="03-0000-0001")},
    ],
)
def test_what_the_provider_is_told_changes_the_digest(changes):
    assert digest_of(replace(ORDER, **changes)) != digest_of(ORDER)


@pytest.mark.parametrize(
    "changes",
    [
        {"ordered_at": NOW + timedelta(days=1)},
        {"payment_method": "後払い"},
        {"shipping_method": "宅急便"},
        {"is_test": True},
        {"total_excluding_tax": ORDER.total},
        {"lines": (replace(ORDER.lines[0], sku="TEA-08", tax_rate=8), ORDER.lines[1])},
        {"lines": list(ORDER.lines)},
    ],
)
def test_what_the_provider_is_not_told_leaves_the_digest(changes):
    assert digest_of(replace(ORDER, **changes)) == digest_of(ORDER)


def test_without_an_order_there_is_no_digest():
    assert Wanted().digest == ""


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_numbers_as_versions_sort_as_numbers(one, other):
    assert (version_of(one) < version_of(other)) == (one < other)


EPOCH = datetime(1970, 1, 2, tzinfo=UTC)
MOMENTS = st.integers(0, 7_000_000_000).map(lambda n: EPOCH + timedelta(seconds=n))


@given(MOMENTS, MOMENTS)
def test_moments_as_versions_sort_as_moments(one, other):
    assert (version_of(one) < version_of(other)) == (one < other)


@given(MOMENTS, MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS)
def test_readings_of_one_moment_sort_by_when_they_were_begun(one, other, read, again):
    # What was sent by itself is the oldest of its moment.
    order = (one, read or EPOCH - timedelta(1)) < (other, again or EPOCH - timedelta(1))
    assert (version_of(one, read_at=read) < version_of(other, read_at=again)) == order


PAID_OTHERWISE = OrderCancelled(
    order_number="A-1001", occurred_at=NOW, cause=CancelCause.PAYMENT_METHOD
)
LATER = replace(AMENDED, occurred_at=NOW + timedelta(minutes=1))


def test_an_order_that_is_paid_otherwise_is_cancelled_for_us():
    wanted = folded(placed(), PAID_OTHERWISE)
    assert (wanted.is_cancelled, wanted.cancel_cause) == (
        True,
        CancelCause.PAYMENT_METHOD,
    )


def test_our_payment_method_named_later_makes_it_ours_again():
    wanted = folded(placed(), PAID_OTHERWISE, LATER)
    assert (wanted.is_cancelled, wanted.cancelled_at) == (False, None)


def test_our_payment_method_named_before_does_not():
    assert folded(placed(), PAID_OTHERWISE, AMENDED).is_cancelled


def test_a_cancelled_order_stays_cancelled_whatever_comes_later():
    for order in permutations([CANCELLED, PAID_OTHERWISE]):
        assert folded(placed(), *order, LATER).cancel_cause is CancelCause.ORDER


def reduced(order=ORDER, **changes):
    return Revision(base=lines_digest(order), lines=tuple(ORDER.lines[:1]), **changes)


def test_a_revision_is_what_the_provider_is_told():
    wanted = replace(folded(placed()), revision=reduced())
    assert wanted.told is not None
    assert wanted.order is not None
    assert (wanted.told.total, wanted.order.total) == (Yen(3300), ORDER.total)
    assert wanted.digest == digest_of(CHEAPER)


def test_a_revision_ends_when_the_cart_says_another_amount():
    wanted = replace(folded(placed(), AMENDED), revision=reduced())
    assert wanted.told == CHEAPER


def test_a_revision_outlives_a_change_of_anything_else():
    other = replace(ORDER, shipping_method="佐川急便")
    wanted = fold(replace(folded(placed()), revision=reduced()), placed(other, 2))
    assert wanted.told is not None
    assert wanted.told.total == Yen(3300)


@pytest.mark.parametrize("is_mailed", [True, False])
def test_the_invoice_of_goods_that_are_out_is_mailed(is_mailed):
    enclosed = replace(ORDER, invoice_delivery=InvoiceDelivery.ENCLOSED)
    told = reduced(enclosed, is_mailed=is_mailed).applied(enclosed)
    is_separate = told.invoice_delivery is InvoiceDelivery.SEPARATE
    assert is_separate is is_mailed


def test_without_an_order_nothing_is_told():
    assert (Wanted().told, Wanted().digest) == (None, "")
