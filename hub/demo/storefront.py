"""The buyer's pages up to the order: front, cart, checkout, payment methods."""

import secrets
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from hub.clock import Clock

from . import checkout_form, samples
from .book import Book
from .checkout_form import PREFECTURES
from .goods import BY_SKU, GOODS, MOST_OF_ONE, lines_of, total_of
from .orders import PaymentMethod
from .sender import Sender


class Storefront:
    """The pages, bound to the shop's book."""

    def __init__(self, book: Book, sender: Sender, clock: Clock) -> None:
        """Take what the pages write to and ring."""
        self._book = book
        self._sender = sender
        self._clock = clock

    def blueprint(self) -> Blueprint:
        """Return the addresses."""
        pages = Blueprint("shop", __name__)
        pages.get("/")(self.front)
        pages.get("/payment-methods")(self.payment_methods)
        pages.get("/cart")(self.cart)
        pages.post("/cart")(self.change_cart)
        pages.post("/cart/add")(self.add_to_cart)
        pages.get("/checkout")(self.checkout)
        pages.post("/checkout")(self.place)
        return pages

    def front(self) -> str:
        """Show the goods."""
        return render_template("front.html", goods=GOODS)

    def payment_methods(self) -> str:
        """Explain the payment methods, with the sample banner."""
        return render_template("payment_methods.html")

    def cart(self) -> str:
        """Show the cart."""
        lines = lines_of(basket())
        return render_template(
            "cart.html",
            lines=lines,
            total=total_of(lines),
            goods=BY_SKU,
            most=MOST_OF_ONE,
        )

    def add_to_cart(self) -> Response:
        """Put an article into the cart."""
        sku = request.form.get("sku", "")
        if sku in BY_SKU:
            now_in = basket()
            wanted = now_in.get(sku, 0) + _quantity(request.form.get("quantity"))
            _keep({**now_in, sku: min(wanted, MOST_OF_ONE)})
        return redirect(url_for("shop.cart"), 303)

    def change_cart(self) -> Response:
        """Keep the quantities as written, and go on to the checkout if asked."""
        remove = request.form.get("remove", "")
        _keep(
            {
                sku: 0 if sku == remove else _quantity(request.form.get(f"q-{sku}"))
                for sku in basket()
            }
        )
        is_going_on = request.form.get("then") == "checkout"
        return redirect(url_for("shop.checkout" if is_going_on else "shop.cart"), 303)

    def checkout(self) -> str | Response:
        """Show the checkout form, filled with an invented buyer if asked."""
        if not basket():
            return redirect(url_for("shop.cart"), 303)
        written = samples.filled(request.args.get("sample", ""))
        return _form({"payment_method": PaymentMethod.DEFERRED.value, **written}, {})

    def place(self) -> Response | tuple[str, int]:
        """Place the order, or show the form again with what to correct."""
        now_in, cart_id = basket(), session.get("cart_id", "")
        if not now_in or not cart_id:
            return redirect(url_for("shop.cart"), 303)
        checked = checkout_form.check(request.form, basket=now_in, cart_id=cart_id)
        if checked.draft is None:
            return _form(request.form, checked.errors), 422
        order = self._book.place(checked.draft, now=self._clock.now())
        self._sender.ring()
        _keep({})
        return redirect(url_for("order.completed", token=order.token), 303)


def basket() -> dict[str, int]:
    """Return what is in this browser's cart."""
    kept = session.get("basket")
    if not isinstance(kept, dict):
        return {}
    return {sku: kept[sku] for sku in BY_SKU if kept.get(sku, 0) > 0}


def count() -> int:
    """Return how many pieces are in this browser's cart."""
    return sum(basket().values())


def _keep(contents: Mapping[str, int]) -> None:
    kept = {sku: number for sku, number in contents.items() if number > 0}
    session["basket"] = kept
    # One cart becomes one order however often its form is sent.
    if not kept:
        session.pop("cart_id", None)
    elif "cart_id" not in session:
        session["cart_id"] = secrets.token_urlsafe(16)


def _quantity(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        return 1
    return min(int(text[:6]), MOST_OF_ONE)


def _form(written: Mapping[str, str], errors: Mapping[str, str]) -> str:
    plain, deferred = (lines_of(basket(), is_deferred=d) for d in (False, True))
    return render_template(
        "checkout.html",
        written=written,
        errors=errors,
        lines=plain,
        total=total_of(plain),
        deferred_total=total_of(deferred),
        methods=PaymentMethod,
        prefectures=PREFECTURES,
        samples=samples.SAMPLES,
    )
