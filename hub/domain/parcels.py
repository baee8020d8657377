"""Parcels of an order: which one is reported, when, and as what (api 5, S8).

The provider takes one report for a transaction, and an order may leave in many parcels.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ReportWhen(StrEnum):
    """When the single report of an order is sent, and with which parcel's number."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


REPORT_WHEN_LABELS_JA = {
    ReportWhen.FIRST: "最初の荷物が出たとき、その番号で",
    ReportWhen.LAST: "すべての荷物が出たとき、最後に出た荷物の番号で",
    ReportWhen.ALL: "すべての荷物が出たとき、最初に出た荷物の番号で",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRules:
    """What a shop set for its parcels.

    `unsaid_is_all` takes what has left as the whole order where the cart tells neither
    how many parcels there are nor which is the last.
    """

    report_when: ReportWhen = ReportWhen.FIRST
    unsaid_is_all: bool = False

    def as_document(self) -> dict[str, Any]:
        """Return the rules as JSON."""
        return {
            "report_when": self.report_when.value,
            "unsaid_is_all": self.unsaid_is_all,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "ParcelRules":
        """Return the rules of a document; a missing key has its default."""
        return cls(
            report_when=ReportWhen(document.get("report_when", ReportWhen.FIRST)),
            unsaid_is_all=bool(document.get("unsaid_is_all")),
        )
