"""Wanted as JSON in two parts: what anybody may see, and the persons in it."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from hub.contract.documents import as_document
from hub.contract.events import CancelCause
from hub.contract.money import Yen
from hub.contract.order import (
    Address,
    Browser,
    Contact,
    InvoiceDelivery,
    LineItem,
    LineKind,
    Order,
    OrderKind,
    Parcel,
)
from hub.domain.corrections import Correction
from hub.domain.parcel_choices import ParcelChoice, Reuse
from hub.domain.reductions import Charge, Reduction
from hub.domain.revision import Refund, Revision, Stated, Statement
from hub.domain.wanted import Notice, Noticed, VersionedParcel, Wanted

Json = dict[str, Any]
# Ids of other orders that this one has to do with.
_OTHERS = ("merged_into", "split_from", "waits_for")


def split(wanted: Wanted) -> tuple[Json, Json]:
    """Return the open part and the part with persons."""
    open_part: Json = {
        "version": wanted.version,
        "is_cancelled": wanted.is_cancelled,
        "cancelled_at": _moment_text(wanted.cancelled_at),
        "parcels": [_parcel_json(versioned) for versioned in wanted.parcels],
        **_added_json(wanted),
    }
    persons: Json = {"cancel_reason": wanted.cancel_reason}
    if wanted.corrections:
        persons["corrections"] = [asdict(one) for one in wanted.corrections]
    if wanted.order is not None:
        order = as_document(wanted.order)
        persons["buyer"] = order.pop("buyer")
        persons["ship_to"] = order.pop("ship_to")
        if browser := order.pop("browser"):
            persons["browser"] = browser
        if not order["reference"]:
            del order["reference"]
        order["ordered_at"] = _moment_text(wanted.order.ordered_at)
        order["ships_on"] = _day_text(wanted.order.ships_on)
        open_part["order"] = order
    return open_part, persons


def _added_json(wanted: Wanted) -> Json:
    """Return what is not there for most orders, so that most rows stay short."""
    added: Json = {}
    if wanted.cancel_cause is not CancelCause.ORDER:
        added["cancel_cause"] = wanted.cancel_cause.value
    if wanted.revision:
        added["revision"] = asdict(wanted.revision)
    if wanted.statements:
        added["statements"] = [
            {**asdict(one), "on": one.on.isoformat()} for one in wanted.statements
        ]
    if wanted.refund:
        added["refund"] = {
            **asdict(wanted.refund),
            "at": _moment_text(wanted.refund.at),
            "done_on": _day_text(wanted.refund.done_on),
        }
    if wanted.merges:
        added["merges"] = list(wanted.merges)
    for name in _OTHERS:
        if other := getattr(wanted, name):
            added[name] = other
    return {**added, **_decided_json(wanted)}


def _decided_json(wanted: Wanted) -> Json:
    added: Json = {}
    if wanted.choices:
        added["choices"] = [
            {**asdict(one), "at": _moment_text(one.at)} for one in wanted.choices
        ]
    if wanted.all_shipped_by:
        added["all_shipped_by"] = wanted.all_shipped_by
    if wanted.notices:
        added["notices"] = [
            {"what": one.what.value, "at": _moment_text(one.at)}
            for one in wanted.notices
        ]
    if wanted.is_erased:
        added["is_erased"] = True
    if wanted.charges:
        added["charges"] = [asdict(one) for one in wanted.charges]
    if wanted.reductions:
        added["reductions"] = [asdict(one) for one in wanted.reductions]
    return added


def join(open_part: Json, persons: Json) -> Wanted:
    """Return what `split` took apart."""
    order = open_part.get("order")
    return Wanted(
        order=_order(order, persons) if order else None,
        version=open_part["version"],
        is_cancelled=open_part["is_cancelled"],
        cancelled_at=_moment(open_part["cancelled_at"]),
        cancel_reason=persons.get("cancel_reason", ""),
        corrections=tuple(Correction(**one) for one in persons.get("corrections", ())),
        cancel_cause=CancelCause(open_part.get("cancel_cause", CancelCause.ORDER)),
        parcels=tuple(_parcel(parcel) for parcel in open_part["parcels"]),
        revision=_revision(open_part.get("revision")),
        statements=tuple(_statement(one) for one in open_part.get("statements", ())),
        refund=_refund(open_part.get("refund")),
        merges=tuple(open_part.get("merges", ())),
        **{name: open_part.get(name, "") for name in _OTHERS},
        choices=tuple(_choice(one) for one in open_part.get("choices", ())),
        all_shipped_by=open_part.get("all_shipped_by", ""),
        notices=tuple(_notice(one) for one in open_part.get("notices", ())),
        charges=tuple(_charge(one) for one in open_part.get("charges", ())),
        reductions=tuple(_reduction(one) for one in open_part.get("reductions", ())),
        is_erased=open_part.get("is_erased", False),
    )


def _revision(document: Json | None) -> Revision | None:
    if document is None:
        return None
    lines = tuple(_line(line) for line in document["lines"])
    return Revision(**{**document, "lines": lines})


def _statement(document: Json) -> Statement:
    return Statement(
        stated=Stated(document["stated"]),
        on=date.fromisoformat(document["on"]),
        user_id=document["user_id"],
    )


def _refund(document: Json | None) -> Refund | None:
    if document is None:
        return None
    return Refund(
        amount=Yen(document["amount"]),
        at=datetime.fromisoformat(document["at"]),
        user_id=document["user_id"],
        done_on=_day(document["done_on"]),
    )


def _order(order: Json, persons: Json) -> Order:
    excluding = order["total_excluding_tax"]
    ship_to = persons["ship_to"]
    return Order(
        number=order["number"],
        ordered_at=datetime.fromisoformat(order["ordered_at"]),
        buyer=_contact(persons["buyer"]),
        ship_to=_contact(ship_to) if ship_to else None,
        lines=tuple(_line(line) for line in order["lines"]),
        total=Yen(order["total"]),
        total_excluding_tax=None if excluding is None else Yen(excluding),
        currency=order["currency"],
        payment_method=order["payment_method"],
        invoice_delivery=InvoiceDelivery(order["invoice_delivery"]),
        shipping_method=order["shipping_method"],
        is_test=order["is_test"],
        kind=OrderKind(order.get("kind", OrderKind.NORMAL)),
        ships_on=_day(order.get("ships_on")),
        browser=_browser(persons.get("browser")),
        expected_parcels=order.get("expected_parcels"),
        reference=order.get("reference", ""),
    )


def _browser(browser: Json | None) -> Browser | None:
    if browser is None:
        return None
    pairs = tuple((name, value) for name, value in browser["headers"])
    return Browser(**{**browser, "headers": pairs})


def _contact(contact: Json) -> Contact:
    return Contact(**{**contact, "address": Address(**contact["address"])})


def _line(line: Json) -> LineItem:
    return LineItem(
        **{
            **line,
            "kind": LineKind(line["kind"]),
            "unit_price": Yen(line["unit_price"]),
        }
    )


def _parcel_json(versioned: VersionedParcel) -> Json:
    parcel = as_document(versioned.parcel)
    parcel["shipped_at"] = _moment_text(versioned.parcel.shipped_at)
    document: Json = {"version": versioned.version, "parcel": parcel}
    if versioned.reused:
        document["reused"] = [asdict(one) for one in versioned.reused]
    return document


def _parcel(versioned: Json) -> VersionedParcel:
    parcel = versioned["parcel"]
    shipped_at = datetime.fromisoformat(parcel["shipped_at"])
    return VersionedParcel(
        parcel=Parcel(**{**parcel, "shipped_at": shipped_at}),
        version=versioned["version"],
        reused=tuple(Reuse(**one) for one in versioned.get("reused", ())),
    )


def _choice(document: Json) -> ParcelChoice:
    return ParcelChoice(**{**document, "at": datetime.fromisoformat(document["at"])})


def _notice(document: Json) -> Notice:
    at = datetime.fromisoformat(document["at"])
    return Notice(what=Noticed(document["what"]), at=at)


def _charge(document: Json) -> Charge:
    amount = document["amount"]
    is_denied = amount is None
    return Charge(
        reference=document["reference"], amount=None if is_denied else Yen(amount)
    )


def _reduction(document: Json) -> Reduction:
    amount = Yen(document["amount"])
    return Reduction(reference=document["reference"], amount=amount)


def _moment_text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
