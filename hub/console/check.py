"""What our check found of an order and what was corrected, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.console.visit import Visit
from hub.console.words import explained
from hub.contract.order import Order
from hub.domain.corrections import RULE, Correction, holds, text_at
from hub.domain.findings import Finding, Proposal
from hub.domain.known import State
from hub.flow.order_story import Story
from hub.flow.own_check import proposals_of
from hub.store import accounts
from hub.text.catalogue import Message
from hub.text.postal import normal_postal_code
from hub.text.postal_places import region_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One finding with its message, and what its field could say instead.

    `region` is where a postal code belongs that does not fit its address.
    """

    finding: Finding
    message: Message | None
    proposals: Sequence[Proposal]
    region: str = ""


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


def standing(story: Story) -> Sequence[Finding]:
    """Return the findings that still ask for something.

    What could keep an order from being authorized says nothing once its goods are
    reported, unless a later change of it is held back.
    """
    known = story.known
    is_held = bool(known.invalid) and known.invalid == story.order.wanted.digest
    is_over = known.state is State.SHIPMENT_REPORTED and not is_held
    return () if is_over else story.transaction.findings


def _found(visit: Visit, story: Story) -> Sequence[Found]:
    findings, told = standing(story), story.order.wanted.told
    if not findings or told is None:
        return ()
    proposals = proposals_of(visit.parts, story.shop, told)
    return [
        Found(
            finding=finding,
            message=explained(finding.code),
            proposals=[one for one in proposals if _answers(one, finding)],
            region=region_said(told, finding),
        )
        for finding in findings
    ]


def region_said(order: Order, finding: Finding) -> str:
    """Return `530-0001 = 大阪府` for a postal code of another region, else ""."""
    if finding.code != "HUB-ADDR-211":
        return ""
    code = normal_postal_code(text_at(order, finding.field) or "")
    return f"{code} = {region_of(code)}"


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
