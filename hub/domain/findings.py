"""What our own check says of an order, before anybody else sees it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding: its code in the catalogue, the field, and whether it blocks.

    `detail` holds what differs (a sum, a length), never a person's data.
    """

    code: str
    field: str
    detail: str = ""
    is_blocking: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a field could say instead; `codes` are the findings that it answers.

    It holds personal values, so it is worked out whenever it is shown and never kept.
    """

    field: str
    original: str
    corrected: str
    codes: tuple[str, ...]


def blocking(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that keep an order from being registered."""
    return tuple(finding for finding in findings if finding.is_blocking)
