"""The desk's pages for people: queue, one case, screening rules, buyers."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from hub.sandbox.company import Company
from hub.sandbox.desk import (
    READY_REASONS,
    case_file,
    decide_by_hand,
    let_buyer_pay,
    move_parcel,
    queue,
)
from hub.sandbox.dossiers import open_applications
from hub.sandbox.errors import UnknownTransactionError
from hub.sandbox.joining_words import KINDS, STAGES
from hub.sandbox.screening_rules import Outcome, RuleKind, preset, with_rule
from hub.sandbox.tables import NG, OK, ON_HOLD, State

_SHOWN = 200


def add_desk_pages(pages: Blueprint, company: Company) -> None:
    """Add the desk's pages."""
    _add_reviews(pages, company)
    _add_fates(pages, company)
    _add_screening(pages, company)
    _add_buyers(pages, company)


def _add_reviews(pages: Blueprint, company: Company) -> None:
    @pages.get("/desk")
    def desk() -> str:
        return render_template(
            "sandbox/desk.html",
            page="desk",
            queue=queue(company),
            applicants=open_applications(company),
            stages=STAGES,
            kinds=KINDS,
        )

    @pages.get("/desk/<transaction_id>")
    def case(transaction_id: str) -> str:
        found = case_file(company, transaction_id)
        waiting = queue(company)
        return render_template(
            "sandbox/case.html",
            page="desk",
            transaction=found.transaction,
            buyer=found.buyer,
            others=found.others,
            waiting=len(waiting),
            can_decide=found.transaction.state in (State.REVIEW, State.HOLD),
            results=(OK, NG, ON_HOLD),
            reasons=READY_REASONS,
        )

    @pages.post("/transactions/<transaction_id>/decision")
    def decide(transaction_id: str) -> BaseResponse:
        given = (request.form.get("ready", ""), request.form.get("reason", ""))
        reasons = [text.strip() for text in given if text.strip()]
        result = request.form.get("result", "")
        decide_by_hand(company, transaction_id, result, reasons)
        if not request.form.get("next"):
            there = url_for("pages.transaction", transaction_id=transaction_id)
            return redirect(there, 303)
        following = [one for one in queue(company) if one.state is State.REVIEW]
        if not following:
            return redirect(url_for("pages.desk"), 303)
        first = following[0].transaction_id
        return redirect(url_for("pages.case", transaction_id=first), 303)


def _add_fates(pages: Blueprint, company: Company) -> None:
    def back(transaction_id: str) -> BaseResponse:
        there = url_for("pages.transaction", transaction_id=transaction_id)
        return redirect(there, 303)

    @pages.post("/transactions/<transaction_id>/parcel")
    def parcel(transaction_id: str) -> BaseResponse:
        move_parcel(company, transaction_id, request.form.get("event", ""))
        return back(transaction_id)

    @pages.post("/transactions/<transaction_id>/payment")
    def payment(transaction_id: str) -> BaseResponse:
        let_buyer_pay(company, transaction_id, request.form.to_dict())
        return back(transaction_id)


def _add_screening(pages: Blueprint, company: Company) -> None:
    @pages.get("/screening")
    def screening() -> str:
        return render_template(
            "sandbox/screening.html",
            page="desk",
            rules=company.screening,
            kinds=list(RuleKind),
            outcomes=list(Outcome),
            control_url=request.host_url,
        )

    @pages.post("/screening")
    def change_rule() -> BaseResponse:
        given = {"is_on": False, **request.form.to_dict()}
        if "preset" in given:
            company.change_screening(preset(str(given["preset"])))
        else:
            company.change_screening(with_rule(company.screening, given))
        return redirect(url_for("pages.screening"), 303)

    @pages.post("/screening/<name>/drop")
    def drop_rule(name: str) -> BaseResponse:
        kept = [rule for rule in company.screening if rule.name != name]
        company.change_screening(kept)
        return redirect(url_for("pages.screening"), 303)


def _add_buyers(pages: Blueprint, company: Company) -> None:

    @pages.get("/buyers")
    def buyers() -> str:
        found = company.read(lambda: company.ledger.buyers.owing_most(_SHOWN))
        return render_template(
            "sandbox/buyers.html", page="desk", buyers=found, shown=_SHOWN
        )

    @pages.get("/buyers/<int:number>")
    def buyer(number: int) -> str:
        found = company.read(lambda: company.ledger.buyers.find(number))
        if not found:
            raise UnknownTransactionError(
                f"There is no buyer {number}.", ja=f"購入者 {number} はありません。"
            )
        orders = company.read(
            lambda: company.ledger.buyers.transactions(number, limit=_SHOWN)
        )
        return render_template(
            "sandbox/buyer.html", page="desk", buyer=found, transactions=orders
        )
