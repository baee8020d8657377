"""What our check found of an order and what was corrected, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.console.visit import Visit
from hub.console.words import explained
from hub.domain.corrections import RULE, Correction, holds
from hub.domain.findings import Finding, Proposal
from hub.flow.order_story import Story
from hub.flow.own_check import proposals_of
from hub.store import accounts
from hub.text.catalogue import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One finding with its message, and what its field could say instead."""

    finding: Finding
    message: Message | None
    proposals: Sequence[Proposal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """One correction: who made it, "" for the shop's rule, and whether it holds."""

    correction: Correction
    person: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What stands in the two sections of the page."""

    found: Sequence[Found]
    corrected: Sequence[Corrected]


def check_of(visit: Visit, story: Story) -> Check:
    """Return what an order's page says of our check."""
    return Check(found=_found(visit, story), corrected=_corrected(visit, story))


def _found(visit: Visit, story: Story) -> Sequence[Found]:
    findings, told = story.transaction.findings, story.order.wanted.told
    if not findings or told is None:
        return ()
    proposals = proposals_of(visit.parts, story.shop, told)
    return [
        Found(
            finding=finding,
            message=explained(finding.code),
            proposals=[one for one in proposals if _answers(one, finding)],
        )
        for finding in findings
    ]


def _answers(proposal: Proposal, finding: Finding) -> bool:
    field = proposal.field
    is_there = field == finding.field or field.startswith(f"{finding.field}.")
    return finding.code in proposal.codes and is_there


def _corrected(visit: Visit, story: Story) -> Sequence[Corrected]:
    order, corrections = story.order.wanted.order, story.order.wanted.corrections
    if order is None or not corrections:
        return ()
    names = _names(visit, corrections)
    return [
        Corrected(
            correction=one,
            person=names.get(one.source, ""),
            holds=holds(order, one),
        )
        for one in corrections
    ]


def _names(visit: Visit, corrections: Sequence[Correction]) -> Mapping[str, str]:
    people = [one.source for one in corrections if one.source != RULE]
    return visit.parts.store.across.read(lambda across: accounts.names(across, people))
