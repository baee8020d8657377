"""What processes leave behind that die, stall or come too late (I-17 to I-19)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest

from hub.domain.known import State
from hub.flow.intervene import register_again
from hub.flow.steps import Step
from hub.flow.sweep import sweep
from hub.store import attempts
from tests.flow.conftest import OpenHouse
from tests.flow.specimens import order, shipped
from tests.flow.wire_calls import SHIP
from tests.house import House
from tests.work_off import work_off

REGISTER = "transaction.do"
# Longer than the lease of a call.
LEASE_OVER = {"seconds": 200}


class DeathError(Exception):
    """The process ends here, as far as the books can tell."""


class Fatal:
    """A step that ends the work of a thread once."""

    def __init__(self) -> None:
        self.at: Step | None = None

    def __call__(self, step: Step) -> None:
        if step is self.at:
            self.at = None
            raise DeathError


@pytest.fixture
def fatal() -> Fatal:
    return Fatal()


@pytest.fixture
def mortal(open_house: OpenHouse, fatal: Fatal) -> Iterator[House]:
    with open_house(step=fatal) as opened:
        opened.open()
        yield opened


def die(house: House, fatal: Fatal, step: Step) -> None:
    fatal.at = step
    with pytest.raises(DeathError):
        house.settle()


@contextmanager
def while_answering(house: House, operation: str) -> Iterator[None]:
    """Do something while the provider has a call and has not answered it."""
    house.fault(operation, "delay", seconds=1.5)
    calling = threading.Thread(target=work_off, args=(house.parts,))
    calling.start()
    house_is_sending = partial(is_sending, house)
    wait_for(house_is_sending)
    yield
    calling.join()


def is_sending(house: House) -> bool:
    return "sending" in [one.state for one in house.operations(target="provider")]


def wait_for(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it never came to be")


def begun(house: House) -> None:
    """Let an order come as far as its planned registration."""
    from hub.flow.absorb import absorb
    from hub.store import inbox

    house.send(order())
    now = house.clock.now()
    store = house.parts.store.of(house.merchant_id)
    for row in store.write(lambda scope: inbox.claim(scope, limit=9, now=now)):
        absorb(house.parts, row)


def test_an_answer_that_comes_after_its_lease_makes_the_registration_clear(
    house: House,
) -> None:
    begun(house)
    with while_answering(house, REGISTER):
        house.move_real(**LEASE_OVER)
        sweep(house.parts)
        assert house.state() is State.UNCLEAR
    assert house.state() is State.AUTHORIZED
    assert [one.state for one in house.operations(target="provider")] == ["done"]


def test_a_late_answer_does_not_undo_what_a_person_decided(house: House) -> None:
    begun(house)
    first = house.transaction()
    with while_answering(house, REGISTER):
        house.move_real(**LEASE_OVER)
        sweep(house.parts)
        register_again(
            house.parts,
            house.merchant_id,
            first.id,
            typed_number="A-1001",
            user_id="u" * 26,
        )
    house.settle()
    assert house.transaction().provider_order_number == "A-1001-2"
    tried = house.read(lambda scope: attempts.of_transaction(scope, first.id))
    # The person's doubt had a reason, and the answer is kept to show it.
    (one,) = [one for one in tried if one.target == "provider"]
    assert (one.state, b"<result>OK" in one.answer) == ("unclear", True)


def test_a_late_answer_of_a_report_changes_nothing_twice(house: House) -> None:
    house.hear(order())
    house.send(shipped())
    with while_answering(house, SHIP):
        house.move_real(**LEASE_OVER)
        sweep(house.parts)
    house.wait(minutes=10)
    assert house.state() is State.SHIPMENT_REPORTED
    assert house.cart.kinds == ["screening.ok", "shipping.accepted"]


def test_a_spooled_answer_is_stored_without_waiting_for_the_lease(
    mortal: House, fatal: Fatal
) -> None:
    mortal.send(order())
    die(mortal, fatal, Step.ANSWER_SPOOLED)
    mortal.wait(seconds=11)
    assert mortal.state() is State.AUTHORIZED
    assert list((mortal.parts.config.data_dir / "spool").iterdir()) == []


def test_a_spooled_answer_makes_an_unclear_registration_clear(
    mortal: House, fatal: Fatal
) -> None:
    mortal.send(order())
    die(mortal, fatal, Step.ANSWER_SPOOLED)
    (kept,) = (mortal.parts.config.data_dir / "spool").iterdir()
    elsewhere = kept.rename(mortal.parts.config.data_dir / kept.name)
    mortal.wait(**LEASE_OVER)
    assert mortal.state() is State.UNCLEAR
    elsewhere.rename(kept)
    mortal.wait(seconds=11)
    assert mortal.state() is State.AUTHORIZED


def test_a_spooled_answer_that_was_changed_is_not_believed(
    mortal: House, fatal: Fatal
) -> None:
    mortal.send(order())
    die(mortal, fatal, Step.ANSWER_SPOOLED)
    (kept,) = (mortal.parts.config.data_dir / "spool").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    mortal.wait(**LEASE_OVER)
    assert mortal.state() is State.UNCLEAR


def test_a_spooled_answer_of_a_strange_attempt_is_left_alone(house: House) -> None:
    house.parts.spool.keep("a" * 26, "b" * 26, b"<response/>")
    house.wait(seconds=11)
    assert len(list((house.parts.config.data_dir / "spool").iterdir())) == 1


def test_an_authorization_does_not_end_while_its_report_is_on_the_way(
    house: House,
) -> None:
    house.hear(order())
    house.clock.business += timedelta(days=89)
    house.control("/sandbox/clock", hours=89 * 24)
    house.clock.business -= timedelta(days=2)
    house.send(shipped())
    with while_answering(house, SHIP):
        house.clock.business += timedelta(days=2)
        sweep(house.parts)
        assert house.state() is State.AUTHORIZED
    assert house.state() is State.SHIPMENT_REPORTED


def test_sweeps_of_many_processes_take_a_lease_back_once(
    mortal: House, fatal: Fatal
) -> None:
    mortal.hear(order())
    mortal.send(shipped())
    die(mortal, fatal, Step.SENDING_COMMITTED)
    mortal.move_real(**LEASE_OVER)
    threads = [threading.Thread(target=sweep, args=(mortal.parts,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first = mortal.transaction().id
    tried = mortal.read(lambda scope: attempts.of_transaction(scope, first))
    assert [one.state for one in tried if one.target == "provider"] == [
        "done",
        "unclear",
    ]
    mortal.wait(minutes=10)
    assert mortal.state() is State.SHIPMENT_REPORTED


def test_a_process_that_dies_each_time_waits_longer_each_time(
    mortal: House, fatal: Fatal
) -> None:
    mortal.send(order())
    for _ in range(6):
        die(mortal, fatal, Step.LEASED)
        mortal.move_real(seconds=600)
        sweep(mortal.parts)
        mortal.move_real(seconds=600)
    mortal.settle()
    (one,) = mortal.operations(target="provider")
    assert (one.state, one.tries) == ("done", 7)
