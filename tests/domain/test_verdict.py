from dataclasses import replace

import pytest

from hub.contract.updates import MayShip
from hub.domain.known import State
from hub.domain.plan import Amend, Cancel, CancelShipmentReport, Register
from hub.domain.policy import APPROVAL_LIFE, Mode, Policy
from hub.domain.verdict import Attention, attention, may_ship
from tests.domain.specimens import CHEAPER, LATE, MAILED, NOW, PARCEL, known, wanted

S = State
AMEND = Amend(order=CHEAPER, digest=wanted(order=CHEAPER).digest).key
REPORT = "report:12:444413758703"
ALARM = Attention(code="HUB-SHIP-001", is_alarm=True)


def looked(want, state, now=NOW, policy=None, **changes):
    return attention(want, known(state, **changes), policy or Policy(), now=now)


def answered(want, state, now=NOW, **changes):
    return may_ship(want, known(state, **changes), now=now, life=APPROVAL_LIFE)


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        (S.RECEIVED, MayShip.NO),
        (S.INVALID, MayShip.CHECK),
        (S.REGISTERING, MayShip.NO),
        (S.REFUSED, MayShip.CHECK),
        (S.UNCLEAR, MayShip.CHECK),
        (S.SCREENING, MayShip.NO),
        (S.ON_HOLD, MayShip.CHECK),
        (S.AUTHORIZED, MayShip.YES),
        (S.DECLINED, MayShip.NO),
        (S.EXPIRED, MayShip.NO),
        (S.SHIPMENT_REPORTED, MayShip.YES),
        (S.CANCELLED, MayShip.NO),
    ],
)
def test_may_it_be_shipped(state, answer):
    assert answered(wanted(), state) is answer


@pytest.mark.parametrize("state", State)
def test_a_cancelled_order_is_never_shipped(state):
    assert answered(wanted(is_cancelled=True), state) is MayShip.NO


def test_an_order_that_changed_after_its_approval_waits():
    assert answered(wanted(order=CHEAPER), S.AUTHORIZED) is MayShip.NO


@pytest.mark.parametrize("state", State)
def test_goods_out_without_an_approval_are_an_alarm(state):
    is_fine = state in (S.AUTHORIZED, S.SHIPMENT_REPORTED)
    assert (looked(wanted(PARCEL), state) == ALARM) is not is_fine


@pytest.mark.parametrize("state", State)
def test_goods_of_a_cancelled_order_are_an_alarm(state):
    assert looked(wanted(PARCEL, is_cancelled=True), state) == ALARM


def test_goods_out_after_the_approval_ended_are_an_alarm():
    assert looked(wanted(PARCEL), S.AUTHORIZED, now=LATE) == ALARM


@pytest.mark.parametrize("state", State)
def test_a_parcel_of_an_unknown_order_asks_nobody(state):
    assert looked(wanted(PARCEL, order=None), state) is None


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (S.RECEIVED, None),
        (S.INVALID, "HUB-PROV-101"),
        (S.REGISTERING, None),
        (S.REFUSED, "HUB-PROV-102"),
        (S.UNCLEAR, "HUB-PROV-201"),
        (S.SCREENING, None),
        (S.ON_HOLD, "HUB-PROV-103"),
        (S.AUTHORIZED, None),
        (S.DECLINED, None),
        (S.EXPIRED, "HUB-PROV-104"),
        (S.SHIPMENT_REPORTED, None),
        (S.CANCELLED, "HUB-PROV-105"),
    ],
)
def test_what_a_person_must_look_at(state, code):
    found = looked(wanted(), state)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    "state", [S.INVALID, S.REFUSED, S.ON_HOLD, S.EXPIRED, S.CANCELLED]
)
def test_a_cancelled_order_asks_nobody_to_correct_it(state):
    assert looked(wanted(is_cancelled=True), state) is None


def test_an_unclear_registration_is_an_alarm_even_when_cancelled():
    found = looked(wanted(is_cancelled=True), S.UNCLEAR)
    assert found == Attention(code="HUB-PROV-201", is_alarm=True)


def test_a_parcel_that_cannot_be_reported_is_an_alarm():
    found = looked(wanted(MAILED), S.AUTHORIZED)
    assert found == Attention(code="HUB-SHIP-006", is_alarm=True)


def test_an_approval_that_ends_unused_is_told():
    found = looked(wanted(), S.AUTHORIZED, now=LATE)
    assert found == Attention(code="HUB-PROV-104")


@pytest.mark.parametrize(
    ("want", "state", "refused", "expected"),
    [
        (wanted(order=CHEAPER), S.AUTHORIZED, AMEND, ("HUB-PROV-301", False)),
        (wanted(PARCEL, order=CHEAPER), S.AUTHORIZED, AMEND, ("HUB-PROV-301", True)),
        (
            wanted(PARCEL, order=CHEAPER),
            S.SHIPMENT_REPORTED,
            AMEND,
            ("HUB-PROV-301", False),
        ),
        (
            wanted(is_cancelled=True),
            S.AUTHORIZED,
            Cancel().key,
            ("HUB-PROV-302", False),
        ),
        (wanted(), S.DECLINED, Cancel().key, ("HUB-PROV-302", False)),
        (
            wanted(),
            S.SHIPMENT_REPORTED,
            CancelShipmentReport().key,
            ("HUB-PROV-303", False),
        ),
        (wanted(PARCEL), S.AUTHORIZED, REPORT, ("HUB-SHIP-003", True)),
    ],
)
def test_a_refusal_in_the_way_is_told(want, state, refused, expected):
    found = looked(want, state, refused=frozenset({refused}))
    assert found is not None
    assert (found.code, found.is_alarm) == expected


@pytest.mark.parametrize(
    ("want", "state", "refused"),
    [
        (wanted(PARCEL), S.SHIPMENT_REPORTED, "report:11:123456789012"),
        (wanted(), S.AUTHORIZED, AMEND),
        (wanted(is_cancelled=True), S.CANCELLED, Cancel().key),
        (wanted(), S.RECEIVED, Register(order=CHEAPER, digest=wanted().digest).key),
    ],
)
def test_a_refusal_that_is_over_is_not_told(want, state, refused):
    assert looked(want, state, refused=frozenset({refused})) is None


def test_in_approval_mode_what_waits_for_a_release_is_told():
    waiting = Policy(mode=Mode.APPROVAL)
    found = looked(wanted(), S.RECEIVED, policy=waiting)
    assert found == Attention(code="HUB-MODE-001")


@pytest.mark.parametrize(
    ("state", "policy"),
    [
        (S.RECEIVED, Policy(mode=Mode.APPROVAL, is_released=True)),
        (S.AUTHORIZED, Policy(mode=Mode.APPROVAL)),
        (S.RECEIVED, Policy(mode=Mode.SHADOW)),
        (S.RECEIVED, Policy()),
    ],
)
def test_what_needs_no_release_asks_nobody(state, policy):
    assert looked(wanted(), state, policy=policy) is None


def test_only_the_most_pressing_thing_is_told():
    want = replace(wanted(PARCEL), order=CHEAPER)
    assert looked(want, S.UNCLEAR, refused=frozenset({AMEND})) == ALARM
