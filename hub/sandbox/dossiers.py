"""Merchants' applications with all that applicant and reviewer see of them (S21)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from hub.clock import tokyo_date
from hub.sandbox.applications import (
    OPEN,
    Application,
    Stage,
    restricted_words,
)
from hub.sandbox.company import LAST, Company
from hub.sandbox.errors import DeskError, UnknownTransactionError
from hub.sandbox.papers import Line, PaperState
from hub.sandbox.records import Merchant, number_after
from hub.sandbox.screening_rules import RuleKind

POSTABLE: Final = (PaperState.READY, PaperState.STALE)
Step = Callable[[Application, datetime, date], Application]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An application with all that applicant and reviewer see of it on a day."""

    application: Application
    today: date
    checklist: Sequence[Line]
    restricted: Sequence[str]
    merchant: Merchant | None

    @property
    def first_day(self) -> date:
        """Return the first day, as decided or as it would be from today's approval."""
        return self.application.starts_on or self.application.first_day(self.today)

    @property
    def missing(self) -> list[Line]:
        """Return the lines that hold an approval up."""
        return [one for one in self.checklist if one.state is not PaperState.ACCEPTED]

    @property
    def is_barred(self) -> bool:
        """Tell whether goods bar it that the company does not handle (S3)."""
        return bool(self.restricted) and not self.application.form.excludes_restricted

    @property
    def can_approve(self) -> bool:
        """Tell whether nothing holds an approval up."""
        return self.application.is_open and not self.missing and not self.is_barred

    def as_json(self) -> dict[str, Any]:
        """Return the application as the control port shows it."""
        application, merchant = self.application, self.merchant
        return {
            "application_id": application.application_id,
            "stage": application.stage,
            "form": application.form,
            "applied_at": application.applied_at,
            "earliest_start_on": application.earliest_on,
            "start_on": self.first_day,
            "start_is_decided": application.starts_on is not None,
            "papers": [line.as_json() for line in self.checklist],
            "restricted_goods": self.restricted,
            "can_approve": self.can_approve,
            "reason": application.reason,
            "credentials": _credentials(merchant) if merchant else None,
            "history": application.history,
        }

    @property
    def can_post(self) -> bool:
        """Tell whether the applicant holds papers to be sent."""
        is_any = any(line.state in POSTABLE for line in self.checklist)
        return self.application.is_open and is_any


def _credentials(merchant: Merchant) -> dict[str, Any]:
    return {
        "shop_code": merchant.shop_code,
        "link_id": merchant.link_id,
        "link_password": merchant.link_password,
        "starts_on": merchant.starts_on,
    }


def applications(company: Company) -> list[Dossier]:
    """Return every application, the newest first."""
    return _listing(company, tuple(Stage))


def open_applications(company: Company) -> list[Dossier]:
    """Return the applications that may still be decided, the oldest first."""
    return _listing(company, OPEN)[::-1]


def _listing(company: Company, stages: Sequence[Stage]) -> list[Dossier]:
    def question() -> list[Dossier]:
        today = tokyo_date(company.now())
        there = company.ledger.applications.newest(stages=stages)
        return [view(company, one, today) for one in there]

    return company.read(question)


def dossier(company: Company, name: str) -> Dossier:
    """Return one application; raises UnknownTransactionError where there is none."""
    return shown(company, company.read(lambda: found(company, name)))


def shown(company: Company, application: Application) -> Dossier:
    """Return an application as it stands today."""
    return view(company, application, tokyo_date(company.now()))


def view(company: Company, application: Application, today: date) -> Dossier:
    """Return an application as it stands on a day."""
    words = [
        word
        for rule in company.screening
        if rule.kind is RuleKind.GOODS
        for word in rule.words
    ]
    merchants = {merchant.shop_code: merchant for merchant in company.merchants()}
    return Dossier(
        application=application,
        today=today,
        checklist=application.checklist(today),
        restricted=restricted_words(application.form, words),
        merchant=merchants.get(application.shop_code),
    )


def found(company: Company, name: str) -> Application:
    """Return an application by its number, or the newest for "last".

    Called inside the book's `write`.
    """
    book = company.ledger.applications
    if name == LAST:
        newest = book.newest(limit=1)
        there = newest[0] if newest else None
    else:
        there = book.find(number_after("M", name))
    if not there:
        raise UnknownTransactionError(
            f"There is no application {name}.", ja=f"申込 {name} はありません。"
        )
    return there


def check_open(application: Application) -> None:
    """Raise DeskError where an application is decided already."""
    if not application.is_open:
        raise DeskError(
            f"{application.application_id} is {application.stage}; only an open "
            "application can be changed. Nothing was changed.",
            ja="この申込は審査が終わっています。何も変わっていません。",
        )


def change(company: Company, name: str, step: Step) -> Dossier:
    """Take a step with an open application; raises DeskError where it is closed."""

    def work() -> Application:
        now = company.now()
        application = found(company, name)
        check_open(application)
        changed = step(application, now, tokyo_date(now))
        company.ledger.applications.save(changed)
        return changed

    return shown(company, company.read(work))
