"""An order that no parcel leaves: nothing could be reported of it (S8)."""

from dataclasses import replace

import pytest

from hub.domain.known import Known, State
from hub.domain.parcel_rules import ParcelRules
from hub.domain.parcel_troubles import parcel_trouble
from hub.domain.parcels import Completeness, completeness
from hub.domain.shipping_method import check_shipping_method
from hub.domain.wanted import Wanted
from tests.domain.specimens import ORDER, PARCEL, wanted

PICKED_UP = replace(ORDER, expected_parcels=0, shipping_method="店舗受取(本店)")
SENDS = ParcelRules(always_sent=True)


def test_it_is_kept_from_being_registered_and_says_how_it_goes_out():
    (finding,) = check_shipping_method(PICKED_UP, ParcelRules())
    assert (finding.code, finding.is_blocking) == ("HUB-ELIG-504", True)
    assert (finding.field, finding.detail) == ("shipping_method", "店舗受取(本店)")


@pytest.mark.parametrize("expected", [None, 1, 3])
def test_an_order_that_leaves_in_parcels_is_not_meant(expected):
    order = replace(PICKED_UP, expected_parcels=expected)
    found = check_shipping_method(order, ParcelRules())
    assert [one.code for one in found] == ["HUB-ELIG-501"]


def test_a_shop_that_always_sends_is_only_asked_for_the_service():
    (finding,) = check_shipping_method(PICKED_UP, SENDS)
    assert (finding.code, finding.is_blocking) == ("HUB-ELIG-501", False)


def test_an_authorized_order_that_becomes_one_is_a_task_until_it_is_sent():
    known = Known(state=State.AUTHORIZED)
    before = Wanted(order=PICKED_UP)
    trouble = parcel_trouble(before, known, ParcelRules())
    assert trouble is not None
    assert trouble.code == "HUB-SHIP-011"
    assert parcel_trouble(before, known, SENDS) is None
    sent = wanted(PARCEL, order=PICKED_UP)
    assert parcel_trouble(sent, known, ParcelRules(unsaid_is_all=True)) is None


def test_what_left_all_the_same_is_not_taken_for_all_of_it():
    sent = wanted(PARCEL, order=PICKED_UP)
    assert completeness(sent, SENDS) is Completeness.UNSAID
