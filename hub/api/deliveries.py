"""カートからの受信, and events that a merchant's own system hands in."""

import base64
from typing import Any

from flask import request

from hub.api import problems
from hub.api.asked import DeliveryAsking
from hub.api.caller import Caller
from hub.api.documents import Document, delivery_document
from hub.api.door import Door
from hub.api.problems import of_status
from hub.api.reading import read_document, whole_body
from hub.api.repeats import key_of
from hub.api.shop_schemas import (
    BodySchema,
    DeliveryPageSchema,
    DeliverySchema,
    HandedInSchema,
)
from hub.flow.hand_in import hand_in
from hub.flow.problems import STATUS_OF_RECEIPT
from hub.flow.receive import Receipt
from hub.store import audit, inbox, records
from hub.store.api_keys import ApiScope
from hub.store.records import DeliveryLine
from hub.store.store import Scope

_RETRY_SECONDS = "30"
_Numbers = dict[str, list[tuple[str, str]]]


def add_deliveries(door: Door) -> None:
    """Add the routes."""

    @door.get("/deliveries", answer=DeliveryPageSchema, query=DeliveryAsking)
    def list_deliveries(caller: Caller, asking: dict[str, Any]) -> Document:
        """カートからの受信の一覧 / List deliveries, the newest first."""
        return _page(caller, asking)

    @door.get("/deliveries/<delivery_id>", answer=DeliverySchema)
    def get_delivery(caller: Caller, delivery_id: str) -> Document:
        """受信を1件 / One delivery without its body."""

        def work(scope: Scope) -> tuple[DeliveryLine | None, _Numbers]:
            line = records.delivery(scope, delivery_id)
            return line, records.order_numbers_of(scope, [delivery_id])

        line, numbers = caller.store.read(work)
        if line is None:
            raise problems.absent()
        orders = numbers.get(delivery_id, [])
        return delivery_document(line, orders, language=caller.language)

    @door.get(
        "/deliveries/<delivery_id>/body",
        answer=BodySchema,
        scopes=(ApiScope.READ, ApiScope.PERSONAL),
    )
    def get_delivery_body(caller: Caller, delivery_id: str) -> Document:
        """受信した本文そのもの / A delivery's body; reading it is audited."""
        return caller.store.write(lambda scope: _body(scope, caller, delivery_id))

    @door.post(
        "/shops/<shop_id>/events",
        answer=HandedInSchema,
        is_act=False,
        takes_document=True,
    )
    def hand_in_events(caller: Caller, shop_id: str) -> tuple[Document, int]:
        """イベントを渡す / Hand in events of the canonical JSON.

        本文は汎用Webhookと同じ形(1件または配列)。保存してから202を返し、同じ本文か同じ
        Idempotency-Key の2回目は200。読み取れない内容も保存し、理由は deliveries に。
        The body of the generic webhook. It is stored, then answered; the same again is
        200. What cannot be read is kept, and deliveries tell why.
        """
        return _handed_in(caller, shop_id)


def _page(caller: Caller, asking: dict[str, Any]) -> Document:
    limit: int = asking["limit"]

    def work(scope: Scope) -> tuple[list[DeliveryLine], _Numbers]:
        lines = list(
            records.deliveries(
                scope,
                state=asking.get("state", ""),
                before=asking.get("after", ""),
                limit=limit + 1,
            )
        )
        return lines, records.order_numbers_of(scope, [line.id for line in lines])

    lines, numbers = caller.store.read(work)
    shown = lines[:limit]
    return {
        "items": [
            delivery_document(line, numbers.get(line.id, []), language=caller.language)
            for line in shown
        ],
        "next_cursor": shown[-1].id if len(lines) > limit else None,
    }


def _body(scope: Scope, caller: Caller, delivery_id: str) -> Document:
    found = inbox.get(scope, delivery_id)
    if found is None:
        raise problems.absent()
    _row, delivery = found
    # The body is personal data: who looked is on record (T-25).
    audit.record(
        scope,
        user_id=caller.user_id,
        action="see_delivery",
        subject=delivery_id,
        detail={},
        now=caller.parts.clock.now(),
    )
    try:
        text, encoding = delivery.body.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = base64.b64encode(delivery.body).decode(), "base64"
    return {"content_type": delivery.content_type, "encoding": encoding, "body": text}


def _handed_in(caller: Caller, shop_id: str) -> tuple[Document, int]:
    body = whole_body(request)
    if not body:
        raise of_status(400)
    read_document(body)
    receipt, delivery_id = hand_in(
        caller.parts,
        caller.merchant_id,
        shop_id,
        body=body,
        message_id=key_of(request),
    )
    if receipt is Receipt.NOT_NOW:
        problem = of_status(503)
        problem.headers["Retry-After"] = _RETRY_SECONDS
        raise problem
    is_new = receipt is Receipt.NEW
    document = {"delivery_id": delivery_id, "is_new": is_new}
    return document, STATUS_OF_RECEIPT[receipt]
