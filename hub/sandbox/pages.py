"""The control port's pages for people: outcomes, ledger, clock, faults."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from hub.clock import tokyo_date
from hub.domain.business_calendar import CalendarEndError, closure_reason
from hub.sandbox import (
    recipes_calls,
    recipes_errors,
    recipes_joining,
    recipes_later,
    recipes_screening,
    words,
)
from hub.sandbox.callers import FIRST_MERCHANT
from hub.sandbox.company import Company
from hub.sandbox.desk_pages import add_desk_pages
from hub.sandbox.errors import DeskError, UnknownTransactionError
from hub.sandbox.faults import MAY_BE_LATE, Fault, FaultError, FaultKind
from hub.sandbox.joining_pages import add_joining_pages
from hub.sandbox.money_pages import add_money_pages
from hub.sandbox.parcels import EVENTS
from hub.sandbox.passing import next_due
from hub.sandbox.payments import payment_state
from hub.sandbox.recipes import Recipe, filled
from hub.sandbox.records import Transaction, number_of
from hub.sandbox.screening import SPECIMENS
from hub.sandbox.tables import CARRIERS, NG, OK, ON_HOLD, Operation, State
from hub.sandbox.witness import not_advanced_because

_COOKIE: Final = "sandbox_language"
_LANGUAGES: Final = ("ja", "en")
_SHOWN: Final = 200
_CALENDAR_DAYS: Final = 21
_YEAR: Final = 31_536_000
_TOO_OLD: Final = timedelta(days=100)
_RECIPES: Final[Mapping[str, Sequence[Recipe]]] = {
    "calls": recipes_calls.CALLS,
    "marks": recipes_screening.MARKS,
    "screening": recipes_screening.SCREENING,
    "parcels": recipes_later.PARCELS,
    "payments": recipes_later.PAYMENTS,
    "money": recipes_later.MONEY,
    "faults": recipes_calls.FAULTS,
    "joining": recipes_joining.JOINING,
    "errors": recipes_errors.ERRORS,
}


def make_pages(company: Company, wire_url: Callable[[], str]) -> Blueprint:
    """Return the pages of the control port."""
    pages = Blueprint("pages", __name__)
    _add_language(pages, company)
    _add_reading(pages, company, wire_url)
    _add_ledger(pages, company)
    _add_deeds(pages, company)
    add_desk_pages(pages, company)
    add_money_pages(pages, company)
    add_joining_pages(pages, company, wire_url)
    return pages


def _language() -> str:
    chosen = request.args.get("lang") or request.cookies.get(_COOKIE, "ja")
    return chosen if chosen in _LANGUAGES else "ja"


def _add_language(pages: Blueprint, company: Company) -> None:
    @pages.context_processor
    def words_for_templates() -> dict[str, Any]:
        language = _language()
        is_japanese = language == "ja"
        return {
            "language": language,
            "t": lambda ja, en: ja if is_japanese else en,
            "pick": lambda pair: pair[0] if is_japanese else pair[1],
            "yen": words.yen,
            "short_day": lambda day: words.short_day(day, language),
            "long_day": lambda day: words.long_day(day, language),
            "moment": lambda at: words.moment(at, language),
            "stamp": lambda text: words.moment(datetime.fromisoformat(text), language),
            "states": words.STATES,
            "fault_words": words.FAULTS,
            "now": company.now(),
        }

    @pages.after_request
    def remember_language(response: Response) -> Response:
        if request.args.get("lang") in _LANGUAGES:
            response.set_cookie(
                _COOKIE, _language(), max_age=_YEAR, samesite="Lax", httponly=True
            )
        return response

    @pages.errorhandler(DeskError)
    @pages.errorhandler(FaultError)
    @pages.errorhandler(CalendarEndError)
    def explain(error: Exception) -> tuple[str, int]:
        status = 404 if isinstance(error, UnknownTransactionError) else 422
        texts = (getattr(error, "ja", "") or str(error), str(error))
        return render_template("sandbox/problem.html", texts=texts), status


def _add_reading(
    pages: Blueprint, company: Company, wire_url: Callable[[], str]
) -> None:
    @pages.get("/")
    def front() -> str:
        return render_template(
            "sandbox/front.html",
            page="front",
            specimens=SPECIMENS,
            wire_url=wire_url(),
            merchant=FIRST_MERCHANT,
            rules=company.rules,
            operations=list(Operation),
            control_url=request.host_url,
            recipes=_recipes(company, wire_url()),
            rule_words=words.RULES,
        )

    @pages.get("/clock")
    def clock() -> str:
        first = tokyo_date(company.now())
        days = [first + timedelta(days=count) for count in range(_CALENDAR_DAYS)]
        closures = [(day, closure_reason(day)) for day in days]
        return render_template(
            "sandbox/clock.html",
            page="clock",
            closures=closures,
            offset=company.clock_offset,
        )

    @pages.get("/faults")
    def faults() -> str:
        return render_template(
            "sandbox/faults.html",
            page="faults",
            waiting=company.faults.waiting(),
            finished=company.faults.finished(),
            kinds=list(FaultKind),
            may_be_late=MAY_BE_LATE,
            operations=list(Operation),
            merchants=company.merchants(),
            control_url=request.host_url,
        )


def _recipes(company: Company, wire_url: str) -> dict[str, Sequence[Recipe]]:
    too_old = tokyo_date(company.now()) - _TOO_OLD
    return {
        name: filled(
            recipes,
            control=request.host_url,
            wire=f"{wire_url}/",
            too_old=too_old.isoformat(),
        )
        for name, recipes in _RECIPES.items()
    }


def _add_ledger(pages: Blueprint, company: Company) -> None:

    @pages.get("/ledger")
    def ledger() -> str:
        wanted = request.args.get("q", "").strip()
        found = company.read(lambda: _search(company, wanted))
        counts = company.read(
            lambda: company.ledger.counts(
                "SELECT state, count(*), sum(amount) FROM transactions GROUP BY state"
            )
        )
        return render_template(
            "sandbox/ledger.html",
            page="ledger",
            transactions=found[::-1],
            wanted=wanted,
            counts={State(state): (count, total) for state, count, total in counts},
            shown=_SHOWN,
        )

    @pages.get("/requests")
    def requests() -> str:
        found = company.read(lambda: company.ledger.requests.find(limit=_SHOWN))
        return render_template(
            "sandbox/requests.html", page="requests", requests=found[::-1], shown=_SHOWN
        )

    @pages.get("/requests/<int:number>")
    def one_request(number: int) -> str:
        found = company.read(
            lambda: company.ledger.requests.find(since=number - 1, until=number)
        )
        if not found:
            raise UnknownTransactionError(
                f"There is no request {number}.", ja=f"受信 {number} はありません。"
            )
        body = company.read(lambda: company.ledger.requests.body(number))
        return render_template(
            "sandbox/request.html",
            page="requests",
            request_row=found[0],
            body=body.decode("utf-8", "replace") if body is not None else None,
        )

    @pages.get("/transactions/<transaction_id>")
    def transaction(transaction_id: str) -> str:
        found = company.read(lambda: company.find(transaction_id))
        calls = company.read(
            lambda: company.ledger.requests.find(
                transaction_id=transaction_id, limit=50
            )
        )
        return render_template(
            "sandbox/transaction.html",
            page="ledger",
            transaction=found,
            requests=calls[::-1],
            history=words.HISTORY,
            carriers=CARRIERS,
            next_due=next_due(found),
            can_decide=found.state in (State.REVIEW, State.HOLD),
            results=(OK, NG, ON_HOLD),
            not_advanced=words.NOT_ADVANCED.get(not_advanced_because(found)),
            payment=words.PAYMENTS[payment_state(found)],
            can_move=found.state is State.SHIPPED and not found.delivered_at,
            events=EVENTS,
        )


def _search(company: Company, wanted: str) -> list[Transaction]:
    if not wanted:
        return company.ledger.transactions(limit=_SHOWN)
    no = number_of(wanted.upper())
    if no is not None:
        found = company.ledger.find_transaction(no)
        return [found] if found else []
    return company.ledger.transactions(shop_order_id=wanted, limit=_SHOWN)


def _add_deeds(pages: Blueprint, company: Company) -> None:
    @pages.post("/clock")
    def move_clock() -> BaseResponse:
        company.move_clock(
            hours=request.form.get("hours", 0.0, type=float),
            business_days=request.form.get("business_days", 0, type=int),
        )
        return redirect(url_for("pages.clock"), 303)

    @pages.post("/faults")
    def add_fault() -> BaseResponse:
        given = {name: text for name, text in request.form.items() if text}
        company.faults.add(Fault.read(given))
        return redirect(url_for("pages.faults"), 303)

    @pages.post("/faults/clear")
    def clear_faults() -> BaseResponse:
        company.faults.clear(request.form.get("number", type=int))
        return redirect(url_for("pages.faults"), 303)
