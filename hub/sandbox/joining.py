"""What an applicant does: fill in the form, get papers and post them (S21)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from hub.clock import tokyo_date
from hub.domain.business_calendar import is_business_day, next_business_day
from hub.sandbox.application_due import POST
from hub.sandbox.application_form import changed_form, read_form
from hub.sandbox.applications import Application, Stage, arrived
from hub.sandbox.company import Company
from hub.sandbox.dossiers import POSTABLE, Dossier, change, shown
from hub.sandbox.errors import DeskError
from hub.sandbox.papers import Line, Paper, PaperKind, PaperState
from hub.sandbox.passing import start_of

_LONGEST_POST: Final = 60


def apply(company: Company, wanted: Mapping[str, Any]) -> Dossier:
    """Take a new application; raises FormError with the faults of its form."""

    def work() -> Application:
        now = company.now()
        form = read_form(wanted, today=tokyo_date(now))
        new = Application(form=form, stage=Stage.PAPERS, applied_at=now)
        return company.ledger.applications.add(new.moved(now, "applied"))

    return shown(company, company.read(work))


def amend(company: Company, name: str, changes: Mapping[str, Any]) -> Dossier:
    """Correct the form of an open application; raises FormError."""

    def step(application: Application, now: datetime, today: date) -> Application:
        form = changed_form(application.form, changes, today=today)
        if form == application.form:
            return application
        return application.moved(now, "form_changed", form=form).settled(today)

    return change(company, name, step)


def prepare(company: Company, name: str, wanted: Mapping[str, Any]) -> Dossier:
    """Put papers into the applicant's hands, with the day each was issued.

    Without `papers`, all that is owed and not there yet. Raises DeskError.
    """

    def step(application: Application, now: datetime, today: date) -> Application:
        lines = application.checklist(today)
        papers = _papers(wanted, lines, today)
        kinds = " ".join(paper.kind for paper in papers)
        moved = application.with_papers(papers).moved(now, "papers_prepared", kinds)
        # A newer paper takes the place of one that had been accepted already.
        return moved.settled(today)

    return change(company, name, step)


def _papers(
    wanted: Mapping[str, Any], lines: Sequence[Line], today: date
) -> list[Paper]:
    owed = {line.demand.kind.value for line in lines}
    lacking = [
        line.demand.kind.value
        for line in lines
        if line.state not in (PaperState.ACCEPTED, PaperState.UNDERWAY)
    ]
    named = wanted.get("papers")
    kinds = lacking if named is None else [str(one) for one in _listed(named)]
    if not kinds or set(kinds) - owed:
        raise DeskError(
            f"papers are some of {sorted(owed)}. Nothing was changed.",
            ja="この申込に要る書類を選んでください。何も変わっていません。",
        )
    issued_on = _issued(wanted.get("issued_on"), today)
    is_original = wanted.get("is_original", True) in (True, "1", "on")
    return [
        Paper(kind=PaperKind(kind), issued_on=issued_on, is_original=is_original)
        for kind in kinds
    ]


def _listed(named: object) -> Sequence[object]:
    return named if isinstance(named, list | tuple) else [named]


def _issued(value: object, today: date) -> date:
    try:
        day = date.fromisoformat(str(value)) if value else today
    except ValueError as error:
        raise DeskError(
            "issued_on is written YYYY-MM-DD. Nothing was changed.",
            ja="発行日は YYYY-MM-DD です。何も変わっていません。",
        ) from error
    if day > today:
        raise DeskError(
            f"issued_on is not later than {today}. Nothing was changed.",
            ja="発行日は今日までの日付です。何も変わっていません。",
        )
    return day


def send(company: Company, name: str, days: int | None = None) -> Dossier:
    """Post every paper that the applicant holds; it arrives on a business day.

    `days` in the post, the rule `paper_post_days` where None; 0 hands it in today.
    """
    taken = company.rules.paper_post_days if days is None else days
    if not 0 <= taken <= _LONGEST_POST:
        raise DeskError(
            f"days lies between 0 and {_LONGEST_POST}. Nothing was posted.",
            ja=f"日数は0〜{_LONGEST_POST}です。何も送っていません。",
        )

    def step(application: Application, now: datetime, today: date) -> Application:
        held = [
            line.paper
            for line in application.checklist(today)
            if line.paper and line.state in POSTABLE
        ]
        if not held:
            raise DeskError(
                "There is no paper to be posted. Nothing was posted.",
                ja="送る書類がありません。先に書類を用意してください。",
            )
        day = today if not taken else _delivery_day(today + timedelta(days=taken))
        posted = [replace(paper, arrives_on=day) for paper in held]
        kinds = " ".join(paper.kind for paper in posted)
        sent = application.with_papers(posted).moved(now, "papers_posted", kinds)
        if day == today:
            return arrived(sent, now, today)
        at = start_of(day).timestamp()
        company.ledger.put_on_agenda(at, POST, no=application.no)
        return sent

    return change(company, name, step)


def _delivery_day(day: date) -> date:
    return day if is_business_day(day) else next_business_day(day)
