"""A connector whose cart asks and waits, for tests of the hub's side."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hub.contract.asking import Ask, Asked, AskKind, AskOutcome, AskStanding, Reply
from hub.contract.connector import Connection, Connector, Settings
from hub.contract.errors import (
    AskEndedError,
    CartRefusedError,
    CartUnavailableError,
    PayloadError,
)
from hub.contract.events import CartEvent, OrderCancelled, OrderCharged, OrderReduced
from hub.contract.http import AnswerLostError, NotSentError
from hub.contract.inbound import InboundRequest
from hub.contract.json_body import read_json
from hub.contract.money import Yen
from hub.contract.proof import Delivery
from hub.contract.updates import CartUpdate, PushReceipt
from tests.flow import toucan

ENDED = 425
# What an order costs unless a test says otherwise.
PRICE = 3300


def hear(request: InboundRequest, kind: AskKind, settings: Settings) -> Asked:
    """Return a request that the heron signed."""
    said = _read(request.body)
    delivery = toucan.verify(request, settings)
    return Asked(
        shop_key=said["shop"],
        delivery=replace(delivery, topic=kind.value),
        reference=said["reference"],
        order_number=said["order"],
    )


def _read(body: bytes) -> Mapping[str, Any]:
    document = read_json(body)
    assert isinstance(document, dict)
    return document


def reply(asked: Asked, waiting_url: str) -> Reply:
    """Answer with the page of the buyer, where there is one."""
    body = json.dumps({"reference": asked.reference, "url": waiting_url}).encode()
    return Reply(status=201, body=body)


def translate(delivery: Delivery, settings: Settings) -> Sequence[CartEvent]:
    """Return what a request means for its order; a parcel is told as toucans do."""
    if delivery.topic == "says":
        return toucan.translate(delivery, settings)
    said = _read(delivery.body)
    at = _moment(said["at"])
    number = said["order"]
    if delivery.topic == AskKind.PAYMENT:
        fields = {"number": number, "reference": said["reference"], **said["fields"]}
        return (toucan.placed(fields, at),)
    if delivery.topic == AskKind.VOID:
        return (OrderCancelled(order_number=number, occurred_at=at),)
    if delivery.topic == AskKind.REFUND:
        return (
            OrderReduced(
                order_number=number,
                reference=said["reference"],
                amount=Yen(said["amount"]),
                occurred_at=at,
            ),
        )
    return (
        OrderCharged(
            order_number=number,
            reference=said["reference"],
            amount=Yen(said.get("amount", PRICE)),
            occurred_at=at,
        ),
    )


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise PayloadError("no moment", fields={"at": "日時 / A moment."}) from error


def push(update: CartUpdate, connection: Connection) -> PushReceipt:
    """Tell how every request stands; each payment leads its buyer on."""
    told = {
        "id": update.id,
        "type": update.kind.value,
        "asks": {one.reference: one.outcome.value for one in update.asks},
        "given_up": [one.reference for one in update.asks if one.is_given_up],
        "valid": [one.reference for one in update.asks if one.valid_until],
    }
    try:
        answer = connection.http.post(
            connection.settings.text("url"),
            body=json.dumps(told).encode(),
            headers={},
            total_seconds=15,
            cap_bytes=1024,
        )
    except (NotSentError, AnswerLostError) as error:
        raise CartUnavailableError("no answer") from error
    is_payment = any(one.kind is AskKind.PAYMENT for one in update.asks)
    if answer.status == ENDED and is_payment:
        raise AskEndedError("it waits no longer")
    if answer.status >= 500:
        raise CartUnavailableError("not now")
    if answer.status >= 300 and answer.status != ENDED:
        raise CartRefusedError("no")
    ways = {one.reference: _way(one) for one in update.asks if _leads_on(one)}
    return PushReceipt(status=answer.status, ways=ways)


def _leads_on(one: AskStanding) -> bool:
    return one.kind is AskKind.PAYMENT and one.outcome is not AskOutcome.DENIED


def _way(one: AskStanding) -> str:
    return f"https://heron.example/{one.outcome.value}/{one.reference}"


connector = Connector(
    manifest=replace(
        toucan.connector.manifest,
        slug="heron",
        title_ja="見本のサギ",
        title_en="Specimen heron",
        topics=tuple(kind.value for kind in AskKind),
        hears_received=False,
    ),
    verify=toucan.verify,
    translate=translate,
    push=push,
    ask=Ask(hear=hear, reply=reply),
)
