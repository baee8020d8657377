"""What a cart that waits is answered: every state by every kind."""

from dataclasses import replace

import pytest

from hub.contract.asking import AskKind, AskOutcome
from hub.contract.money import Yen
from hub.domain.asks import is_folded, outcome_of
from hub.domain.known import State
from hub.domain.policy import Mode
from hub.domain.reductions import Charge, Reduction
from tests.domain.specimens import CHEAPER, DIGEST, NOW, ORDER, PARCEL, known, wanted

PAYMENT, CAPTURE, REFUND, VOID = (
    AskKind.PAYMENT,
    AskKind.CAPTURE,
    AskKind.REFUND,
    AskKind.VOID,
)
OUTCOMES = {
    "-": AskOutcome.PENDING,
    "y": AskOutcome.GRANTED,
    "n": AskOutcome.DENIED,
}
# Which columns a row has: the kind, and what the cart wants by then.
COLUMNS = [
    (PAYMENT, wanted()),
    (PAYMENT, wanted(is_cancelled=True)),
    (CAPTURE, wanted()),
    (CAPTURE, wanted(is_cancelled=True)),
    (VOID, wanted(is_cancelled=True)),
    # Nothing of the order is left, or a part is.
    (REFUND, wanted(is_cancelled=True)),
    (REFUND, wanted(order=CHEAPER)),
]
TABLE = {
    State.RECEIVED: "-n -n - --",
    State.INVALID: "-n -n - --",
    State.REGISTERING: "-n -n - --",
    State.REFUSED: "-n -n - --",
    State.UNCLEAR: "-n -n - --",
    State.SCREENING: "-n -n - --",
    State.ON_HOLD: "-n -n - --",
    State.AUTHORIZED: "yn -n - --",
    State.DECLINED: "nn nn y yy",
    State.EXPIRED: "nn nn - --",
    State.SHIPMENT_REPORTED: "yn yn - --",
    State.CANCELLED: "nn nn y yy",
}


def test_every_state_has_a_row():
    assert set(TABLE) == set(State)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_every_state_has_an_outcome_for_every_kind(state, column):
    kind, want = COLUMNS[column]
    expected = OUTCOMES[TABLE[state].replace(" ", "")[column]]
    assert outcome_of(kind, want, known(state), Mode.AUTOMATIC) is expected


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(
    "left", [{"is_expired": True}, {"is_given_up": True}, {"mode": Mode.SHADOW}]
)
def test_a_payment_that_nobody_waits_for_is_denied_in_every_state(state, left):
    options = {"mode": Mode.AUTOMATIC, **left}
    assert outcome_of(PAYMENT, wanted(), known(state), **options) is AskOutcome.DENIED


@pytest.mark.parametrize("kind", [CAPTURE, REFUND, VOID])
def test_what_is_asked_of_a_known_order_does_not_expire(kind):
    want = wanted(order=CHEAPER)
    said = outcome_of(
        kind, want, known(State.AUTHORIZED), Mode.AUTOMATIC, is_expired=True
    )
    assert said is AskOutcome.PENDING


@pytest.mark.parametrize("kind", [CAPTURE, REFUND, VOID])
def test_an_order_that_never_came_is_waited_for_and_then_denied(kind):
    # A cancellation that came first closed its transaction already.
    want = wanted(order=None, is_cancelled=True)
    found = [
        outcome_of(
            kind, want, known(State.CANCELLED), Mode.AUTOMATIC, is_expired=is_expired
        )
        for is_expired in (False, True)
    ]
    assert found == [AskOutcome.PENDING, AskOutcome.DENIED]


@pytest.mark.parametrize("mode", list(Mode))
def test_an_end_that_the_provider_refused_is_denied(mode):
    refused = known(State.AUTHORIZED, refused=frozenset({"cancel"}))
    for kind in (VOID, REFUND):
        end = wanted(is_cancelled=True)
        assert outcome_of(kind, end, refused, mode) is AskOutcome.DENIED


def test_a_refund_is_granted_once_the_provider_holds_what_is_left():
    want = wanted(order=CHEAPER)
    for state in (State.SCREENING, State.AUTHORIZED, State.SHIPMENT_REPORTED):
        held = known(state, registered=want.digest)
        assert outcome_of(REFUND, want, held, Mode.AUTOMATIC) is AskOutcome.GRANTED


def test_a_refund_after_the_report_waits_until_the_report_stands_again():
    want = wanted(PARCEL, order=CHEAPER)
    back = known(State.AUTHORIZED, registered=want.digest, taken_back_at=NOW)
    assert outcome_of(REFUND, want, back, Mode.AUTOMATIC) is AskOutcome.PENDING
    again = replace(
        known(State.SHIPMENT_REPORTED, registered=want.digest), taken_back_at=None
    )
    assert outcome_of(REFUND, want, again, Mode.AUTOMATIC) is AskOutcome.GRANTED


def test_a_report_that_is_not_to_come_again_is_not_waited_for():
    want = wanted(order=CHEAPER)
    back = known(State.AUTHORIZED, registered=want.digest, taken_back_at=NOW)
    assert outcome_of(REFUND, want, back, Mode.AUTOMATIC) is AskOutcome.GRANTED


@pytest.mark.parametrize("kind", [CAPTURE, REFUND])
@pytest.mark.parametrize("refused", [frozenset(), frozenset({"cancel_report"})])
@pytest.mark.parametrize("want", [wanted(PARCEL), wanted(PARCEL, order=CHEAPER)])
def test_nothing_is_granted_or_denied_upon_a_report_in_doubt(kind, refused, want):
    doubt = known(
        State.SHIPMENT_REPORTED,
        registered=wanted(PARCEL).digest,
        refused=refused,
        in_doubt_since=NOW,
    )
    assert outcome_of(kind, want, doubt, Mode.AUTOMATIC) is AskOutcome.PENDING


@pytest.mark.parametrize(
    "key", [f"amend:{wanted(order=CHEAPER).digest}", "cancel_report"]
)
def test_a_refund_that_the_provider_refused_is_denied(key):
    refused = known(State.SHIPMENT_REPORTED, refused=frozenset({key}))
    said = outcome_of(REFUND, wanted(order=CHEAPER), refused, Mode.AUTOMATIC)
    assert said is AskOutcome.DENIED


def test_what_was_refused_of_an_earlier_refund_says_nothing_of_this_one():
    refused = known(State.AUTHORIZED, refused=frozenset({f"amend:{DIGEST}"}))
    said = outcome_of(REFUND, wanted(order=CHEAPER), refused, Mode.AUTOMATIC)
    assert said is AskOutcome.PENDING


def test_a_declined_transaction_bills_nobody_though_its_leftover_stays():
    left = known(State.DECLINED, refused=frozenset({"cancel"}))
    assert left.is_live
    said = outcome_of(VOID, wanted(is_cancelled=True), left, Mode.AUTOMATIC)
    assert said is AskOutcome.GRANTED


def test_a_request_is_answered_for_what_was_folded_alone():
    reductions = (Reduction(reference="r-1", amount=Yen(10)),)
    other = replace(wanted(), reductions=reductions)
    assert not is_folded(REFUND, "r-2", other)
    assert is_folded(REFUND, "r-1", other)
    assert is_folded(REFUND, "r-2", wanted(is_cancelled=True))
    assert not is_folded(VOID, "v-1", wanted())
    assert is_folded(VOID, "v-1", wanted(is_cancelled=True))
    assert is_folded(PAYMENT, "p-1", wanted())
    charges = (Charge(reference="c-1", amount=Yen(10)),)
    assert is_folded(CAPTURE, "c-1", replace(wanted(), charges=charges))
    assert not is_folded(CAPTURE, "c-2", replace(wanted(), charges=charges))


def test_a_part_is_captured_once_the_bill_is_that_part():
    charges = (Charge(reference="c-1", amount=Yen(10)),)
    want = replace(wanted(), charges=charges)
    reported = known(State.SHIPMENT_REPORTED)
    lowered = replace(reported, registered=want.digest)
    refused = replace(reported, refused=frozenset({f"amend:{want.digest}"}))
    said = [
        outcome_of(CAPTURE, want, one, Mode.AUTOMATIC)
        for one in (reported, lowered, refused)
    ]
    assert said == [AskOutcome.PENDING, AskOutcome.GRANTED, AskOutcome.DENIED]


def test_more_than_was_ordered_is_not_captured():
    charges = (Charge(reference="c-1", amount=ORDER.total + 1),)
    want = replace(wanted(), charges=charges)
    reported = known(State.SHIPMENT_REPORTED)
    assert outcome_of(CAPTURE, want, reported, Mode.AUTOMATIC) is AskOutcome.DENIED
