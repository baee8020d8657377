"""A delivery that makes us fail must not keep the others, nor be lost (R9, T-49)."""

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from hub.domain.known import State
from hub.flow.intervene import replay_delivery
from hub.flow.steps import Step
from hub.store import inbox
from tests.flow.conftest import OpenHouse
from tests.flow.specimens import order
from tests.house import House


class Failing:
    """A step that fails while it is told to."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __call__(self, step: Step) -> None:
        if self.error is not None and step is Step.PLANNING:
            raise self.error


@pytest.fixture
def failing() -> Failing:
    return Failing()


@pytest.fixture
def weak(open_house: OpenHouse, failing: Failing) -> Iterator[House]:
    with open_house(step=failing) as opened:
        opened.open()
        yield opened


def outage() -> OperationalError:
    return OperationalError("UPDATE", {}, Exception("the disk is gone"))


def test_a_poison_delivery_is_set_aside_after_five_tries(
    weak: House, failing: Failing
) -> None:
    failing.error = ValueError("our defect")
    weak.send(order())
    for _ in range(8):
        weak.wait(minutes=10)
    (one,) = weak.deliveries()
    assert (one.state, one.reason_code, one.tries) == ("quarantined", "HUB-GEN-001", 5)


def test_a_poison_delivery_is_processed_once_the_defect_is_gone(
    weak: House, failing: Failing
) -> None:
    failing.error = ValueError("our defect")
    weak.send(order())
    for _ in range(8):
        weak.wait(minutes=10)
    failing.error = None
    (one,) = weak.deliveries()
    replay_delivery(weak.parts, weak.merchant_id, one.id, user_id="u" * 26)
    weak.settle()
    assert weak.state() is State.AUTHORIZED


def test_a_defect_that_passes_costs_nothing_but_time(
    weak: House, failing: Failing
) -> None:
    failing.error = ValueError("our defect")
    weak.hear(order())
    failing.error = None
    weak.wait(minutes=1)
    assert weak.state() is State.AUTHORIZED


def test_a_delivery_that_kills_its_process_each_time_is_set_aside(
    house: House,
) -> None:
    house.send(order())
    store = house.parts.store.of(house.merchant_id)
    for _ in range(5):
        claim = partial(inbox.claim, limit=9, now=house.clock.now())
        assert store.write(claim)
        house.move_real(seconds=61)
    house.settle()
    (one,) = house.deliveries()
    assert (one.state, one.reason_code) == ("quarantined", "HUB-GEN-001")


def test_trouble_of_the_database_sets_no_delivery_aside(
    weak: House, failing: Failing
) -> None:
    failing.error = outage()
    weak.send(order())
    with pytest.raises(OperationalError):
        weak.settle()
    (one,) = weak.deliveries()
    assert one.state == "new"
    failing.error = None
    weak.wait(minutes=2)
    assert weak.state() is State.AUTHORIZED
