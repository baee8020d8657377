from hub.contract.money import Yen
from hub.domain.lint_rules import APPLICABLE, CHOOSABLE, LintRules, Severity
from hub.text.catalogue import catalogue

CHANGED = LintRules(
    severities={"HUB-ADDR-101": Severity.WARN},
    applied=frozenset({"HUB-WIRE-201"}),
    fee=Yen(330),
    refuses_companies=True,
    duplicate_hours=0,
    forwarders=("成田市例町1-1",),
)


def test_rules_come_back_from_their_document():
    assert LintRules.from_document(CHANGED.as_document()) == CHANGED


def test_what_a_document_lacks_is_as_it_is_by_default():
    assert LintRules.from_document({}) == LintRules()


def test_nothing_is_applied_by_default():
    assert LintRules().applied == frozenset()


def test_a_code_that_always_stops_an_order_cannot_be_turned_off():
    rules = LintRules.from_document({"severities": {"HUB-ADDR-301": "off"}})
    assert rules.severity("HUB-ADDR-301") is Severity.BLOCK
    assert rules.severities == {}


def test_a_proposal_that_nobody_offers_is_not_applied():
    rules = LintRules.from_document({"applied": ["HUB-NAME-101", "HUB-WIRE-202"]})
    assert rules.applied == {"HUB-WIRE-202"}


def test_every_choice_is_explained():
    assert set(CHOOSABLE) | set(APPLICABLE) <= set(catalogue())
