from dataclasses import replace

import pytest

from hub.domain.foresight import foresee, taken
from hub.domain.known import State
from hub.domain.plan import (
    Amend,
    CancelShipmentReport,
    Register,
    ReportShipment,
)
from hub.domain.policy import Policy
from tests.domain.specimens import CHEAPER, LATE, NOW, ORDER, PARCEL, known, wanted


@pytest.mark.parametrize("state", [State.SCREENING, State.ON_HOLD])
def test_what_is_amended_during_the_screening_is_foreseen_as_passed(state):
    amend = Amend(order=CHEAPER, digest="d")
    assert taken(known(state), amend, now=LATE).state is State.AUTHORIZED


def test_a_registration_is_foreseen_as_passed():
    effect = Register(order=ORDER, digest="d")
    end = taken(known(State.RECEIVED), effect, now=NOW)
    assert (end.state, end.registered) == (State.AUTHORIZED, "d")


def test_the_whole_way_of_an_order_is_foreseen():
    ahead = foresee(wanted(PARCEL), known(State.RECEIVED), Policy(), now=NOW)
    assert [type(effect) for effect in ahead.effects] == [Register, ReportShipment]


def test_what_was_refused_is_tried_again_by_a_person_s_word():
    amend = Amend(order=CHEAPER, digest=wanted(order=CHEAPER).digest)
    what = replace(known(State.AUTHORIZED), refused=frozenset({amend.key}))
    ahead = foresee(wanted(order=CHEAPER), what, Policy(), now=NOW)
    assert ahead.effects == (amend,)


@pytest.mark.parametrize(
    ("amends_after_report", "calls"),
    [(True, [Amend]), (False, [CancelShipmentReport, Amend, ReportShipment])],
)
def test_a_change_of_goods_that_are_out_is_foreseen(amends_after_report, calls):
    policy = Policy(amends_after_report=amends_after_report)
    cheaper = wanted(PARCEL, order=CHEAPER)
    ahead = foresee(cheaper, known(State.SHIPMENT_REPORTED), policy, now=NOW)
    assert [type(effect) for effect in ahead.effects] == calls
    assert (ahead.end.state, ahead.end.registered) == (
        State.SHIPMENT_REPORTED,
        cheaper.digest,
    )
