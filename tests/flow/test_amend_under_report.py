"""What an amendment's answer means while a report stands (api no. 12)."""

import pytest

from hub.domain.known import State
from hub.flow.accepted import Question
from hub.flow.outcomes import Outcome, outcome_of
from hub.provider.port import Accepted, Operation, ProviderAnswer, Screened, Verdict
from hub.provider.profile import Profile
from tests.flow.conftest import OpenHouse
from tests.flow.specimens import order, shipped
from tests.flow.test_outcome_table import ID, NOW, REPORTED, known_in, sent
from tests.flow.wire_calls import MODIFY, REGISTER, SHIP

OUT = known_in(State.SHIPMENT_REPORTED)


def screened(verdict: Verdict) -> Screened:
    return Screened(verdict=verdict, provider_transaction_id=ID)


def answered(answer: ProviderAnswer, *, amends_after_report: bool = True) -> Outcome:
    question = Question(
        operation=sent(Operation.AMEND),
        known=OUT,
        business_now=NOW,
        amends_after_report=amends_after_report,
    )
    return outcome_of(question, answer)


@pytest.mark.parametrize(
    "answer", [Accepted(provider_transaction_id=ID), screened(Verdict.PASSED)]
)
def test_a_change_that_is_taken_leaves_the_report_standing(
    answer: ProviderAnswer,
) -> None:
    known = answered(answer).known
    assert (known.state, known.reported) == (State.SHIPMENT_REPORTED, REPORTED)
    assert (known.registered, known.amount) == ("after", 4180)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.STARTED, State.SCREENING),
        (Verdict.HELD, State.ON_HOLD),
        (Verdict.FAILED, State.DECLINED),
    ],
)
def test_a_new_screening_takes_the_report_with_it(
    verdict: Verdict, state: State
) -> None:
    known = answered(screened(verdict)).known
    assert (known.state, known.reported, known.taken_back_at) == (state, None, NOW)


@pytest.mark.parametrize("verdict", Verdict)
def test_without_the_setting_such_an_answer_is_odd(verdict: Verdict) -> None:
    outcome = answered(screened(verdict), amends_after_report=False)
    assert outcome.is_out_of_order
    assert outcome.known == OUT


def test_a_wrong_belief_changes_nothing_and_asks_a_person(
    open_house: OpenHouse,
) -> None:
    # Our sandbox refuses it, as Paygent does.
    with open_house(profile=Profile(amends_after_report=True)) as house:
        house.open()
        house.hear(order(), shipped())
        house.hear(order(kind="order.amended", version=2, price=1000))
        assert house.calls() == [REGISTER, SHIP, MODIFY]
        (one,) = house.ledger()
        assert (one["state"], one["billed_amount"]) == ("SHIPPED", 4180)
        assert house.state() is State.SHIPMENT_REPORTED
        assert house.attention() == "HUB-PROV-301"
