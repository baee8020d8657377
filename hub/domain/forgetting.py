"""What is left of an order whose persons are forgotten, and when it has to wait."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.contract.order import Address, Contact
from hub.domain.known import Known, State
from hub.domain.revision import Stated
from hub.domain.wanted import Wanted

# No API tells that a buyer paid. Until a person states it, an invoice counts as unpaid
# for as long as it may be claimed before it is written off.
INVOICE_LIFE = timedelta(days=180)
IN_PROGRESS = "HUB-PRIV-101"
UNPAID = "HUB-PRIV-102"
_NOBODY = Contact(name="(消去済み)", address=Address())
_IN_PROGRESS = frozenset(
    {
        State.REGISTERING,
        State.UNCLEAR,
        State.SCREENING,
        State.ON_HOLD,
        State.AUTHORIZED,
    }
)


def why_kept(wanted: Wanted, known: Known, *, now: datetime) -> str:
    """Return the code of what forbids to forget an order's persons, "" for nothing.

    `now` is business time. What was never registered is owed by nobody.
    """
    if known.state in _IN_PROGRESS:
        return IN_PROGRESS
    is_paid = any(one.stated is Stated.BUYER_PAID for one in wanted.statements)
    if known.state is not State.SHIPMENT_REPORTED or is_paid:
        return ""
    reported_at = known.reported.reported_at if known.reported else None
    since = reported_at or known.since
    return UNPAID if since is None or now < since + INVOICE_LIFE else ""


def without_persons(wanted: Wanted) -> Wanted:
    """Return what is wanted with nobody in it: amounts, goods and ids stay."""
    order = wanted.order
    if order is not None:
        ship_to = _NOBODY if order.ship_to else None
        order = replace(order, buyer=_NOBODY, ship_to=ship_to, browser=None)
    return replace(
        wanted, order=order, corrections=(), cancel_reason="", is_erased=True
    )


def known_of(known: Known, before: Wanted, after: Wanted) -> Known:
    """Return what is known, its digests moved along with the persons that went."""
    old, new = before.digest, after.digest

    def moved(digest: str) -> str:
        return new if digest and digest == old else digest

    return replace(
        known,
        registered=moved(known.registered),
        print_data_of=moved(known.print_data_of),
        invalid=moved(known.invalid),
    )
