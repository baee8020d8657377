"""カートからの受信: every proven delivery, exactly as it came."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request

from hub.console.interventions import attempted
from hub.console.order import connector_title
from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go
from hub.console.visit import ACTING, Visit
from hub.console.words import explained
from hub.contract.proof import Delivery
from hub.flow import intervene
from hub.store import audit, connections, inbox, inbox_documents, records
from hub.store.records import DeliveryLine
from hub.store.store import Scope
from hub.text.catalogue import Message

PAGE_ROWS = 50
LONGEST_SHOWN = 100_000
STATES = ("", "new", "quarantined", "ignored")
_TONES = {"new": "info", "done": "ok", "ignored": "quiet", "quarantined": "wait"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body as text, and whether it is whole and was text."""

    text: str
    is_text: bool
    is_cut: bool


def add_deliveries(house: House) -> None:
    """Add the routes."""

    @house.page("/deliveries", "deliveries")
    def deliveries(visit: Visit) -> Response:
        state = request.args.get("state", "")
        before = request.args.get("before", "")[:26]
        return _list_page(visit, state if state in STATES else "", before)

    @house.page("/deliveries/<delivery_id>", "delivery")
    def delivery(visit: Visit, delivery_id: str) -> Response:
        return _delivery_page(visit, delivery_id)

    @house.action("/deliveries/<delivery_id>/replay", "replay", roles=ACTING)
    def replay(visit: Visit, delivery_id: str) -> Response:
        problem = attempted(
            lambda: intervene.replay_delivery(
                visit.parts, visit.merchant_id, delivery_id, user_id=visit.user_id
            )
        )
        if problem is not None:
            return _delivery_page(visit, delivery_id, problem=problem)
        return go("delivery", delivery_id=delivery_id, done="replay")


def _list_page(visit: Visit, state: str, before: str) -> Response:
    now = visit.parts.clock.now()

    def work(scope: Scope) -> tuple[list[DeliveryLine], Any, dict[str, str]]:
        lines = list(
            records.deliveries(scope, state=state, before=before, limit=PAGE_ROWS + 1)
        )
        numbers = records.order_numbers_of(scope, [line.id for line in lines])
        titles = {}
        for connection_id in {line.connection_id for line in lines}:
            found = connections.get(scope, connection_id, now=now)
            titles[connection_id] = found.connector if found else ""
        return lines, numbers, titles

    lines, numbers, slugs = visit.store.read(work)
    has_more = len(lines) > PAGE_ROWS
    lines = lines[:PAGE_ROWS]
    return page(
        visit,
        "deliveries.html",
        lines=lines,
        numbers=numbers,
        titles={key: connector_title(visit, slug) for key, slug in slugs.items()},
        tones=_TONES,
        states=STATES,
        state=state,
        before=before,
        next_before=lines[-1].id if has_more else "",
        page_rows=PAGE_ROWS,
        reasons={line.id: explained(line.reason_code) for line in lines},
    )


def _delivery_page(
    visit: Visit, delivery_id: str, *, problem: Message | None = None
) -> Response:
    now = visit.parts.clock.now()

    def work(scope: Scope) -> tuple[Any, Delivery, dict[str, bytes], Any, str]:
        found = inbox.get(scope, delivery_id)
        if found is None:
            raise AbsentError
        row, delivery = found
        numbers = records.order_numbers_of(scope, [delivery_id])
        connection = connections.get(scope, row.connection_id, now=now)
        slug = connection.connector if connection else ""
        # The body is personal data: who looked is on record (T-25).
        audit.record(
            scope,
            user_id=visit.user_id,
            action="see_delivery",
            subject=delivery_id,
            detail={},
            now=now,
        )
        documents = inbox_documents.of_delivery(scope, delivery_id)
        return row, delivery, documents, numbers.get(delivery_id, []), slug

    row, delivery, documents, numbers, slug = visit.store.write(work)
    return page(
        visit,
        "delivery.html",
        status=409 if problem else 200,
        problem=problem,
        row=row,
        delivery=delivery,
        numbers=numbers,
        connector=connector_title(visit, slug),
        tone=_TONES.get(row.state, "quiet"),
        body=_shown(delivery.body),
        documents={name: _shown(body) for name, body in documents.items()},
        reason=explained(row.reason_code),
        findings=row.reason_detail or {},
        longest=LONGEST_SHOWN,
    )


def _shown(body: bytes) -> Body:
    try:
        text, is_text = body.decode(), True
    except UnicodeDecodeError:
        text, is_text = body[:LONGEST_SHOWN].hex(" "), False
    return Body(
        text=text[:LONGEST_SHOWN], is_text=is_text, is_cut=len(text) > LONGEST_SHOWN
    )
