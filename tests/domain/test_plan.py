from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.known import State
from hub.domain.order_kind_policy import (
    KindPolicy,
    OnDeclined,
)
from hub.domain.plan import (
    Amend,
    Cancel,
    CancelShipmentReport,
    Effect,
    Register,
    ReportShipment,
    is_expired,
    plan,
)
from hub.domain.policy import APPROVAL_LIFE, Mode, Policy
from tests.domain.specimens import (
    CHEAPER,
    DIGEST,
    LATE,
    MAILED,
    NOW,
    ORDER,
    PARCEL,
    known,
    wanted,
)

OTHER = replace(PARCEL, carrier="佐川急便", tracking_number="512547514334")
REPORT = ReportShipment(
    parcel_number="S-1", carrier_code="12", tracking_number="444413758703"
)
REPORT_OTHER = replace(
    REPORT, carrier_code="11", tracking_number="512547514334", is_change=True
)
REGISTER = Register(order=ORDER, digest=DIGEST)
AMEND = Amend(order=CHEAPER, digest=wanted(order=CHEAPER).digest)
TAKE_BACK = CancelShipmentReport()
CANCEL = Cancel()
REGISTER_CHEAPER = Register(order=CHEAPER, digest=AMEND.digest)

WANTED = {
    "nothing": wanted(order=None),
    "order": wanted(),
    "amended": wanted(order=CHEAPER),
    "cancelled": wanted(is_cancelled=True),
    "cancelled first": wanted(order=None, is_cancelled=True),
    "shipped": wanted(PARCEL),
    "shipped otherwise": wanted(OTHER),
    "mailed": wanted(MAILED),
    "amended and shipped": wanted(PARCEL, order=CHEAPER),
    "shipped and cancelled": wanted(PARCEL, is_cancelled=True),
    "shipped first": wanted(PARCEL, order=None),
}
# A row for each thing wanted: what is planned in each state; a state left out plans
# nothing.
S = State
EXPECTED: dict[str, dict[State, Effect]] = {
    "nothing": {S.DECLINED: CANCEL},
    "order": {
        S.RECEIVED: REGISTER,
        S.REFUSED: REGISTER,
        S.DECLINED: CANCEL,
        S.SHIPMENT_REPORTED: TAKE_BACK,
    },
    "amended": {
        S.RECEIVED: REGISTER_CHEAPER,
        S.REFUSED: REGISTER_CHEAPER,
        S.SCREENING: AMEND,
        S.ON_HOLD: AMEND,
        S.AUTHORIZED: AMEND,
        S.DECLINED: CANCEL,
        S.SHIPMENT_REPORTED: TAKE_BACK,
    },
    "cancelled": dict.fromkeys(
        (
            S.SCREENING,
            S.ON_HOLD,
            S.AUTHORIZED,
            S.DECLINED,
            S.EXPIRED,
            S.SHIPMENT_REPORTED,
        ),
        CANCEL,
    ),
    "shipped": {
        S.RECEIVED: REGISTER,
        S.REFUSED: REGISTER,
        S.AUTHORIZED: REPORT,
        S.DECLINED: CANCEL,
    },
    "shipped otherwise": {
        S.RECEIVED: REGISTER,
        S.REFUSED: REGISTER,
        S.AUTHORIZED: replace(REPORT_OTHER, is_change=False),
        S.DECLINED: CANCEL,
        S.SHIPMENT_REPORTED: REPORT_OTHER,
    },
    "mailed": {S.RECEIVED: REGISTER, S.REFUSED: REGISTER, S.DECLINED: CANCEL},
    "amended and shipped": {
        S.RECEIVED: REGISTER_CHEAPER,
        S.REFUSED: REGISTER_CHEAPER,
        S.SCREENING: AMEND,
        S.ON_HOLD: AMEND,
        S.AUTHORIZED: AMEND,
        S.DECLINED: CANCEL,
        S.SHIPMENT_REPORTED: TAKE_BACK,
    },
    "shipped first": {S.DECLINED: CANCEL},
}
EXPECTED["cancelled first"] = EXPECTED["cancelled"]
EXPECTED["shipped and cancelled"] = EXPECTED["cancelled"]
PAIRS = [(name, state) for name in WANTED for state in State]


def planned(what, state, policy=None, now=NOW, **changes):
    return plan(WANTED[what], known(state, **changes), policy or Policy(), now=now)


@pytest.mark.parametrize(("what", "state"), PAIRS)
def test_every_pair_of_wanted_and_known_has_its_plan(what, state):
    assert planned(what, state) == EXPECTED[what].get(state)


@pytest.mark.parametrize(("what", "state"), PAIRS)
def test_shadow_mode_sends_nothing(what, state):
    assert planned(what, state, Policy(mode=Mode.SHADOW)) is None


@pytest.mark.parametrize(("what", "state"), PAIRS)
def test_a_refused_effect_is_not_planned_again(what, state):
    effect = planned(what, state)
    if effect is not None:
        assert planned(what, state, refused=frozenset({effect.key})) is None


@pytest.mark.parametrize(
    ("what", "state"), [("order", S.RECEIVED), ("shipped", S.AUTHORIZED)]
)
def test_in_approval_mode_a_person_releases_first(what, state):
    waiting = Policy(mode=Mode.APPROVAL)
    assert planned(what, state, waiting) is None
    released = replace(waiting, is_released=True)
    assert planned(what, state, released) == EXPECTED[what][state]


def test_an_order_from_before_the_cutover_is_shipped_but_not_registered():
    before = Policy(is_before_cutover=True)
    assert planned("order", S.RECEIVED, before) is None
    assert planned("shipped", S.AUTHORIZED, before) == REPORT


def test_a_shop_may_keep_what_was_declined():
    keeping = Policy(kind=KindPolicy(on_declined=OnDeclined.KEEP))
    assert planned("order", S.DECLINED, keeping) is None


def test_a_declined_transaction_is_cancelled_once():
    assert planned("order", S.DECLINED, is_live=False) is None


def test_an_amendment_refused_after_the_report_keeps_the_report():
    refused = frozenset({AMEND.key})
    assert planned("amended and shipped", S.SHIPMENT_REPORTED, refused=refused) is None


def test_a_report_that_we_know_nothing_of_is_left_alone():
    assert planned("shipped otherwise", S.SHIPMENT_REPORTED, reported=None) is None


@pytest.mark.parametrize(
    ("now", "expired"),
    [(LATE - timedelta(seconds=1), False), (LATE, True)],
)
def test_an_authorization_is_not_shipped_on_after_its_life(now, expired):
    assert is_expired(known(S.AUTHORIZED), APPROVAL_LIFE, now=now) is expired
    assert (planned("shipped", S.AUTHORIZED, now=now) is None) is expired


@pytest.mark.parametrize(
    "case", [known(S.SHIPMENT_REPORTED), known(S.AUTHORIZED, authorized_at=None)]
)
def test_only_a_dated_authorization_expires(case):
    assert not is_expired(case, APPROVAL_LIFE, now=LATE)


UNDER_REPORT = Policy(amends_after_report=True)


@pytest.mark.parametrize("what", ["amended and shipped", "amended"])
def test_where_the_provider_lets_it_an_order_changes_under_its_report(what):
    assert planned(what, S.SHIPMENT_REPORTED, UNDER_REPORT) == AMEND
    assert planned(what, S.SHIPMENT_REPORTED) == TAKE_BACK


def test_a_change_under_the_report_that_was_refused_is_not_planned_again():
    refused = frozenset({AMEND.key})
    amended = planned(
        "amended and shipped", S.SHIPMENT_REPORTED, UNDER_REPORT, refused=refused
    )
    assert amended is None


@pytest.mark.parametrize(("what", "state"), PAIRS)
def test_before_the_report_that_setting_changes_nothing(what, state):
    if state is not S.SHIPMENT_REPORTED:
        assert planned(what, state, UNDER_REPORT) == planned(what, state)
