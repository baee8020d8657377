"""The crash table (reliability 3.10): a real process dies right after a step.

Each row says what is left behind and what the world sees in the end. A step that is
never reached fails its row.
"""

from dataclasses import dataclass

import pytest

from hub.domain.known import State
from hub.flow.steps import Step
from tests.flow.specimens import order, shipped
from tests.house import House


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The expected end of one row."""

    state: State
    at_provider: int
    heard: list[str]


OK = ["screening.ok"]
ONCE = End(state=State.AUTHORIZED, at_provider=1, heard=OK)
# Waits for a person: the cart is told to keep the goods back.
BY_A_PERSON = ["attention.required"]

WEB = {
    Step.BODY_READ: 0,
    Step.INSERTED_UNCOMMITTED: 0,
    Step.DELIVERY_COMMITTED: 1,
    Step.ANSWERED_BEFORE_RING: 1,
    Step.RUNG: 1,
}
WORK = {
    Step.DRAIN_STARTED: ONCE,
    Step.PLANNING: ONCE,
    Step.PLAN_COMMITTED: ONCE,
    Step.LEASED: ONCE,
    Step.SENDING_COMMITTED: End(state=State.UNCLEAR, at_provider=0, heard=BY_A_PERSON),
    Step.BYTES_SENT: End(state=State.UNCLEAR, at_provider=1, heard=BY_A_PERSON),
    Step.ANSWER_SPOOLED: ONCE,
    Step.RESULT_COMMITTED: ONCE,
    Step.CALLBACK_SENT: End(state=State.AUTHORIZED, at_provider=1, heard=OK * 2),
}


def test_every_step_of_the_table_is_tried():
    assert {*WEB, *WORK} == set(Step)


@pytest.mark.parametrize("fatal", WEB)
def test_a_web_process_dies_and_the_cart_sends_again(
    house: House, victims, restart, message_id, fatal
):
    assert victims.post(order(), fatal=fatal, message_id=message_id) == 0
    # What was committed is there although nobody was told so.
    assert len(house.deliveries()) == WEB[fatal]
    again = victims.post(order(), fatal=None, message_id=message_id)
    assert again == (200 if WEB[fatal] else 202)
    restart()
    assert len(house.deliveries()) == 1
    assert_end(house, ONCE)


@pytest.mark.parametrize("fatal", [Step.DELIVERY_COMMITTED, Step.RUNG])
def test_a_committed_order_is_worked_off_though_its_cart_stays_silent(
    house: House, victims, restart, message_id, fatal
):
    victims.post(order(), fatal=fatal, message_id=message_id)
    restart()
    assert_end(house, ONCE)


@pytest.mark.parametrize("fatal", WORK)
def test_a_work_process_dies_with_a_registration(house: House, victims, restart, fatal):
    house.send(order())
    victims.work(fatal)
    restart()
    assert_end(house, WORK[fatal])


# Where the lanes run together, one commit plans and begins: these two lie within it.
TOGETHER = [step for step in WORK if step not in (Step.PLAN_COMMITTED, Step.LEASED)]


@pytest.mark.parametrize("fatal", TOGETHER)
def test_a_process_of_all_lanes_dies_with_a_registration(
    house: House, victims, restart, fatal
):
    house.send(order())
    victims.work(fatal, role="together")
    restart()
    assert_end(house, WORK[fatal])


@pytest.mark.parametrize(
    "fatal",
    [
        Step.LEASED,
        Step.SENDING_COMMITTED,
        Step.BYTES_SENT,
        Step.ANSWER_SPOOLED,
        Step.RESULT_COMMITTED,
    ],
)
def test_a_work_process_dies_with_a_shipment_report(
    house: House, victims, restart, fatal
):
    house.hear(order())
    house.send(shipped())
    victims.work(fatal)
    restart()
    assert house.state() is State.SHIPMENT_REPORTED
    (one,) = house.ledger()
    assert one["state"] == "SHIPPED"
    assert house.cart.kinds == ["screening.ok", "shipping.accepted"]


def test_a_cart_that_hears_twice_knows_it_by_the_id(house: House, victims, restart):
    house.send(order())
    victims.work(Step.CALLBACK_SENT)
    restart()
    first, second = house.cart.ids
    assert first == second


def assert_end(house: House, end: End) -> None:
    assert house.state() is end.state
    assert len(house.ledger()) == end.at_provider
    assert house.cart.kinds == end.heard
