"""The money desk's pages for people: payouts, one statement, fees and terms."""

from datetime import date, timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from hub.clock import tokyo_date
from hub.sandbox.company import Company
from hub.sandbox.money import (
    accounts,
    change_fees,
    change_terms,
    fees,
    find_payout,
    merchant_named,
    payouts,
)
from hub.sandbox.money_control import csv_answer, pdf_answer
from hub.sandbox.statement_csv import KINDS
from hub.sandbox.terms import CYCLES, PLANS, closes, last_day, month_of

_FLAT = ("separate_invoice_yen", "enclosed_invoice_yen", "payout_business_days")


def add_money_pages(pages: Blueprint, company: Company) -> None:
    """Add the money desk's pages."""
    _add_payouts(pages, company)
    _add_changes(pages, company)


def _add_payouts(pages: Blueprint, company: Company) -> None:
    @pages.get("/money")
    def money() -> str:
        today = tokyo_date(company.now())
        return render_template(
            "sandbox/money.html",
            page="money",
            accounts=accounts(company),
            payouts=payouts(company),
            fees=fees(company),
            plans=PLANS,
            cycles=CYCLES,
            closings={cycle: _next_closing(today, cycle) for cycle in CYCLES},
            this_month=month_of(today),
            next_month=month_of(last_day(today) + timedelta(days=1)),
            control_url=request.host_url,
        )

    @pages.get("/money/<payout_id>")
    def payout(payout_id: str) -> str:
        found = find_payout(company, payout_id)
        return render_template(
            "sandbox/payout.html",
            page="money",
            payout=found,
            merchant=merchant_named(company, found.merchant),
            kinds=KINDS,
            control_url=request.host_url,
        )

    @pages.get("/money/<payout_id>/statement.csv")
    def payout_csv(payout_id: str) -> Response:
        return csv_answer(find_payout(company, payout_id))

    @pages.get("/money/<payout_id>/statement.pdf")
    def payout_pdf(payout_id: str) -> Response:
        return pdf_answer(company, find_payout(company, payout_id))


def _next_closing(day: date, cycle: int) -> date:
    while not closes(day, cycle):
        day += timedelta(days=1)
    return day


def _add_changes(pages: Blueprint, company: Company) -> None:
    @pages.post("/money/terms/<shop_code>")
    def new_terms(shop_code: str) -> BaseResponse:
        change_terms(company, shop_code, request.form.to_dict())
        return redirect(url_for("pages.money"), 303)

    @pages.post("/money/fees")
    def new_fees() -> BaseResponse:
        form = request.form
        change_fees(
            company,
            {
                **{name: form[name] for name in _FLAT if name in form},
                "monthly_yen": _by_plan("monthly"),
                "rate_basis_points": _by_plan("rate"),
            },
        )
        return redirect(url_for("pages.money"), 303)


def _by_plan(prefix: str) -> dict[str, str]:
    form = request.form
    names = {plan: f"{prefix}-{plan}" for plan in PLANS}
    return {plan: form[name] for plan, name in names.items() if name in form}
