"""Whatever is wanted: carrying out the plan, again and again, comes to an end."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.contract.events import OrderAmended, OrderCancelled, version_of
from hub.contract.money import Yen
from hub.domain.known import Fact, Known, ReportedParcel, State, move
from hub.domain.order_kind_policy import (
    KindPolicy,
    OnDeclined,
    OnHold,
    RegisterTime,
)
from hub.domain.parcel_rules import ParcelRules, ReportWhen
from hub.domain.plan import (
    Amend,
    Cancel,
    CancelShipmentReport,
    Effect,
    Register,
    ReportShipment,
    plan,
)
from hub.domain.policy import Mode, Policy
from hub.domain.wanted import Wanted, fold
from tests.domain.specimens import NOW, ORDER, PARCEL, REPORTED, placed, shipped

LONGEST_CHAIN = 4


def carried_out(known: Known, effect: Effect, verdict: Fact) -> Known:
    """Return what is known once the provider confirmed an effect."""
    match effect:
        case Register():
            sent = move(known, Fact.REGISTRATION_SENT, now=NOW)
            known = move(sent, verdict, now=NOW)
            return replace(known, registered=effect.digest)
        case Amend():
            known = move(known, Fact.AMENDMENT_ACCEPTED, now=NOW)
            return replace(known, registered=effect.digest)
        case Cancel():
            return move(known, Fact.CANCELLATION_CONFIRMED, now=NOW)
        case CancelShipmentReport():
            return move(known, Fact.SHIPMENT_REPORT_CANCELLED, now=NOW)
        case ReportShipment():
            fact = (
                Fact.SHIPMENT_REPORT_CHANGED
                if effect.is_change
                else Fact.SHIPMENT_REPORTED
            )
            report = ReportedParcel(
                parcel_number=effect.parcel_number,
                carrier_code=effect.carrier_code,
                tracking_number=effect.tracking_number,
                expected_issue_on=REPORTED.expected_issue_on,
            )
            return replace(move(known, fact, now=NOW), reported=report)


def amended(amount, version):
    line = replace(ORDER.lines[0], unit_price=Yen(amount), quantity=1)
    order = replace(ORDER, lines=(line,), total=Yen(amount))
    return OrderAmended(order=order, version=version_of(version), occurred_at=NOW)


AMENDMENTS = st.builds(amended, st.integers(1, 3), st.integers(1, 5))
PARCELS = st.builds(
    replace,
    st.just(PARCEL),
    number=st.sampled_from(["S-1", "S-2"]),
    carrier=st.sampled_from(["ヤマト運輸", "佐川急便", "日本郵便", "赤帽"]),
    tracking_number=st.sampled_from(
        [
            "444413758703",
            "512547514334",
            "000000",
            "444413758703,444413758714",
        ]
    ),
    is_cancelled=st.booleans(),
    is_final=st.booleans(),
)
EVENTS = st.lists(
    st.one_of(
        st.builds(placed, version=st.integers(0, 5)),
        AMENDMENTS,
        st.just(OrderCancelled(order_number="A-1001", occurred_at=NOW)),
        st.builds(shipped, PARCELS, st.integers(1, 5)),
    ),
    max_size=6,
)
POLICIES = st.builds(
    Policy,
    mode=st.sampled_from(Mode),
    is_released=st.booleans(),
    is_before_cutover=st.booleans(),
    kind=st.builds(
        KindPolicy,
        registers=st.sampled_from(RegisterTime),
        on_declined=st.sampled_from(OnDeclined),
        on_hold=st.sampled_from(OnHold),
    ),
    parcels=st.builds(
        ParcelRules,
        report_when=st.sampled_from(ReportWhen),
        unsaid_is_all=st.booleans(),
    ),
)
ANSWERS = st.sampled_from(
    [
        Fact.SCREENING_PASSED,
        Fact.SCREENING_FAILED,
        Fact.SCREENING_STARTED,
        Fact.SCREENING_HELD,
    ]
)


def settled(wanted, known, policy, verdict, now=NOW):
    """Carry out the plan until there is none; fail where it does not end."""
    for _ in range(LONGEST_CHAIN + 1):
        effect = plan(wanted, known, policy, now=now)
        if effect is None:
            return known
        known = carried_out(known, effect, verdict)
    raise AssertionError("the plan does not come to an end")


@given(st.lists(st.tuples(EVENTS, ANSWERS), min_size=1, max_size=3), POLICIES)
def test_the_plan_comes_to_an_end_and_then_plans_nothing(rounds, policy):
    wanted, known = Wanted(), Known()
    for events, verdict in rounds:
        for event in events:
            wanted = fold(wanted, event)
        known = settled(wanted, known, policy, verdict)
        assert plan(wanted, known, policy, now=NOW) is None


@given(EVENTS, EVENTS)
def test_the_end_is_what_the_cart_wants(before, after):
    wanted, known = Wanted(), Known()
    for events in (before, after):
        for event in events:
            wanted = fold(wanted, event)
        known = settled(wanted, known, Policy(), Fact.SCREENING_PASSED)
    if wanted.is_cancelled:
        assert not known.is_live
    elif wanted.order is not None:
        assert known.registered == wanted.digest
        assert known.state in (State.AUTHORIZED, State.SHIPMENT_REPORTED)


@given(EVENTS)
def test_nothing_is_reported_before_it_is_authorized(events):
    wanted = Wanted()
    for event in events:
        wanted = fold(wanted, event)
    for state in set(State) - {State.AUTHORIZED, State.SHIPMENT_REPORTED}:
        effect = plan(wanted, Known(state=state, is_live=True), Policy(), now=NOW)
        assert not isinstance(effect, ReportShipment)


@given(EVENTS)
def test_an_expired_authorization_is_never_reported(events):
    wanted = Wanted()
    for event in events:
        wanted = fold(wanted, event)
    authorized = Known(state=State.AUTHORIZED, is_live=True, authorized_at=NOW)
    late = NOW + timedelta(days=100)
    effect = plan(wanted, authorized, Policy(), now=late)
    assert not isinstance(effect, ReportShipment)
