"""The control port's JSON: clock, ledger, faults, decisions, merchants, rules."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from hub.clock import TOKYO, tokyo_date
from hub.domain.business_calendar import CalendarEndError, closure_reason
from hub.sandbox.company import Company
from hub.sandbox.errors import DeskError, UnknownTransactionError
from hub.sandbox.faults import Fault, FaultError
from hub.sandbox.records import Merchant
from hub.sandbox.rules import RuleError
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
        return _json({"error": str(error)}, 404 if is_unknown else 422)

    @control.errorhandler(HTTPException)
    def say_http(error: HTTPException) -> Response:
        return _json({"error": error.description}, error.code or 500)


def _add_clock(control: Blueprint, company: Company) -> None:
    @control.get("/clock")
    def clock() -> Response:
        return _json(clock_json(company))

    @control.post("/clock")
    def move_clock() -> Response:
        wanted = _body()
        _only(wanted, "business_days", "hours")
        company.move_clock(
            hours=_number(wanted, "hours"),
            business_days=int(_number(wanted, "business_days")),
        )
        return _json(clock_json(company))


def _add_ledger(control: Blueprint, company: Company) -> None:
    @control.get("/ledger")
    def ledger() -> Response:
        arguments = request.args
        return _json(
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
        return _json(summary_json(company))


def _add_transactions(control: Blueprint, company: Company) -> None:
    @control.get("/transactions/<transaction_id>")
    def transaction(transaction_id: str) -> Response:
        found = company.read(lambda: company.find(transaction_id))
        return _json(transaction_json(found))

    @control.post("/transactions/<transaction_id>/decision")
    def decide(transaction_id: str) -> Response:
        wanted = _body()
        _only(wanted, "result", "reasons")
        reasons = [str(reason) for reason in wanted.get("reasons") or ()]
        decided = company.decide(transaction_id, str(wanted.get("result")), reasons)
        return _json(transaction_json(decided))

    @control.get("/requests/<int:number>")
    def request_body(number: int) -> Response:
        body = company.read(lambda: company.ledger.requests.body(number))
        if body is None:
            return _json({"error": f"No body is kept of request {number}."}, 404)
        return Response(body, mimetype="text/plain")


def _add_faults(control: Blueprint, company: Company) -> None:
    queue = company.faults

    @control.get("/faults")
    def faults() -> Response:
        return _json(
            {
                "faults": [queued.as_json() for queued in queue.waiting()],
                "finished": [queued.as_json() for queued in queue.finished()],
            }
        )

    @control.post("/faults")
    def add_fault() -> Response:
        return _json(queue.add(Fault.read(_body())).as_json(), 201)

    @control.delete("/faults")
    def clear_faults() -> Response:
        return _json({"removed": queue.clear()})

    @control.delete("/faults/<int:number>")
    def clear_fault(number: int) -> Response:
        removed = queue.clear(number)
        return _json({"removed": removed}, 200 if removed else 404)


def _add_merchants_and_rules(control: Blueprint, company: Company) -> None:
    @control.post("/merchants")
    def add_merchant() -> Response:
        merchant = read_merchant(_body())
        company.add_merchant(merchant)
        return _json({"shop_code": merchant.shop_code, "name": merchant.name}, 201)

    @control.get("/merchants")
    def merchants() -> Response:
        names = [
            {"shop_code": merchant.shop_code, "name": merchant.name}
            for merchant in company.merchants()
        ]
        return _json({"merchants": names})

    @control.get("/rules")
    def rules() -> Response:
        return _json(asdict(company.rules))

    @control.post("/rules")
    def change_rules() -> Response:
        return _json(asdict(company.change_rules(_body())))


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
    _only(wanted, "shop_code", "link_id", "link_password", "name")
    texts = {name: str(value).strip() for name, value in wanted.items()}
    lengths = {"shop_code": (1, 12), "link_id": (1, 10), "link_password": (8, 15)}
    for name, (shortest, longest) in lengths.items():
        text = texts.get(name, "")
        if not shortest <= len(text) <= longest or not text.isascii():
            raise DeskError(
                f"{name} must be {shortest} to {longest} ASCII characters. "
                "No merchant was added."
            )
    return Merchant(**texts)


def _json(content: Mapping[str, Any], status: int = 200) -> Response:
    body = orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
    return Response(body, status, mimetype="application/json")


def _body() -> Mapping[str, Any]:
    try:
        content = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError as error:
        raise DeskError("The body is not JSON. Nothing was done.") from error
    if not isinstance(content, dict):
        raise DeskError("The body must be one JSON object. Nothing was done.")
    return content


def _only(wanted: Mapping[str, Any], *names: str) -> None:
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise DeskError(f"Unknown: {unknown}. Known are {list(names)}.")


def _number(wanted: Mapping[str, Any], name: str) -> float:
    value = wanted.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DeskError(f"{name} must be a number. The clock was not moved.")
    return value
