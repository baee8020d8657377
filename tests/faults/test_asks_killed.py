"""A process dies while a cart waits: its answer comes all the same, and once."""

from dataclasses import dataclass

import pytest

from hub.contract.asking import AskKind
from hub.domain.known import State
from hub.flow.steps import Step
from tests.faults.conftest import Victims
from tests.flow.herons import ask, heron_house, stored, told
from tests.house import House


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What the cart was told last, and what is at the provider."""

    answer: str
    state: State = State.AUTHORIZED
    at_provider: int = 1


GRANTED = End(answer="granted")
ENDS = {
    Step.PLANNING: GRANTED,
    # Whether it was registered, a person finds out; the buyer is told that it takes
    # its time.
    Step.BYTES_SENT: End(answer="pending", state=State.UNCLEAR),
    Step.ANSWER_SPOOLED: GRANTED,
    Step.RESULT_COMMITTED: GRANTED,
    Step.CALLBACK_SENT: GRANTED,
}


@pytest.fixture
def nest(house: House) -> House:
    return heron_house(house)


@pytest.mark.parametrize("fatal", ENDS)
def test_a_process_that_dies_while_a_cart_waits_loses_no_answer(
    nest: House, fatal: Step
) -> None:
    ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    Victims(nest, connectors=["heron"]).work(fatal, role="together")
    for _ in range(2):
        nest.wait(seconds=200)
    end = ENDS[fatal]
    assert (nest.state(), stored(nest).told) == (end.state, end.answer)
    assert told(nest)[-1] == {"pay-1": end.answer}
    # Told twice where the process died before it could note that: under one id.
    assert len({one["id"] for one in nest.cart.heard}) == 1
    assert len(nest.ledger("A-1001")) == end.at_provider


def test_an_end_that_was_asked_for_survives_its_process(nest: House) -> None:
    ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    nest.settle()
    ask(nest, AskKind.VOID, "void-1")
    Victims(nest, connectors=["heron"]).work(Step.RESULT_COMMITTED, role="together")
    nest.wait(seconds=200)
    assert (nest.state(), told(nest)[-1]) == (State.CANCELLED, {"void-1": "granted"})
    assert [one["state"] for one in nest.ledger("A-1001")] == ["CANCELLED"]
