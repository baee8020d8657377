"""An order that a rule corrects as it comes is told as it was corrected."""

from hub.domain.known import State
from hub.domain.lint_rules import LintRules
from hub.queue import Lane
from tests.flow.test_corrections import EMOJI, registered_name, set_rules
from tests.flow.test_handing_on import Along, claimed
from tests.house import House

BY_ITSELF = LintRules(applied=frozenset({"HUB-WIRE-201"}))


def heard(house: House) -> None:
    """Let a correctable order come to a process that works all lanes."""
    set_rules(house, BY_ITSELF)
    provider = Along()
    house.send(EMOJI)
    claimed(house, Lane.ABSORB, provider)
    provider.go_on()
    house.settle()


def test_what_a_rule_corrected_is_told_corrected(house: House) -> None:
    heard(house)
    assert registered_name(house) == "見本 花子"


def test_what_is_known_to_be_registered_is_what_was_told(house: House) -> None:
    heard(house)
    assert house.known().registered == house.order().wanted.digest
    assert house.state() is State.AUTHORIZED
