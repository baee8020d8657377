"""What the reviewer does with an application: ask, decline, approve (S21)."""

import secrets
import string
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from hub.clock import tokyo_date
from hub.sandbox.application_due import START
from hub.sandbox.applications import Application, Stage
from hub.sandbox.company import Company
from hub.sandbox.dossiers import Dossier, change, check_open, found, shown, view
from hub.sandbox.errors import DeskError
from hub.sandbox.passing import start_of
from hub.sandbox.records import Merchant
from hub.sandbox.terms import Terms, month_of

APPROVE: Final = "approve"
ASK: Final = "ask_for_papers"
DECLINE: Final = "decline"
_ALPHABET: Final = string.ascii_letters + string.digits
_PASSWORD_LENGTH: Final = 12
_FIRST_JOINED: Final = 100_000_000


def decide(
    company: Company, name: str, result: str, *, reason: str, papers: Sequence[str]
) -> Dossier:
    """Do what the reviewer's word says; raises DeskError on an unknown one."""
    if result == APPROVE:
        return approve(company, name)
    if result == ASK:
        return ask_for_papers(company, name, reason, papers)
    if result == DECLINE:
        return decline(company, name, reason)
    raise DeskError(
        f"result is one of {(APPROVE, ASK, DECLINE)}. Nothing was changed.",
        ja="承認・書類の依頼・見送りのどれかを選んでください。何も変わっていません。",
    )


def ask_for_papers(
    company: Company, name: str, reason: str, papers: Sequence[str]
) -> Dossier:
    """Send the applicant for papers: those that are named count as missing again."""
    told = _told(reason)

    def step(application: Application, now: datetime, today: date) -> Application:
        owed = [line.demand.kind for line in application.checklist(today)]
        kinds = [kind for kind in owed if kind.value in papers]
        if not kinds or len(kinds) != len(set(papers)):
            raise DeskError(
                f"papers are some of {[str(kind) for kind in owed]}. Nothing changed.",
                ja="出し直す書類を選んでください。何も変わっていません。",
            )
        kept = application.without(kinds)
        return kept.moved(now, "papers_asked", told, stage=Stage.ASKED, reason=told)

    return change(company, name, step)


def decline(company: Company, name: str, reason: str) -> Dossier:
    """Turn the applicant down, with a reason."""
    told = _told(reason)

    def step(application: Application, now: datetime, _today: date) -> Application:
        return application.moved(
            now, "joining_declined", told, stage=Stage.DECLINED, reason=told
        )

    return change(company, name, step)


def _told(reason: str) -> str:
    told = reason.strip()[:200]
    if not told:
        raise DeskError(
            "The applicant is told a reason. Nothing was changed.",
            ja="申込者へ伝える理由を入力してください。何も変わっていません。",
        )
    return told


def approve(company: Company, name: str) -> Dossier:
    """Let the applicant join: credentials that count from the first day on.

    Raises DeskError while papers are missing or goods are not handled.
    """

    def work(now: datetime) -> tuple[Merchant, Application]:
        today = tokyo_date(now)
        application = found(company, name)
        _refuse_approval(view(company, application, today))
        first_day = application.first_day(today)
        merchant = _new_merchant(company, application, first_day)
        form = application.form
        company.ledger.payouts.add_terms(
            Terms(
                merchant=merchant.shop_code,
                from_month=month_of(first_day),
                plan=form.plan,
                cycle=form.cycle,
            )
        )
        approved = application.moved(
            now,
            "joining_approved",
            first_day.isoformat(),
            stage=Stage.APPROVED if first_day > today else Stage.STARTED,
            starts_on=first_day,
            shop_code=merchant.shop_code,
            reason="",
        )
        company.ledger.applications.save(approved)
        if first_day > today:
            at = start_of(first_day).timestamp()
            company.ledger.put_on_agenda(at, START, no=application.no)
        return merchant, approved

    return shown(company, company.admit(work))


def _refuse_approval(dossier: Dossier) -> None:
    check_open(dossier.application)
    if dossier.missing:
        kinds = [f"{one.demand.kind} ({one.state})" for one in dossier.missing]
        names = "、".join(one.demand.ja for one in dossier.missing)
        raise DeskError(
            f"Not accepted yet: {kinds}. Nothing was approved.",
            ja=f"そろっていない書類: {names}。承認していません。",
        )
    if dossier.is_barred:
        words = "、".join(dossier.restricted)
        raise DeskError(
            f"Goods that are not handled: {words}. The applicant keeps them out "
            "(excludes_restricted) or is declined. Nothing was approved.",
            ja=f"取扱不可の商品があります: {words}。承認していません。",
        )


def shop_code(no: int) -> str:
    """Return the shop code that the application with this number brings."""
    return f"atd{_FIRST_JOINED + no:09d}"


def _new_merchant(
    company: Company, application: Application, first_day: date
) -> Merchant:
    taken = {merchant.shop_code for merchant in company.merchants()}
    no = application.no
    while shop_code(no) in taken:
        no += 1
    password = "".join(secrets.choice(_ALPHABET) for _ in range(_PASSWORD_LENGTH))
    return Merchant(
        shop_code=shop_code(no),
        link_id=f"link{application.no % 1_000_000:06d}",
        link_password=password,
        name=application.form.company,
        starts_on=first_day,
    )
