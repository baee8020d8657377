"""The invoice that a shop encloses: fetched late, kept sealed, shown under audit (S7).

The first fetch fixes the buyer's due date (api 6), so a person asks for it.
"""

from dataclasses import dataclass
from datetime import datetime

import orjson

from hub.domain.invoice_print_data import (
    MOST_LINES,
    InvoicePrintData,
    is_enclosed,
    lacks_print_data,
)
from hub.domain.known import Fact, State
from hub.flow.calls import credentials_of
from hub.flow.cases import Case
from hub.flow.deeds import (
    Deed,
    InterventionError,
    carry_out,
    case_of_order,
    moved,
    note,
)
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.provider.port import AlreadyCancelled, PreparedCall, PrintData, Refused
from hub.queue import Lane
from hub.store import operations, print_data
from hub.store.store import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedInvoice:
    """What was fetched; it is not `is_current` once the order was changed."""

    order_number: str
    data: InvoicePrintData
    fetched_at: datetime
    is_current: bool


def fetch_print_data(
    parts: Parts, merchant_id: str, order_id: str, *, user_id: str
) -> None:
    """Fetch the invoice of an approved order; raises InterventionError.

    Until the shipment is reported it may be asked again, where the profile says so
    (no. 16); an order that was changed has a new invoice.
    """

    def prepare(scope: Scope) -> tuple[Case, PreparedCall]:
        case = case_of_order(scope, order_id)
        _need_approved(case)
        _need_first(parts, case)
        call = parts.provider.fetch_print_data(
            provider_transaction_id=case.known.provider_transaction_id,
            credentials=credentials_of(scope, case.transaction.credential_set_id),
        )
        return case, call

    asked, call = parts.store.of(merchant_id).read(prepare)
    answer = _taken(parts.provider.send(call).answer)

    def keep(scope: Scope) -> set[Lane]:
        case = case_of_order(scope, order_id)
        if not _is_unchanged(scope, asked, case):
            raise InterventionError("it was changed meanwhile", code="HUB-INV-204")
        now = parts.clock.now()
        body = orjson.dumps({"values": answer.values, "lines": answer.lines})
        print_data.save(
            scope,
            case.transaction.id,
            body,
            data_key_id=case.order.data_key_id,
            now=now,
        )
        note(scope, parts, case, "print_data", user_id=user_id)
        return settle(
            scope, parts, moved(parts, case, Fact.PRINT_DATA_FETCHED), now=now
        )

    deed = Deed(user_id=user_id, action="fetch_print_data", subject=order_id, detail={})
    carry_out(parts, merchant_id, deed, keep)


def fetched_invoice(
    parts: Parts, merchant_id: str, order_id: str, *, user_id: str, reason: str
) -> FetchedInvoice:
    """Return what was fetched and record who looked, and why (`view` or `print`).

    Raises InterventionError where nothing was fetched.
    """
    found: list[FetchedInvoice] = []

    def look(scope: Scope) -> set[Lane]:
        case = case_of_order(scope, order_id)
        stored = print_data.get(scope, case.transaction.id)
        if stored is None:
            raise InterventionError("nothing was fetched", code="HUB-INV-207")
        document = orjson.loads(stored.body)
        found.append(
            FetchedInvoice(
                order_number=case.order.order_number,
                data=InvoicePrintData(
                    values=document["values"], lines=document["lines"]
                ),
                fetched_at=stored.fetched_at,
                is_current=_is_current(case),
            )
        )
        return set()

    deed = Deed(
        user_id=user_id, action=f"{reason}_print_data", subject=order_id, detail={}
    )
    carry_out(parts, merchant_id, deed, look)
    return found[-1]


def _is_current(case: Case) -> bool:
    is_up = case.known.state in (State.AUTHORIZED, State.SHIPMENT_REPORTED)
    return (
        is_up
        and not lacks_print_data(case.wanted, case.known)
        and case.known.registered == case.wanted.digest
    )


def _need_approved(case: Case) -> None:
    if not is_enclosed(case.wanted):
        raise InterventionError("the invoice is mailed", code="HUB-INV-203")
    is_told = case.known.registered == case.wanted.digest
    if case.known.state is not State.AUTHORIZED or not is_told:
        raise InterventionError("it is not approved", code="HUB-INV-205")


def _need_first(parts: Parts, case: Case) -> None:
    is_fetched = bool(case.known.print_data_of) and _is_current(case)
    if is_fetched and not parts.profile.repeats_print_data:
        raise InterventionError("it was fetched", code="HUB-INV-208")


def _is_unchanged(scope: Scope, asked: Case, case: Case) -> bool:
    """Tell whether the answer speaks of the order as it stands now."""
    waiting = operations.open_provider_operation(scope, case.transaction.id)
    is_being_told = waiting is not None and waiting.state == "sending"
    return (
        not is_being_told
        and case.transaction.id == asked.transaction.id
        and case.known.registered == asked.known.registered
        and case.wanted.digest == asked.wanted.digest
    )


def _taken(answer: object) -> PrintData:
    match answer:
        case PrintData() if len(answer.lines) <= MOST_LINES:
            return answer
        case Refused() | AlreadyCancelled():
            raise InterventionError("the provider refused", code="HUB-INV-202")
        case _:
            raise InterventionError("no usable answer", code="HUB-INV-201")
