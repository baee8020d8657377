"""Tests the connection: the form of the secrets, and a signed ping to the callback."""

import base64
import secrets as random
from collections.abc import Iterator, Sequence

import orjson

from hub.contract.connector import Connection
from hub.contract.http import (
    AddressRefusedError,
    AnswerLostError,
    HttpAnswer,
    NotSentError,
)
from hub.contract.probe import Outcome, ProbeStep
from hub.contract.secret import Secret
from hub.contract.signatures import is_standard_secret, sign_standard

from .manifest import STANDARD, default_of
from .push import utc

PING = "ping"
PING_SECONDS = 10.0
CAP_BYTES = 65_536


def probe(connection: Connection) -> Iterator[ProbeStep]:
    """Yield the steps; a ping tells the shop nothing of an order."""
    settings = connection.settings
    scheme = settings.text("scheme") or default_of("scheme")
    incoming = settings.accepted_secrets("secret")
    yield _form_of(incoming, is_standard=scheme == STANDARD)
    url = settings.text("callback_url")
    if not url:
        yield ProbeStep(code="HUB-TEST-133", outcome=Outcome.SKIPPED)
        return
    outgoing = settings.accepted_secrets("callback_secret")
    if not all(is_standard_secret(secret) for secret in outgoing) or not outgoing:
        yield ProbeStep(code="HUB-TEST-136", outcome=Outcome.FAILED)
        return
    yield from _called(connection, url, outgoing)


def _form_of(secrets: Sequence[Secret], *, is_standard: bool) -> ProbeStep:
    is_usable = bool(secrets) and all(
        is_standard_secret(secret) if is_standard else len(secret.reveal()) >= 16
        for secret in secrets
    )
    if is_usable:
        return ProbeStep(code="HUB-TEST-111", outcome=Outcome.OK)
    return ProbeStep(code="HUB-TEST-112", outcome=Outcome.FAILED)


def _called(
    connection: Connection, url: str, secrets: Sequence[Secret]
) -> Iterator[ProbeStep]:
    try:
        answer = _ping(connection, url, secrets)
    except AddressRefusedError:
        yield ProbeStep(code="HUB-TEST-137", outcome=Outcome.FAILED)
        return
    except (NotSentError, AnswerLostError):
        yield ProbeStep(code="HUB-TEST-134", outcome=Outcome.FAILED)
        return
    detail = f"HTTP {answer.status}"
    if not _is_taken(answer):
        yield ProbeStep(code="HUB-TEST-132", outcome=Outcome.FAILED, detail=detail)
        return
    yield ProbeStep(code="HUB-TEST-131", outcome=Outcome.OK, detail=detail)
    yield _refuses_strangers(connection, url)


def _refuses_strangers(connection: Connection, url: str) -> ProbeStep:
    """Send a ping that somebody else might send; a shop should not take it."""
    key = base64.b64encode(random.token_bytes(24)).decode()
    foreign = [Secret(f"whsec_{key}")]
    try:
        answer = _ping(connection, url, foreign)
    except (NotSentError, AnswerLostError):
        return ProbeStep(code="HUB-TEST-134", outcome=Outcome.FAILED)
    detail = f"HTTP {answer.status}"
    if _is_taken(answer):
        return ProbeStep(code="HUB-TEST-135", outcome=Outcome.WARNING, detail=detail)
    return ProbeStep(code="HUB-TEST-138", outcome=Outcome.OK, detail=detail)


def _ping(connection: Connection, url: str, secrets: Sequence[Secret]) -> HttpAnswer:
    now = connection.now()
    ping_id = f"ping_{random.token_hex(12)}"
    body = orjson.dumps({"type": PING, "id": ping_id, "occurred_at": utc(now)})
    signed = sign_standard(message_id=ping_id, sent_at=now, body=body, secrets=secrets)
    return connection.http.post(
        url,
        body=body,
        headers={"Content-Type": "application/json", **signed},
        total_seconds=PING_SECONDS,
        cap_bytes=CAP_BYTES,
    )


def _is_taken(answer: HttpAnswer) -> bool:
    return 200 <= answer.status < 300
