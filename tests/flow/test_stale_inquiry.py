"""An answer about the order as it was says nothing of the order as it is."""

from collections.abc import Callable
from typing import Any

from hub.domain.known import State
from hub.provider.port import Exchange, Operation, PreparedCall
from tests.flow.specimens import order
from tests.house import House, same_parts


class Overtaken:
    """A provider whose answers to inquiries arrive after something else happened."""

    def __init__(self, provider: Any, happen: Callable[[], None]) -> None:
        self._provider = provider
        self._happen: list[Callable[[], None]] = [happen]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    def send(self, call: PreparedCall, **options: Any) -> Exchange:
        exchange: Exchange = self._provider.send(call, **options)
        if call.operation is Operation.INQUIRE and self._happen:
            self._happen.pop()()
        return exchange


def test_an_ok_that_an_amendment_has_overtaken_authorizes_nothing(
    house: House,
) -> None:
    house.hear(order(name="見本審査中"))
    assert house.state() is State.SCREENING

    def amend() -> None:
        amended = order(kind="order.amended", version=2, name="見本目視")
        house.hear(amended)

    slow = same_parts(house, provider=Overtaken(house.parts.provider, amend))
    slow.wait(seconds=2)
    (one,) = house.ledger()
    assert (house.state(), one["state"]) == (State.SCREENING, "REVIEW")


def test_the_overtaken_question_is_asked_again(house: House) -> None:
    house.hear(order(name="見本審査中"))

    def amend() -> None:
        house.hear(order(kind="order.amended", version=2, name="見本審査中", price=900))

    slow = same_parts(house, provider=Overtaken(house.parts.provider, amend))
    slow.wait(seconds=2)
    assert house.state() is State.AUTHORIZED
