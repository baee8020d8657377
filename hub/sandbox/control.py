"""The control port's JSON: clock, ledger, faults, decisions, merchants, rules."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from hub.clock import TOKYO, tokyo_date
from hub.domain.business_calendar import CalendarEndError, closure_reason
from hub.sandbox.callers import FIRST_MERCHANT
from hub.sandbox.company import LAST, Company
from hub.sandbox.desk_control import add_desk
from hub.sandbox.errors import DeskError, FormError, UnknownTransactionError
from hub.sandbox.examples import example_body
from hub.sandbox.faults import Fault, FaultError
from hub.sandbox.joining_control import add_joining
from hub.sandbox.json_port import answer_json, json_body, number, only
from hub.sandbox.money_control import add_money
from hub.sandbox.records import Merchant
from hub.sandbox.rules import RuleError
from hub.sandbox.tables import Operation
from hub.sandbox.witness import ledger_json, summary_json, transaction_json


def make_control(company: Company) -> Blueprint:
    """Return the JSON routes of the control port."""
    control = Blueprint("control", __name__, url_prefix="/sandbox")
    for add_routes in (
        _add_errors,
        _add_clock,
        _add_ledger,
        _add_transactions,
        _add_faults,
        _add_merchants_and_rules,
        _add_examples,
        add_desk,
        add_money,
        add_joining,
    ):
        add_routes(control, company)
    return control


def _add_errors(control: Blueprint, _company: Company) -> None:
    @control.errorhandler(DeskError)
    @control.errorhandler(FaultError)
    @control.errorhandler(RuleError)
    @control.errorhandler(CalendarEndError)
    def say_no(error: Exception) -> Response:
        is_unknown = isinstance(error, UnknownTransactionError)
        content: dict[str, Any] = {"error": str(error)}
        if isinstance(error, FormError):
            content["fields"] = {
                name: {"ja": ja, "en": en} for name, (ja, en) in error.faults.items()
            }
        return answer_json(content, 404 if is_unknown else 422)

    @control.errorhandler(HTTPException)
    def say_http(error: HTTPException) -> Response:
        return answer_json({"error": error.description}, error.code or 500)


def _add_clock(control: Blueprint, company: Company) -> None:
    @control.get("/clock")
    def clock() -> Response:
        return answer_json(clock_json(company))

    @control.post("/clock")
    def move_clock() -> Response:
        wanted = json_body("business_days", "hours")
        company.move_clock(
            hours=number(wanted, "hours"),
            business_days=int(number(wanted, "business_days")),
        )
        return answer_json(clock_json(company))


def _add_ledger(control: Blueprint, company: Company) -> None:
    @control.get("/ledger")
    def ledger() -> Response:
        arguments = request.args
        return answer_json(
            ledger_json(
                company,
                merchant=arguments.get("merchant", ""),
                shop_order_id=arguments.get("shop_order_id", ""),
                since=arguments.get("since", 0, type=int),
                with_requests=arguments.get("requests", "1") != "0",
            )
        )

    @control.get("/ledger/summary")
    def summary() -> Response:
        return answer_json(summary_json(company))


def _add_transactions(control: Blueprint, company: Company) -> None:
    @control.get("/transactions/<transaction_id>")
    def transaction(transaction_id: str) -> Response:
        found = company.read(lambda: company.find(transaction_id))
        return answer_json(transaction_json(found))

    @control.get("/requests/<int:number>")
    def request_body(number: int) -> Response:
        body = company.read(lambda: company.ledger.requests.body(number))
        if body is None:
            return answer_json({"error": f"No body is kept of request {number}."}, 404)
        return Response(body, mimetype="text/plain")


def _add_faults(control: Blueprint, company: Company) -> None:

    @control.get("/faults")
    def faults() -> Response:
        return answer_json(
            {
                "faults": [queued.as_json() for queued in company.faults.waiting()],
                "finished": [queued.as_json() for queued in company.faults.finished()],
            }
        )

    @control.post("/faults")
    def add_fault() -> Response:
        return answer_json(company.faults.add(Fault.read(json_body())).as_json(), 201)

    @control.delete("/faults")
    def clear_faults() -> Response:
        return answer_json({"removed": company.faults.clear()})

    @control.delete("/faults/<int:number>")
    def clear_fault(number: int) -> Response:
        removed = company.faults.clear(number)
        return answer_json({"removed": removed}, 200 if removed else 404)


def _add_examples(control: Blueprint, company: Company) -> None:
    @control.get("/example/<operation>")
    def example(operation: str) -> Response:
        wanted = request.args.to_dict()
        merchant = _merchant_named(company, wanted.pop("merchant", ""))
        names_one = operation != Operation.REGISTER
        if names_one and wanted.get("transaction_id", LAST) == LAST:
            wanted["transaction_id"] = _newest_id(company, merchant.shop_code)
        today = tokyo_date(company.now())
        body = example_body(operation, wanted, merchant=merchant, today=today)
        return Response(body, mimetype="application/xml")


def _merchant_named(company: Company, shop_code: str) -> Merchant:
    merchants = {one.shop_code: one for one in company.merchants()}
    wanted = shop_code or FIRST_MERCHANT.shop_code
    if wanted == LAST:
        joined = company.read(company.ledger.applications.newest)
        codes = [one.shop_code for one in joined if one.shop_code]
        wanted = codes[0] if codes else FIRST_MERCHANT.shop_code
    if wanted not in merchants:
        raise DeskError(
            f"There is no such merchant; there are {sorted(merchants)}. "
            "No example was made."
        )
    return merchants[wanted]


def _newest_id(company: Company, shop_code: str) -> str:
    newest = company.read(
        lambda: company.ledger.transactions(merchant=shop_code, limit=1)
    )
    return newest[0].transaction_id if newest else "X0000000001"


def _add_merchants_and_rules(control: Blueprint, company: Company) -> None:
    @control.post("/merchants")
    def add_merchant() -> Response:
        merchant = read_merchant(json_body())
        company.add_merchant(merchant)
        return answer_json(
            {"shop_code": merchant.shop_code, "name": merchant.name}, 201
        )

    @control.get("/merchants")
    def merchants() -> Response:
        names = [
            {
                "shop_code": merchant.shop_code,
                "name": merchant.name,
                "starts_on": merchant.starts_on,
            }
            for merchant in company.merchants()
        ]
        return answer_json({"merchants": names})

    @control.get("/rules")
    def rules() -> Response:
        return answer_json(asdict(company.rules))

    @control.post("/rules")
    def change_rules() -> Response:
        return answer_json(asdict(company.change_rules(json_body())))


def clock_json(company: Company) -> dict[str, Any]:
    """Return the company's time in the forms that people and programs read."""
    now = company.now()
    return {
        "now": now.isoformat(),
        "tokyo": now.astimezone(TOKYO).isoformat(timespec="seconds"),
        "date": tokyo_date(now).isoformat(),
        "offset_seconds": company.clock_offset.total_seconds(),
        "closed_because": closure_reason(tokyo_date(now)),
    }


def read_merchant(wanted: Mapping[str, Any]) -> Merchant:
    """Return the merchant that JSON or a form describes."""
    only(wanted, "shop_code", "link_id", "link_password", "name")
    texts = {name: str(value).strip() for name, value in wanted.items()}
    lengths = {"shop_code": (1, 12), "link_id": (1, 10), "link_password": (8, 15)}
    for name, (shortest, longest) in lengths.items():
        text = texts.get(name, "")
        if not shortest <= len(text) <= longest or not text.isascii():
            raise DeskError(
                f"{name} must be {shortest} to {longest} ASCII characters. "
                "No merchant was added."
            )
    return Merchant(
        shop_code=texts["shop_code"],
        link_id=texts["link_id"],
        link_password=texts["link_password"],
        name=texts.get("name", ""),
    )
