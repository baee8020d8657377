"""A merchant's application: what was asked for, how it stands, what holds it up (S21).

Pure steps: each returns the application as it is afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Final, Self

import orjson

from hub.sandbox.papers import (
    Line,
    MerchantKind,
    Paper,
    PaperKind,
    PaperState,
    checklist,
    demands,
)
from hub.sandbox.records import Entry

EARLIEST_START: Final = timedelta(weeks=2)


@unique
class Stage(StrEnum):
    """Where an application stands."""

    PAPERS = "papers"
    REVIEW = "review"
    ASKED = "asked"
    DECLINED = "declined"
    APPROVED = "approved"
    STARTED = "started"


OPEN: Final = (Stage.PAPERS, Stage.REVIEW, Stage.ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the applicant filled in; amounts in yen with tax, days in Japan."""

    kind: MerchantKind
    company: str
    representative: str
    person: str
    email: str
    tel: str
    postal_code: str
    address: str
    shop_name: str
    shop_url: str
    goods: str
    excludes_restricted: bool = False
    has_proof: bool = False
    plan: str
    cycle: int
    expected_yen: int
    contacted_on: date
    wished_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application with its papers and everything that happened to it."""

    no: int = 0
    form: Form
    stage: Stage
    applied_at: datetime
    papers: tuple[Paper, ...] = ()
    reason: str = ""
    starts_on: date | None = None
    shop_code: str = ""
    history: tuple[Entry, ...] = ()

    @property
    def application_id(self) -> str:
        """Return the number under which the application goes."""
        return f"M{self.no:06d}"

    @property
    def is_open(self) -> bool:
        """Tell whether papers and corrections are still taken."""
        return self.stage in OPEN

    @property
    def earliest_on(self) -> date:
        """Return the earliest first day: two weeks after the first contact (S21)."""
        return self.form.contacted_on + EARLIEST_START

    def first_day(self, today: date) -> date:
        """Return the first day if the application were approved today."""
        return max(self.earliest_on, self.form.wished_on or today, today)

    def checklist(self, today: date) -> list[Line]:
        """Return each paper that is owed as it stands on a day."""
        owed = demands(self.form.kind, has_proof=self.form.has_proof)
        return checklist(owed, self.papers, today)

    def with_papers(self, papers: Sequence[Paper]) -> Self:
        """Return the application with some papers, each in the place of its older."""
        there = {paper.kind: paper for paper in (*self.papers, *papers)}
        return replace(self, papers=tuple(there.values()))

    def without(self, kinds: Sequence[PaperKind]) -> Self:
        """Return the application without some papers."""
        kept = tuple(paper for paper in self.papers if paper.kind not in kinds)
        return replace(self, papers=kept)

    def moved(self, at: datetime, what: str, detail: str = "", **changes: Any) -> Self:
        """Return this application changed, with a line added to its history."""
        entry = Entry(at=at, what=what, detail=detail)
        return replace(self, history=(*self.history, entry), **changes)

    def settled(self, today: date) -> Self:
        """Return the application on the reviewer's desk where no paper is missing."""
        if not self.is_open:
            return self
        lines = self.checklist(today)
        if all(line.state is PaperState.ACCEPTED for line in lines):
            return replace(self, stage=Stage.REVIEW)
        waiting = Stage.ASKED if self.stage is Stage.ASKED else Stage.PAPERS
        return replace(self, stage=waiting)

    def document(self) -> bytes:
        """Return everything as JSON, the form in which the ledger stores it."""
        return orjson.dumps(self)


def arrived(application: Application, at: datetime, today: date) -> Application:
    """Return the application after the post of a day was opened."""
    opened = [
        replace(paper, received_on=paper.arrives_on)
        for paper in application.papers
        if paper.arrives_on and not paper.received_on and paper.arrives_on <= today
    ]
    if not application.is_open or not opened:
        return application
    kinds = " ".join(paper.kind for paper in opened)
    moved = application.with_papers(opened).moved(at, "papers_arrived", kinds)
    return moved.settled(today)


def restricted_words(form: Form, words: Sequence[str]) -> list[str]:
    """Return which words of goods that are not handled stand in the form (S3)."""
    return [word for word in words if word in form.goods]


def read_application(no: int, document: bytes) -> Application:
    """Return an application from its stored form."""
    stored: dict[str, Any] = orjson.loads(document)
    stored["no"] = no
    stored["form"] = _form(stored["form"])
    stored["stage"] = Stage(stored["stage"])
    stored["applied_at"] = datetime.fromisoformat(stored["applied_at"])
    stored["starts_on"] = _day(stored["starts_on"])
    stored["papers"] = tuple(map(_paper, stored["papers"]))
    stored["history"] = tuple(
        Entry(**{**entry, "at": datetime.fromisoformat(entry["at"])})
        for entry in stored["history"]
    )
    return Application(**stored)


def _form(stored: Mapping[str, Any]) -> Form:
    days = {name: _day(stored[name]) for name in ("contacted_on", "wished_on")}
    return Form(**{**stored, **days, "kind": MerchantKind(stored["kind"])})


def _paper(stored: Mapping[str, Any]) -> Paper:
    names = ("issued_on", "arrives_on", "received_on")
    days = {name: _day(stored[name]) for name in names}
    return Paper(**{**stored, **days, "kind": PaperKind(stored["kind"])})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
