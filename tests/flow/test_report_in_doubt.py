"""Nobody answered whether a shipment report was taken back, or changed."""

import pytest

from hub.domain.known import Known, State
from hub.flow import intervene
from hub.flow.accepted import Question
from hub.flow.intervene import InterventionError
from hub.flow.outcomes import outcome_of
from hub.provider.port import Operation, Refused
from tests.domain.specimens import NOW
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.test_outcome_table import sent
from tests.flow.test_unclear_others import (
    AMENDED,
    CANCEL_REPORT,
    CHANGED,
    TAKEN_BACK,
    calls_of,
    go_wrong,
    kinds,
)
from tests.flow.wire_calls import MODIFY, SHIP
from tests.house import House


def say(house: House, *, is_gone: bool) -> None:
    """Say as a person what the provider's screen shows of the report."""
    intervene.settle_report(
        house.parts,
        house.merchant_id,
        house.transaction().id,
        is_gone=is_gone,
        typed_number="A-1001",
        user_id="somebody",
    )
    house.settle()


@kinds
def test_a_report_that_may_be_gone_is_not_counted_as_gone(
    house: House, kind: str
) -> None:
    go_wrong(house, CANCEL_REPORT, kind)
    house.wait(minutes=10)
    (one,) = house.ledger()
    assert one["state"] == "APPROVED"
    if house.state() is not State.AUTHORIZED:
        # The first call was applied, so that the second was refused.
        assert house.attention() == "HUB-PROV-305"
        assert house.operations(target="provider")[-1].reason_code == "HUB-PROV-305"
        say(house, is_gone=True)
    assert (house.state(), house.attention()) == (State.AUTHORIZED, "")
    assert calls_of(one) == CANCEL_REPORT.history


def test_a_report_that_a_person_finds_standing_stays(house: House) -> None:
    house.hear(order(), shipped())
    house.fault(SHIP, "not_applied_unanswered")
    house.fault(SHIP, "ng_without_errors")
    house.hear(TAKEN_BACK)
    house.wait(minutes=10)
    assert house.attention() == "HUB-PROV-305"
    say(house, is_gone=False)
    assert (house.state(), house.attention()) == (
        State.SHIPMENT_REPORTED,
        "HUB-PROV-303",
    )
    with pytest.raises(InterventionError):
        say(house, is_gone=True)


@pytest.mark.parametrize(
    ("change", "back"),
    [
        (AMENDED, order(kind="order.amended", version=3)),
        (TAKEN_BACK, shipped(version=3)),
    ],
    ids=["amended back", "shipped again"],
)
def test_a_change_that_is_taken_back_leaves_no_report_in_doubt(
    house: House, change: dict[str, object], back: dict[str, object]
) -> None:
    """Its report was taken back unanswered: nothing is wanted, and nobody is paid."""
    house.hear(order(), shipped())
    house.fault(SHIP, "applied_unanswered")
    house.hear(change)
    house.hear(back)
    house.wait(minutes=90)
    assert house.ledger()[0]["state"] == "APPROVED"
    assert house.attention() == "HUB-PROV-305"
    say(house, is_gone=True)
    house.wait(minutes=10)
    assert (house.state(), house.attention()) == (State.SHIPMENT_REPORTED, "")
    (held,) = house.ledger()
    assert (held["state"], held["billed_amount"]) == ("SHIPPED", 4180)


def test_no_call_is_made_about_a_report_in_doubt(house: House) -> None:
    """Another number, and an order amended to and fro, waited for in vain before."""
    back = order(kind="order.amended", version=3)
    house.hear(order(), shipped())
    house.fault(SHIP, "applied_unanswered")
    house.hear(AMENDED, CHANGED, back)
    house.wait(minutes=90)
    asked = house.calls().count(SHIP)
    house.hear(order(kind="order.amended", version=4, price=1200), back)
    house.hear(shipped(kind="shipment.changed", version=5, tracking="444413758725"))
    assert (house.attention(), house.calls().count(SHIP)) == ("HUB-PROV-305", asked)
    say(house, is_gone=True)
    house.wait(minutes=10)
    (held,) = house.ledger()
    assert (held["state"], held["billed_amount"]) == ("SHIPPED", 3280)
    assert (held["tracking_number"], house.attention()) == ("444413758725", "")


def test_a_refused_cancellation_leaves_the_report_in_doubt(house: House) -> None:
    house.hear(order(), shipped())
    house.fault(SHIP, "applied_unanswered")
    house.hear(AMENDED)
    house.wait(minutes=90)
    house.fault(MODIFY, "ng_without_errors")
    house.hear(cancelled())
    assert house.state() is State.SHIPMENT_REPORTED
    # Goods are out, which is more pressing, and the question is shown all the same.
    assert house.attention() == "HUB-SHIP-001"
    assert house.known().in_doubt_since is not None
    say(house, is_gone=True)
    assert house.state() is State.AUTHORIZED
    assert house.ledger()[0]["state"] == "APPROVED"


def told(house: House) -> list[tuple[str, str]]:
    """Return what the cart was told: the kind, and the answer to 発送していい?."""
    return [(one["type"], one["may_ship"]) for one in house.cart.heard]


def test_a_cart_is_told_of_a_doubt_and_of_its_end(house: House) -> None:
    house.hear(order(), shipped())
    house.fault(SHIP, "not_applied_unanswered")
    house.fault(SHIP, "ng_without_errors")
    house.hear(TAKEN_BACK)
    before = len(told(house))
    house.wait(minutes=10)
    assert told(house)[before:] == [("transaction.changed", "check")]
    say(house, is_gone=False)
    assert told(house)[before + 1 :] == [("transaction.changed", "yes")]


def test_no_cart_is_told_that_an_unanswered_change_was_accepted(house: House) -> None:
    house.hear(order(), shipped())
    before = len(told(house))
    house.fault(SHIP, "not_applied_unanswered")
    house.fault(SHIP, "ng_without_errors")
    house.hear(CHANGED)
    assert told(house)[before:] == []
    house.wait(minutes=10)
    assert [kind for kind, _ in told(house)[before:]] == ["shipping.rejected"]
    house.hear(shipped(kind="shipment.changed", version=3))
    assert told(house)[-1] == ("shipping.accepted", "yes")


@pytest.mark.parametrize("kind", ["applied_unanswered", "not_applied_unanswered"])
def test_a_number_that_is_changed_back_is_told_all_the_same(
    house: House, kind: str
) -> None:
    house.hear(order(), shipped())
    house.fault(SHIP, kind)
    house.fault(SHIP, "ng_without_errors")
    house.hear(CHANGED)
    house.wait(minutes=10)
    assert house.attention() == "HUB-SHIP-003"
    house.hear(shipped(kind="shipment.changed", version=3))
    (held,) = house.ledger()
    assert held["tracking_number"] == "444413758703"
    assert (house.state(), house.attention()) == (State.SHIPMENT_REPORTED, "")
    reported = house.known().reported
    assert reported is not None
    assert reported.is_certain


@pytest.mark.parametrize("state", [State.AUTHORIZED, State.CANCELLED])
def test_a_late_refusal_casts_no_doubt_where_no_report_is_left(state: State) -> None:
    question = Question(
        operation=sent(Operation.CANCEL_SHIPMENT_REPORT),
        known=Known(state=state),
        business_now=NOW,
        first_unclear_at=NOW,
    )
    found = outcome_of(question, Refused(errors=())).known
    assert found.in_doubt_since is None
