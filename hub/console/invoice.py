"""The invoice to enclose: fetched, looked at and handed to the printer."""

from flask import Response

from hub.console.interventions import attempted
from hub.console.order import order_page
from hub.console.pages import page
from hub.console.rooms import House, go
from hub.console.visit import ACTING, Visit
from hub.console.words import explained
from hub.documents.print_csv import ENCODING, print_csv
from hub.domain.invoice_print_data import AFTER_LINES, BEFORE_LINES, LINE
from hub.flow.print_data import FetchedInvoice, fetch_print_data, fetched_invoice
from hub.text.catalogue import Message


def add_invoice(house: House) -> None:
    """Add the routes."""

    @house.action("/orders/<order_id>/invoice/fetch", "fetch_invoice", roles=ACTING)
    def fetch(visit: Visit, order_id: str) -> Response:
        problem = attempted(
            lambda: fetch_print_data(
                visit.parts, visit.merchant_id, order_id, user_id=visit.user_id
            )
        )
        if problem is not None:
            return order_page(visit, order_id, problem=problem, status=409)
        return go("invoice", order_id=order_id, done="fetch_invoice")

    @house.page("/orders/<order_id>/invoice", "invoice")
    def invoice(visit: Visit, order_id: str) -> Response:
        found = _found(visit, order_id, "view")
        if not isinstance(found, FetchedInvoice):
            return order_page(visit, order_id, problem=found, status=409)
        return page(
            visit,
            "invoice.html",
            order_id=order_id,
            invoice=found,
            values=found.data.values,
            names=(*BEFORE_LINES, *AFTER_LINES),
            line_names=LINE,
        )

    # A form, for what is downloaded is recorded as printed.
    @house.action("/orders/<order_id>/invoice.csv", "invoice_csv", roles=ACTING)
    def invoice_csv(visit: Visit, order_id: str) -> Response:
        found = _found(visit, order_id, "print")
        body = _csv(found) if isinstance(found, FetchedInvoice) else found
        if not isinstance(body, bytes):
            return order_page(visit, order_id, problem=body, status=409)
        return _download(body, f"invoice-{order_id}.csv")


def _csv(found: FetchedInvoice) -> bytes | Message | None:
    """Return the file, or why none is made."""
    if not found.is_current:
        return explained("HUB-INV-204")
    try:
        return print_csv([found.data])
    except UnicodeEncodeError:
        return explained("HUB-INV-206")


def _found(visit: Visit, order_id: str, reason: str) -> FetchedInvoice | Message | None:
    """Return the invoice, or why there is none."""
    found: list[FetchedInvoice] = []
    problem = attempted(
        lambda: found.append(
            fetched_invoice(
                visit.parts,
                visit.merchant_id,
                order_id,
                user_id=visit.user_id,
                reason=reason,
            )
        )
    )
    return found[0] if found else problem


def _download(body: bytes, name: str) -> Response:
    response = Response(body)
    response.headers["Content-Type"] = f"text/csv; charset={ENCODING}"
    # Ours alone: the cart's order number could break the header.
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
