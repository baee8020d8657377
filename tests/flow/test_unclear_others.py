"""An unclear amendment, cancellation or report recovers by itself, applied once."""

from dataclasses import dataclass
from typing import Any

import pytest

from hub.domain.known import State
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.wire_calls import MODIFY, SHIP
from tests.house import House

KINDS = [
    "applied_unanswered",
    "not_applied_unanswered",
    "garbage",
    "status_503",
    "wrong_id",
]
kinds = pytest.mark.parametrize("kind", KINDS)
AMENDED = order(kind="order.amended", version=2, price=1000)
CHANGED = shipped(kind="shipment.changed", version=2, tracking="444413758714")
TAKEN_BACK = shipped(kind="shipment.cancelled", version=2)


@dataclass(frozen=True)
class Case:
    """What happened before, what then goes wrong, and the end of it at the provider."""

    before: list[dict[str, object]]
    call: str
    then: dict[str, object]
    state: State
    history: list[str]
    amount: int = 4180


CASES = {
    "amend": Case([], MODIFY, AMENDED, State.AUTHORIZED, ["changed"], 2880),
    "cancel": Case([], MODIFY, cancelled(), State.CANCELLED, ["cancelled"]),
    "report": Case([], SHIP, shipped(), State.SHIPMENT_REPORTED, ["reported"]),
    "change report": Case(
        [shipped()],
        SHIP,
        CHANGED,
        State.SHIPMENT_REPORTED,
        ["reported", "report_changed"],
    ),
}
CANCEL_REPORT = Case(
    [shipped()],
    SHIP,
    TAKEN_BACK,
    State.AUTHORIZED,
    ["reported", "report_cancelled"],
)
cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def go_wrong(house: House, case: Case, kind: str, *, times: int = 1) -> None:
    house.hear(order(), *case.before)
    house.fault(case.call, kind, times=times)
    house.hear(case.then)


def calls_of(row: dict[str, Any]) -> list[str]:
    """Return what our calls changed after the registration.

    The company issues an invoice by itself once a wait goes past midnight.
    """
    history = [entry["what"] for entry in row["history"]]
    return [what for what in history[1:] if what != "invoice_issued"]


def without_repeats(history: list[str]) -> list[str]:
    return [what for i, what in enumerate(history) if what not in history[:i]]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (CASES["amend"], "HUB-PROV-301"),
        (CASES["cancel"], "HUB-PROV-302"),
        (CANCEL_REPORT, "HUB-PROV-303"),
        (CASES["report"], "HUB-SHIP-003"),
        (CASES["change report"], "HUB-SHIP-003"),
    ],
    ids=["amend", "cancel", "cancel report", "report", "change report"],
)
def test_a_refused_call_says_what_it_means_of_that_call(
    house: House, case: Case, code: str
) -> None:
    go_wrong(house, case, "ng_without_errors")
    refused = [
        one.reason_code
        for one in house.operations(target="provider")
        if one.state == "refused"
    ]
    assert refused == [code]


@kinds
@cases
def test_it_recovers_by_itself(house: House, case: Case, kind: str) -> None:
    go_wrong(house, case, kind)
    house.wait(minutes=70)
    (one,) = house.ledger()
    assert (house.state(), one["billed_amount"]) == (case.state, case.amount)
    assert house.attention() == ""
    what = calls_of(one)
    # A report is made sure of by changing it to the same values.
    assert without_repeats(what)[: len(case.history)] == case.history


@cases
def test_it_recovers_from_several_failures_in_a_row(house: House, case: Case) -> None:
    go_wrong(house, case, "applied_unanswered", times=3)
    for _ in range(4):
        house.wait(minutes=10)
    assert house.state() is case.state


def test_what_was_applied_is_applied_once(house: House) -> None:
    case = CASES["cancel"]
    go_wrong(house, case, "applied_unanswered")
    house.wait(minutes=10)
    (one,) = house.ledger()
    assert calls_of(one) == case.history


def test_an_hour_without_a_clear_answer_asks_a_person(house: House) -> None:
    go_wrong(house, CASES["amend"], "not_applied_unanswered", times=50)
    house.wait(minutes=5)
    assert house.attention() == ""
    house.wait(minutes=61)
    assert house.attention() == "HUB-PROV-304"


def test_it_ends_with_the_answer(house: House) -> None:
    go_wrong(house, CASES["amend"], "not_applied_unanswered", times=2)
    house.wait(minutes=61)
    house.wait(minutes=10)
    assert house.attention() == ""


def test_an_unclear_report_is_not_reported_twice(house: House) -> None:
    go_wrong(house, CASES["report"], "applied_unanswered")
    house.wait(minutes=10)
    (one,) = house.ledger()
    assert [entry["what"] for entry in one["history"]].count("reported") == 1


def test_a_cancellation_overtakes_an_unclear_amendment(house: House) -> None:
    go_wrong(house, CASES["amend"], "applied_unanswered")
    house.hear(cancelled())
    house.wait(minutes=10)
    (one,) = house.ledger()
    assert (house.state(), one["state"]) == (State.CANCELLED, "CANCELLED")


def test_a_newer_amendment_overtakes_an_unclear_one(house: House) -> None:
    go_wrong(house, CASES["amend"], "applied_unanswered")
    house.hear(order(kind="order.amended", version=3, price=1200))
    house.wait(minutes=10)
    (one,) = house.ledger()
    assert one["billed_amount"] == 3280


def test_an_order_that_is_amended_back_is_told_all_the_same(house: House) -> None:
    go_wrong(house, CASES["amend"], "applied_unanswered")
    house.hear(order(kind="order.amended", version=3))
    house.wait(minutes=10)
    (one,) = house.ledger()
    assert one["billed_amount"] == 4180


def test_an_unclear_report_comes_before_its_parcel_is_taken_back(house: House) -> None:
    go_wrong(house, CASES["report"], "applied_unanswered")
    house.hear(TAKEN_BACK)
    house.wait(minutes=10)
    (one,) = house.ledger()
    assert (house.state(), one["state"]) == (State.AUTHORIZED, "APPROVED")


def test_goods_are_not_released_while_an_amendment_is_unclear(house: House) -> None:
    go_wrong(house, CASES["amend"], "not_applied_unanswered")
    house.hear(shipped())
    assert house.calls().count(SHIP) == 0
    house.wait(minutes=10)
    assert house.state() is State.SHIPMENT_REPORTED
