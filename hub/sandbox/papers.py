"""The papers of a merchant's application, and how old each may be (S21).

An original counts for three months from its issue to the day on which it arrives here.
What is still in the applicant's hands therefore ages with the clock; what has arrived
in time does not age any more.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Any, Final

MONTHS: Final = 3
_MONTHS_A_YEAR: Final = 12


@unique
class MerchantKind(StrEnum):
    """Who may join (S4)."""

    CORPORATION = "corporation"
    SOLE_PROPRIETOR = "sole_proprietor"


@unique
class PaperKind(StrEnum):
    """A paper that is sent by post."""

    SERVICE_APPLICATION = "service_application"
    PLEDGE = "pledge"
    REGISTRY_CERTIFICATE = "registry_certificate"
    SEAL_CERTIFICATE = "seal_certificate"
    RESIDENCE_RECORD = "residence_record"
    REPRESENTATIVE_SEAL_CERTIFICATE = "representative_seal_certificate"
    BUSINESS_PROOF = "business_proof"


@unique
class PaperState(StrEnum):
    """How a paper stands on a day."""

    MISSING = "missing"
    READY = "ready"
    STALE = "stale"
    UNDERWAY = "underway"
    ACCEPTED = "accepted"
    TOO_OLD = "too_old"
    NOT_ORIGINAL = "not_original"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A paper that an applicant owes; `months` is the greatest age, 0 for none."""

    kind: PaperKind
    ja: str
    en: str
    months: int = 0
    must_be_original: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper as the applicant has it; `received_on` is empty until it arrives."""

    kind: PaperKind
    issued_on: date
    is_original: bool = True
    arrives_on: date | None = None
    received_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the checklist: what is owed, what is there, how it stands."""

    demand: Demand
    paper: Paper | None
    state: PaperState
    good_until: date | None = None

    @property
    def is_late(self) -> bool:
        """Tell whether a paper on its way will be too old when it arrives."""
        arrives_on = self.paper.arrives_on if self.paper else None
        if self.state is not PaperState.UNDERWAY or not arrives_on:
            return False
        return self.good_until is not None and arrives_on > self.good_until

    def as_json(self) -> dict[str, Any]:
        """Return the line as the control port shows it."""
        paper = self.paper
        return {
            "paper": self.demand.kind,
            "ja": self.demand.ja,
            "en": self.demand.en,
            "max_age_months": self.demand.months or None,
            "must_be_original": self.demand.must_be_original,
            "state": self.state,
            "issued_on": paper.issued_on if paper else None,
            "is_original": paper.is_original if paper else None,
            "good_until": self.good_until,
            "arrives_on": paper.arrives_on if paper else None,
            "received_on": paper.received_on if paper else None,
        }


_SIGNED: Final = (
    Demand(
        kind=PaperKind.SERVICE_APPLICATION,
        ja="サービス申込書",
        en="service application",
        must_be_original=True,
    ),
    Demand(
        kind=PaperKind.PLEDGE,
        ja="重要事項確認書 兼 誓約書(記名・押印)",
        en="confirmation and pledge, signed",
        must_be_original=True,
    ),
)
_CERTIFICATES: Final = {
    MerchantKind.CORPORATION: (
        Demand(
            kind=PaperKind.REGISTRY_CERTIFICATE,
            ja="登記簿謄本または履歴事項全部証明書",
            en="certificate of the commercial register",
            months=MONTHS,
            must_be_original=True,
        ),
        Demand(
            kind=PaperKind.SEAL_CERTIFICATE,
            ja="印鑑証明書",
            en="certificate of the company's seal",
            months=MONTHS,
            must_be_original=True,
        ),
    ),
    MerchantKind.SOLE_PROPRIETOR: (
        Demand(
            kind=PaperKind.RESIDENCE_RECORD,
            ja="代表者の住民票",
            en="the representative's residence record",
            months=MONTHS,
            must_be_original=True,
        ),
        Demand(
            kind=PaperKind.REPRESENTATIVE_SEAL_CERTIFICATE,
            ja="代表者の印鑑証明書",
            en="certificate of the representative's seal",
            months=MONTHS,
            must_be_original=True,
        ),
    ),
}
_PROOF: Final = Demand(
    kind=PaperKind.BUSINESS_PROOF,
    ja="開廃業届または確定申告書の写し",
    en="copy of the business notice or the tax return",
)


def demands(kind: MerchantKind, *, has_proof: bool) -> tuple[Demand, ...]:
    """Return what an applicant owes; `has_proof` where a business notice exists."""
    is_alone = kind is MerchantKind.SOLE_PROPRIETOR
    proof = (_PROOF,) if is_alone and has_proof else ()
    return (*_SIGNED, *_CERTIFICATES[kind], *proof)


def checklist(
    owed: Sequence[Demand], papers: Sequence[Paper], today: date
) -> list[Line]:
    """Return each paper that is owed as it stands on a day."""
    there = {paper.kind: paper for paper in papers}
    return [_line(demand, there.get(demand.kind), today) for demand in owed]


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, the month's last where there is none."""
    years, month = divmod(day.month - 1 + months, _MONTHS_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _line(demand: Demand, paper: Paper | None, today: date) -> Line:
    if not paper:
        return Line(demand=demand, paper=None, state=PaperState.MISSING)
    ends = months_later(paper.issued_on, demand.months) if demand.months else None
    return Line(
        demand=demand,
        paper=paper,
        state=_state(demand, paper, ends, today),
        good_until=ends,
    )


def _state(demand: Demand, paper: Paper, ends: date | None, today: date) -> PaperState:
    is_wrong = demand.must_be_original and not paper.is_original
    if paper.received_on:
        if is_wrong:
            return PaperState.NOT_ORIGINAL
        is_old = ends is not None and paper.received_on > ends
        return PaperState.TOO_OLD if is_old else PaperState.ACCEPTED
    if paper.arrives_on:
        return PaperState.UNDERWAY
    return PaperState.STALE if ends and today > ends else PaperState.READY
