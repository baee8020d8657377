from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.known import (
    NEXT,
    STATE_LABELS_EN,
    STATE_LABELS_JA,
    Fact,
    OutOfOrderError,
    State,
    move,
)
from tests.domain.specimens import NOW, REPORTED, known

# Written by hand and apart from NEXT: a row a state, each fact with where it leads.
# An empty cell is a fact that does not follow.
VERDICTS = {
    "screening_started": "SCREENING",
    "screening_held": "ON_HOLD",
    "screening_passed": "AUTHORIZED",
    "screening_failed": "DECLINED",
}
EXPECTED = {
    "RECEIVED": {
        "check_failed": "INVALID",
        "closed_unregistered": "CANCELLED",
        "registration_sent": "REGISTERING",
        "adopted": "SCREENING",
    },
    "INVALID": {
        "check_failed": "INVALID",
        "check_passed": "RECEIVED",
        "closed_unregistered": "CANCELLED",
        "adopted": "SCREENING",
    },
    "REGISTERING": {
        "registration_not_sent": "RECEIVED",
        "registration_refused": "REFUSED",
        "registration_unclear": "UNCLEAR",
        **VERDICTS,
    },
    "REFUSED": {
        "check_failed": "INVALID",
        "closed_unregistered": "CANCELLED",
        "registration_sent": "REGISTERING",
        "adopted": "SCREENING",
    },
    "UNCLEAR": {"adopted": "SCREENING", "given_up": "CANCELLED", **VERDICTS},
    "SCREENING": {
        "amendment_accepted": "SCREENING",
        "cancellation_confirmed": "CANCELLED",
        **VERDICTS,
    },
    "ON_HOLD": {
        "amendment_accepted": "SCREENING",
        "cancellation_confirmed": "CANCELLED",
        **VERDICTS,
    },
    "AUTHORIZED": {
        "amendment_accepted": "AUTHORIZED",
        "print_data_fetched": "AUTHORIZED",
        "shipment_reported": "SHIPMENT_REPORTED",
        "cancellation_confirmed": "CANCELLED",
        "approval_expired": "EXPIRED",
        **VERDICTS,
    },
    "DECLINED": {"cancellation_confirmed": "DECLINED"},
    "EXPIRED": {"cancellation_confirmed": "CANCELLED"},
    "SHIPMENT_REPORTED": {
        "shipment_reported": "SHIPMENT_REPORTED",
        "shipment_report_changed": "SHIPMENT_REPORTED",
        "shipment_report_cancelled": "AUTHORIZED",
        "amendment_accepted": "SHIPMENT_REPORTED",
        "cancellation_confirmed": "CANCELLED",
    },
    "CANCELLED": {"cancellation_confirmed": "CANCELLED"},
}
PAIRS = [(state, fact) for state in State for fact in Fact]


@pytest.mark.parametrize(("state", "fact"), PAIRS)
def test_every_pair_of_state_and_fact_leads_where_the_table_says(state, fact):
    leads_to = EXPECTED[state].get(fact)
    if leads_to is None:
        with pytest.raises(OutOfOrderError):
            move(known(state), fact, now=NOW)
    else:
        assert move(known(state), fact, now=NOW).state == leads_to


def test_the_table_names_only_states_that_exist():
    assert {state for state, _ in NEXT} | set(NEXT.values()) == set(State)


def test_every_state_has_a_label_in_both_languages():
    assert set(STATE_LABELS_JA) == set(STATE_LABELS_EN) == set(State)


def test_a_passed_screening_starts_the_life_of_the_authorization():
    moved = move(known(State.SCREENING), Fact.SCREENING_PASSED, now=NOW)
    assert moved.authorized_at == NOW


def test_asking_an_authorized_transaction_again_does_not_lengthen_its_life():
    later = NOW + timedelta(days=30)
    moved = move(known(State.AUTHORIZED), Fact.SCREENING_PASSED, now=later)
    assert moved.authorized_at == NOW


@pytest.mark.parametrize(
    ("state", "fact", "is_live"),
    [
        (State.RECEIVED, Fact.REGISTRATION_SENT, True),
        (State.REGISTERING, Fact.REGISTRATION_UNCLEAR, True),
        (State.REGISTERING, Fact.REGISTRATION_NOT_SENT, False),
        (State.REGISTERING, Fact.REGISTRATION_REFUSED, False),
        (State.REGISTERING, Fact.SCREENING_FAILED, True),
        (State.DECLINED, Fact.CANCELLATION_CONFIRMED, False),
        (State.AUTHORIZED, Fact.CANCELLATION_CONFIRMED, False),
        (State.AUTHORIZED, Fact.APPROVAL_EXPIRED, True),
    ],
)
def test_whether_a_transaction_may_exist_at_the_provider(state, fact, is_live):
    assert move(known(state), fact, now=NOW).is_live is is_live


def test_reasons_end_with_the_hold():
    held = replace(known(State.ON_HOLD), reasons=("番地",))
    assert move(held, Fact.SCREENING_HELD, now=NOW).reasons == ("番地",)
    assert move(held, Fact.SCREENING_PASSED, now=NOW).reasons == ()


def test_a_report_is_kept_until_it_is_taken_back():
    reported = known(State.SHIPMENT_REPORTED)
    changed = move(reported, Fact.SHIPMENT_REPORT_CHANGED, now=NOW)
    assert changed.reported == REPORTED
    taken_back = move(reported, Fact.SHIPMENT_REPORT_CANCELLED, now=NOW)
    assert taken_back.reported is None
