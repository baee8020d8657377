"""Tells the shop's callback how a transaction stands."""

from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from hub.contract.connector import Connection
from hub.contract.errors import CartGoneError, CartRefusedError, CartUnavailableError
from hub.contract.http import AnswerLostError, HttpAnswer, NotSentError
from hub.contract.retry_after import wait_of
from hub.contract.signatures import sign_standard
from hub.contract.updates import CartUpdate, PushReceipt
from hub.text.catalogue import message

TOTAL_SECONDS = 15.0
CAP_BYTES = 65_536
_GONE = 410


def push(update: CartUpdate, connection: Connection) -> PushReceipt:
    """Post the update; the receiver tells a retry by its webhook-id."""
    url = connection.settings.text("callback_url")
    if not url:
        raise CartRefusedError("the connection has no callback URL")
    now = connection.now()
    body = body_of(update)
    headers = {"Content-Type": "application/json", **_signed(update, body, connection)}
    try:
        answer = connection.http.post(
            url,
            body=body,
            headers=headers,
            total_seconds=TOTAL_SECONDS,
            cap_bytes=CAP_BYTES,
        )
    except (NotSentError, AnswerLostError) as error:
        # A receiver drops what it has seen, so a callback is repeated either way (R10).
        raise CartUnavailableError(str(error)) from error
    return _receipt(answer, now)


def body_of(update: CartUpdate) -> bytes:
    """Return the JSON that the receiver reads; the same bytes on every retry."""
    parcel = update.tracking_number
    invoice = update.invoice
    return orjson.dumps(
        {
            "type": update.kind,
            "id": update.id,
            "sequence": update.sequence,
            "occurred_at": utc(update.occurred_at),
            "order": {"number": update.order_number},
            "transaction": {
                "state": update.state,
                "state_label": update.state_label,
                "provider_transaction_id": update.provider_transaction_id,
                "reasons": list(update.reasons),
            },
            "may_ship": update.may_ship,
            "invoice": invoice
            and {
                "expected_issue_on": invoice.expected_issue_on.isoformat(),
                "evidence": invoice.evidence,
            },
            "shipment": {"tracking_number": parcel} if parcel else None,
            "message": _message(update),
        }
    )


def _signed(
    update: CartUpdate, body: bytes, connection: Connection
) -> Mapping[str, str]:
    try:
        return sign_standard(
            message_id=update.id,
            sent_at=connection.now(),
            body=body,
            secrets=connection.settings.accepted_secrets("callback_secret"),
        )
    except ValueError as error:
        raise CartRefusedError("the connection has no callback secret") from error


def utc(moment: datetime) -> str:
    """Return a moment as the JSON writes it: whole seconds, UTC, Z."""
    text = moment.astimezone(UTC).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")


def _message(update: CartUpdate) -> dict[str, str]:
    code = update.message_code
    try:
        entry = message(code)
    except KeyError:
        # A callback without its sentence is better than none.
        return {"code": code, "ja": update.state_label, "en": update.state}
    parts = (entry.what, entry.means, entry.next)
    return {
        "code": code,
        "ja": "".join(words.ja for words in parts),
        "en": " ".join(words.en for words in parts),
    }


def _receipt(answer: HttpAnswer, now: datetime) -> PushReceipt:
    if 200 <= answer.status < 300:
        return PushReceipt(status=answer.status)
    if answer.status == _GONE:
        raise CartGoneError("the callback answered 410 Gone")
    raise CartUnavailableError(
        f"the callback answered {answer.status}",
        retry_after_seconds=wait_of(answer.headers.get("retry-after", ""), now),
    )
