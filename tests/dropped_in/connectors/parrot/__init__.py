"""The smallest connector: a stranger's folder, found because it lies there."""

import json
from collections.abc import Sequence

from hub.contract.connector import (
    CONTRACT_NUMBER,
    Connection,
    Connector,
    Manifest,
    Role,
    SettingField,
    SettingKind,
    Settings,
)
from hub.contract.errors import CartGoneError, CartUnavailableError, PayloadError
from hub.contract.events import CartEvent, OrderCancelled
from hub.contract.http import AnswerLostError, NotSentError
from hub.contract.inbound import InboundRequest
from hub.contract.json_body import read_json
from hub.contract.proof import Delivery, content_key, signed
from hub.contract.signatures import HmacScheme, verify_hmac
from hub.contract.updates import CartUpdate, PushReceipt

_SCHEME = HmacScheme(header="X-Parrot")


def verify(request: InboundRequest, settings: Settings) -> Delivery:
    """Return the proven delivery."""
    verify_hmac(
        request,
        settings.accepted_secrets("secret"),
        scheme=_SCHEME,
        now=request.received_at,
    )
    key = content_key("cancelled", request.body)
    return signed(request, topic="cancelled", dedupe_key=key)


def translate(delivery: Delivery, settings: Settings) -> Sequence[CartEvent]:
    """Return the one kind of event that a parrot knows."""
    del settings
    document = read_json(delivery.body)
    number = document.get("cancelled") if isinstance(document, dict) else None
    if not isinstance(number, str):
        raise PayloadError("no number", fields={"cancelled": "必須です。 / Required."})
    return (OrderCancelled(order_number=number, occurred_at=delivery.received_at),)


def push(update: CartUpdate, connection: Connection) -> PushReceipt:
    """Repeat the state under the id of the update."""
    try:
        answer = connection.http.post(
            connection.settings.text("url"),
            body=json.dumps({"id": update.id, "state": update.state}).encode(),
            headers={},
            total_seconds=15,
            cap_bytes=1024,
        )
    except (NotSentError, AnswerLostError) as error:
        raise CartUnavailableError("no answer") from error
    if answer.status == 410:
        raise CartGoneError("gone")
    if answer.status >= 300:
        wait = answer.headers.get("retry-after", "")
        seconds = min(max(int(wait), 1), 3600) if wait.isdigit() else None
        raise CartUnavailableError("not now", retry_after_seconds=seconds)
    return PushReceipt(status=answer.status)


connector = Connector(
    manifest=Manifest(
        slug="parrot",
        title_ja="見本のオウム",
        title_en="Specimen parrot",
        contract=CONTRACT_NUMBER,
        settings=(
            SettingField(
                name="secret",
                kind=SettingKind.SECRET,
                label_ja="鍵",
                label_en="Secret",
                is_generated=True,
            ),
            SettingField(
                name="url", kind=SettingKind.URL, label_ja="通知先", label_en="Callback"
            ),
        ),
        topics=("cancelled",),
        roles=(Role.CHANGES, Role.PUSH),
    ),
    verify=verify,
    translate=translate,
    push=push,
)
