"""The control port's JSON for money: payouts, statements, fees, terms."""

from flask import Blueprint, Response, request

from hub.sandbox.company import Company
from hub.sandbox.errors import DeskError
from hub.sandbox.json_port import answer_json, json_body
from hub.sandbox.money import (
    accounts,
    change_fees,
    change_terms,
    fees,
    find_payout,
    merchant_named,
    payouts,
)
from hub.sandbox.payout_book import Payout
from hub.sandbox.statement_csv import PROFILES, statement_csv
from hub.sandbox.statement_pdf import statement_pdf


def add_money(control: Blueprint, company: Company) -> None:
    """Add the routes of the money desk."""
    _add_payouts(control, company)
    _add_terms(control, company)


def _add_payouts(control: Blueprint, company: Company) -> None:
    @control.get("/payouts")
    def all_payouts() -> Response:
        found = payouts(company, request.args.get("merchant", ""))
        return answer_json({"payouts": [payout.as_json() for payout in found]})

    @control.get("/payouts/<payout_id>")
    def payout(payout_id: str) -> Response:
        return answer_json(find_payout(company, payout_id).as_json())

    @control.get("/payouts/<payout_id>/statement.csv")
    def as_csv(payout_id: str) -> Response:
        return csv_answer(find_payout(company, payout_id))

    @control.get("/payouts/<payout_id>/statement.pdf")
    def as_pdf(payout_id: str) -> Response:
        return pdf_answer(company, find_payout(company, payout_id))


def csv_answer(payout: Payout) -> Response:
    """Return the statement as a file, in the layout that the request names."""
    name = request.args.get("profile", "cp932")
    profile = PROFILES.get(name)
    if not profile:
        raise DeskError(
            f"profile is one of {sorted(PROFILES)}. No file was made.",
            ja=f"profile は {sorted(PROFILES)} のどれかです。",
        )
    content = statement_csv(payout, profile)
    return _file(content, "text/csv", f"{payout.payout_id}.csv")


def pdf_answer(company: Company, payout: Payout) -> Response:
    """Return the statement as a PDF file."""
    name = merchant_named(company, payout.merchant).name or "加盟店"
    content = statement_pdf(payout, merchant_name=name)
    return _file(content, "application/pdf", f"{payout.payout_id}.pdf")


def _file(content: bytes, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=mimetype, headers=headers)


def _add_terms(control: Blueprint, company: Company) -> None:
    @control.get("/accounts")
    def all_accounts() -> Response:
        found = [account.as_json() for account in accounts(company)]
        return answer_json({"accounts": found})

    @control.get("/merchants/<shop_code>/terms")
    def terms(shop_code: str) -> Response:
        merchant_named(company, shop_code)
        return answer_json(_account(company, shop_code))

    @control.post("/merchants/<shop_code>/terms")
    def new_terms(shop_code: str) -> Response:
        change_terms(company, shop_code, json_body("from_month", "plan", "cycle"))
        return answer_json(_account(company, shop_code))

    @control.get("/fees")
    def shown_fees() -> Response:
        return answer_json(fees(company).as_json())

    @control.post("/fees")
    def new_fees() -> Response:
        return answer_json(change_fees(company, json_body()).as_json())


def _account(company: Company, shop_code: str) -> dict[str, object]:
    found = accounts(company)
    return next(a.as_json() for a in found if a.merchant.shop_code == shop_code)
