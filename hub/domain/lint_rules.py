"""How strict a shop is with our own check, and which proposals it lets apply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from hub.contract.money import Yen


class Severity(StrEnum):
    """What a finding does: nothing, a hint, or it keeps the order from being sent."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


# What a shop may choose, and what holds until it does. A code that the provider
# refuses in any case is not here: it always blocks.
CHOOSABLE: Mapping[str, Severity] = {
    "HUB-ADDR-101": Severity.BLOCK,
    "HUB-ADDR-102": Severity.WARN,
    "HUB-ADDR-201": Severity.WARN,
    "HUB-ADDR-202": Severity.WARN,
    "HUB-ADDR-211": Severity.WARN,
    "HUB-ADDR-212": Severity.WARN,
    "HUB-ADDR-304": Severity.BLOCK,
    "HUB-ADDR-305": Severity.WARN,
    "HUB-NAME-101": Severity.WARN,
    "HUB-NAME-102": Severity.WARN,
    "HUB-TELE-101": Severity.WARN,
    "HUB-TELE-102": Severity.WARN,
    "HUB-FEE-101": Severity.WARN,
    "HUB-DUPE-101": Severity.WARN,
}
# Pickup points and forwarders are excluded by the service (api 7.5), a company-only
# buyer by the shop's own switch.
_FIXED: Mapping[str, Severity] = {
    "HUB-ADDR-301": Severity.BLOCK,
    "HUB-ADDR-302": Severity.BLOCK,
    "HUB-ADDR-303": Severity.BLOCK,
    "HUB-ADDR-306": Severity.BLOCK,
    "HUB-ADDR-307": Severity.BLOCK,
    "HUB-NAME-201": Severity.BLOCK,
}
# The findings whose proposal a shop may let apply by itself. None does by default:
# screening depends on what the buyer wrote, so a change is somebody's decision.
APPLICABLE = (
    "HUB-WIRE-201",
    "HUB-WIRE-202",
    "HUB-WIRE-101",
    "HUB-WIRE-302",
    "HUB-WIRE-303",
    "HUB-WIRE-304",
    "HUB-WIRE-305",
    "HUB-ADDR-201",
    "HUB-ADDR-202",
)
LONGEST_LIST = 50
# Found by the store rather than in the order itself.
TWIN = "HUB-DUPE-101"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRules:
    """What a shop set for the check before registering.

    `fee` is the invoice fee that the shop passes on, tax included (S19); None compares
    nothing. `duplicate_hours` is how far apart two equal orders of one buyer are still
    suspicious, 0 for never. `forwarders` are texts of addresses that the shop knows.
    """

    severities: Mapping[str, Severity] = field(default_factory=dict)
    applied: frozenset[str] = frozenset()
    fee: Yen | None = None
    refuses_companies: bool = False
    duplicate_hours: int = 24
    forwarders: tuple[str, ...] = ()

    def severity(self, code: str) -> Severity:
        """Return what a finding of a code does in this shop."""
        fixed = _FIXED.get(code)
        return fixed or self.severities.get(code) or CHOOSABLE[code]

    def as_document(self) -> dict[str, Any]:
        """Return the rules as they are stored."""
        return {
            "severities": {code: str(one) for code, one in self.severities.items()},
            "applied": sorted(self.applied),
            "fee": None if self.fee is None else int(self.fee),
            "refuses_companies": self.refuses_companies,
            "duplicate_hours": self.duplicate_hours,
            "forwarders": list(self.forwarders),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the rules of a document; what it lacks is as it is by default."""
        fee = document.get("fee")
        severities = document.get("severities", {})
        return cls(
            severities={
                code: Severity(severities[code])
                for code in CHOOSABLE
                if code in severities
            },
            applied=frozenset(document.get("applied", ())) & frozenset(APPLICABLE),
            fee=None if fee is None else Yen(fee),
            refuses_companies=bool(document.get("refuses_companies", False)),
            duplicate_hours=int(document.get("duplicate_hours", 24)),
            forwarders=tuple(document.get("forwarders", ())),
        )
