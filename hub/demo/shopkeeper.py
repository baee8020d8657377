"""The shopkeeper's pages: what a merchant's cart and warehouse would do."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.clock import Clock

from . import changes, guard, progress, waybill
from .book import Book
from .goods import MOST_OF_ONE
from .orders import PlacedOrder
from .rows import OrderMovedError
from .sender import Sender

Change = tuple[str, PlacedOrder]
NOTHING_SENT = "何も送っていません。"
PROBLEMS = {
    "moved": "ほかの操作で注文が変わっています。内容を見てもう一度押してください。",
    "carrier": "運送会社を選んでください。",
    "tracking": "送り状番号は12桁で、最後の桁が検査数字です。番号を確かめてください。",
    "empty": "数量がすべて0です。やめるときは「注文キャンセル」を押してください。",
    "same": "数量が前と同じです。変えたい数を入れてから押してください。",
}


class Shopkeeper:
    """The pages, bound to the shop's book."""

    def __init__(self, book: Book, sender: Sender, clock: Clock) -> None:
        """Take what the pages read, write to and ring."""
        self._book = book
        self._sender = sender
        self._clock = clock

    def blueprint(self) -> Blueprint:
        """Return the addresses."""
        pages = Blueprint("shopkeeper", __name__, url_prefix="/shopkeeper")
        pages.before_request(guard.only_this_machine())
        pages.get("")(self.orders)
        pages.get("/<number>")(self.one)
        pages.post("/<number>/ship")(self.ship)
        pages.post("/<number>/amend")(self.amend)
        pages.post("/<number>/cancel")(self.cancel)
        return pages

    def orders(self) -> str:
        """List the orders."""
        listed = self._book.newest_orders()
        return render_template(
            "shopkeeper.html",
            orders=[(order, progress.progress_of(order)) for order in listed],
            waiting=self._book.waiting_count(),
        )

    def one(self, number: str) -> str:
        """Show one order with all that may be done to it."""
        order = self._order(number)
        problem = PROBLEMS.get(request.args.get("problem", ""), "")
        return render_template(
            "shopkeeper_order.html",
            order=order,
            progress=progress.progress_of(order),
            is_awaited=progress.is_awaited(order),
            letters=self._book.letters(order),
            story=self._book.story(order),
            carriers=waybill.CARRIERS,
            tracking_number=_next_tracking_number(order),
            most=MOST_OF_ONE,
            problem=problem and NOTHING_SENT + problem,
        )

    def ship(self, number: str) -> Response:
        """Ship the order, or correct its parcel's number."""
        return self._act(number, _shipped)

    def amend(self, number: str) -> Response:
        """Change quantities."""
        return self._act(number, _amended)

    def cancel(self, number: str) -> Response:
        """Cancel the order."""
        return self._act(number, _cancelled)

    def _act(
        self, number: str, change: Callable[[PlacedOrder, datetime], Change | str]
    ) -> Response:
        order, now = self._order(number), self._clock.now()
        here = url_for("shopkeeper.one", number=number)
        if order.cancelled_at or not order.is_deferred:
            return redirect(f"{here}?problem=moved", 303)
        changed = change(order, now)
        if isinstance(changed, str):
            return redirect(f"{here}?problem={changed}", 303)
        kind, successor = changed
        try:
            self._book.record(successor, kind, now=now)
        except OrderMovedError:
            return redirect(f"{here}?problem=moved", 303)
        self._sender.ring()
        return redirect(here, 303)

    def _order(self, number: str) -> PlacedOrder:
        order = self._book.by_number(number)
        if order is None:
            abort(404)
        return order


def _shipped(order: PlacedOrder, now: datetime) -> Change | str:
    carrier = request.form.get("carrier", "")
    number = "".join(request.form.get("tracking_number", "").replace("-", "").split())
    if carrier not in waybill.CARRIERS:
        return "carrier"
    if not waybill.is_valid(number):
        return "tracking"
    parcel = changes.shipped(order, carrier=carrier, tracking_number=number, now=now)
    return ("shipment.changed" if order.shipment else "shipment.created"), parcel


def _amended(order: PlacedOrder, _now: datetime) -> Change | str:
    wanted = {
        sku: _quantity(request.form, sku, order.basket[sku]) for sku in order.basket
    }
    if wanted == dict(order.basket):
        return "same"
    if not any(wanted.values()):
        return "empty"
    return "order.amended", changes.amended(order, wanted)


def _cancelled(order: PlacedOrder, now: datetime) -> Change | str:
    return "order.cancelled", changes.cancelled(order, now=now)


def _quantity(form: Mapping[str, str], sku: str, before: int) -> int:
    text = form.get(f"q-{sku}", "")
    if not (text.isascii() and text.isdigit()):
        return before
    return min(int(text[:6]), MOST_OF_ONE)


def _next_tracking_number(order: PlacedOrder) -> str:
    if order.shipment:
        return order.shipment.tracking_number
    return waybill.example_number(order.id)
