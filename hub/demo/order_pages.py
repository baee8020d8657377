"""The buyer's pages after the order, at an address that nobody can guess."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.clock import Clock

from . import changes, progress
from .book import Book
from .orders import PaymentMethod, PlacedOrder
from .progress import Stage
from .rows import OrderMovedError
from .sender import Sender


class OrderPages:
    """The pages, bound to the shop's book."""

    def __init__(self, book: Book, sender: Sender, clock: Clock) -> None:
        """Take what the pages read, write to and ring."""
        self._book = book
        self._sender = sender
        self._clock = clock

    def blueprint(self) -> Blueprint:
        """Return the addresses."""
        pages = Blueprint("order", __name__, url_prefix="/orders")
        pages.get("/<token>/completed")(self.completed)
        pages.get("/<token>")(self.show)
        pages.get("/<token>/progress.json")(self.progress_json)
        pages.post("/<token>/payment-method")(self.pay_otherwise)
        return pages

    def completed(self, token: str) -> str:
        """Thank the buyer."""
        return render_template("completed.html", order=self._order(token))

    def show(self, token: str) -> str:
        """Show how the order goes on."""
        order = self._order(token)
        return render_template(
            "order.html",
            order=order,
            progress=progress.progress_of(order),
            timeline=progress.timeline(order, self._book.story(order)),
            is_awaited=progress.is_awaited(order),
            methods=[m for m in PaymentMethod if m is not PaymentMethod.DEFERRED],
            problem=request.args.get("problem", "") == "method",
        )

    def progress_json(self, token: str) -> Response:
        """Tell the same to a program, without personal data."""
        return jsonify(_progress_document(self._order(token)))

    def pay_otherwise(self, token: str) -> Response:
        """Let the buyer of a declined order choose another payment method."""
        order = self._order(token)
        here = url_for("order.show", token=token)
        if progress.progress_of(order).stage is not Stage.DECLINED:
            return redirect(here, 303)
        try:
            method = PaymentMethod(request.form.get("payment_method", ""))
        except ValueError:
            return redirect(here + "?problem=method#pay-otherwise", 303)
        if method is not PaymentMethod.DEFERRED:
            self._change_method(order, method)
        return redirect(here, 303)

    def _order(self, token: str) -> PlacedOrder:
        order = self._book.by_token(token)
        if order is None:
            abort(404)
        return order

    def _change_method(self, order: PlacedOrder, method: PaymentMethod) -> None:
        changed = changes.paid_otherwise(order, method)
        # For the hub the deferred payment ends, although the order itself goes on.
        with suppress(OrderMovedError):
            self._book.record(
                changed,
                "order.cancelled",
                now=self._clock.now(),
                reason=f"お支払い方法の変更({method})",
            )
        self._sender.ring()


def _progress_document(order: PlacedOrder) -> dict[str, Any]:
    told, news = progress.progress_of(order), order.news
    issue_on = news.expected_issue_on if news else None
    return {
        "number": order.number,
        "stage": str(told.stage),
        "label": told.label,
        "is_settled": told.is_settled,
        "sequence": news.sequence if news else -1,
        "state": news.state if news else "",
        "may_ship": news.may_ship if news else "",
        "provider_transaction_id": news.provider_transaction_id if news else "",
        "expected_issue_on": issue_on.isoformat() if issue_on else None,
        "evidence": news.evidence if news else "",
        "total": int(order.total.including_tax),
        "version": order.version,
    }
