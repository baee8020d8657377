"""The control port's JSON for the desk: screening rules, reviews, buyers."""

from flask import Blueprint, Response

from hub.sandbox.company import Company
from hub.sandbox.desk import (
    case_file,
    decide_by_hand,
    let_buyer_pay,
    move_parcel,
    queue_json,
)
from hub.sandbox.dossiers import open_applications
from hub.sandbox.errors import UnknownTransactionError
from hub.sandbox.json_port import answer_json, json_body, only
from hub.sandbox.screening_rules import preset, with_rule
from hub.sandbox.witness import transaction_json

_MOST_BUYERS = 500


def add_desk(control: Blueprint, company: Company) -> None:
    """Add the routes of the desk."""
    _add_screening(control, company)
    _add_reviews(control, company)
    _add_fates(control, company)
    _add_buyers(control, company)


def _add_screening(control: Blueprint, company: Company) -> None:
    def shown() -> Response:
        return answer_json({"rules": [rule.as_json() for rule in company.screening]})

    @control.get("/screening")
    def screening() -> Response:
        return shown()

    @control.post("/screening")
    def change_screening() -> Response:
        wanted = json_body()
        if "preset" in wanted:
            only(wanted, "preset")
            company.change_screening(preset(str(wanted["preset"])))
        else:
            company.change_screening(with_rule(company.screening, wanted))
        return shown()

    @control.delete("/screening/<name>")
    def drop_rule(name: str) -> Response:
        kept = [rule for rule in company.screening if rule.name != name]
        company.change_screening(kept)
        return shown()


def _add_reviews(control: Blueprint, company: Company) -> None:
    @control.get("/desk")
    def desk() -> Response:
        applicants = [
            {
                "application_id": one.application.application_id,
                "stage": one.application.stage,
                "company": one.application.form.company,
                "can_approve": one.can_approve,
            }
            for one in open_applications(company)
        ]
        return answer_json({"queue": queue_json(company), "applications": applicants})

    @control.get("/desk/<transaction_id>")
    def case(transaction_id: str) -> Response:
        found = case_file(company, transaction_id)
        return answer_json(
            {
                "transaction": transaction_json(found.transaction),
                "buyer": found.buyer.as_json() if found.buyer else None,
                "others": [transaction_json(one) for one in found.others],
            }
        )

    @control.post("/transactions/<transaction_id>/decision")
    def decide(transaction_id: str) -> Response:
        wanted = json_body("result", "reasons")
        reasons = [str(reason) for reason in wanted.get("reasons") or ()]
        result = str(wanted.get("result"))
        decided = decide_by_hand(company, transaction_id, result, reasons)
        return answer_json(transaction_json(decided))


def _add_fates(control: Blueprint, company: Company) -> None:
    @control.post("/transactions/<transaction_id>/parcel")
    def parcel(transaction_id: str) -> Response:
        event = str(json_body("event").get("event"))
        moved = move_parcel(company, transaction_id, event)
        return answer_json(transaction_json(moved))

    @control.post("/transactions/<transaction_id>/payment")
    def payment(transaction_id: str) -> Response:
        wanted = json_body("amount", "invoice")
        return answer_json(
            transaction_json(let_buyer_pay(company, transaction_id, wanted))
        )


def _add_buyers(control: Blueprint, company: Company) -> None:

    @control.get("/buyers")
    def buyers() -> Response:
        found = company.read(lambda: company.ledger.buyers.owing_most(_MOST_BUYERS))
        return answer_json({"buyers": [buyer.as_json() for buyer in found]})

    @control.get("/buyers/<int:number>")
    def buyer(number: int) -> Response:
        found = company.read(lambda: company.ledger.buyers.find(number))
        if not found:
            raise UnknownTransactionError(f"There is no buyer {number}.")
        orders = company.read(
            lambda: company.ledger.buyers.transactions(number, limit=_MOST_BUYERS)
        )
        return answer_json(
            {
                **found.as_json(),
                "transactions": [transaction_json(one) for one in orders],
            }
        )
