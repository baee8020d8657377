"""Standard Webhooks signatures, both ways."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hub.contract.secret import Secret

TOLERANCE = timedelta(minutes=5)


class SignatureRefusedError(Exception):
    """The message cannot be proven to come from the holder of the secret."""


def signed_headers(
    secret: Secret, *, webhook_id: str, moment: datetime, body: bytes
) -> dict[str, str]:
    """Return the three headers that prove a body."""
    timestamp = str(int(moment.timestamp()))
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _signature(secret, webhook_id, timestamp, body=body),
    }


def check(
    secret: Secret, headers: Mapping[str, str], *, body: bytes, now: datetime
) -> str:
    """Return the webhook id of a proven message.

    Raises SignatureRefusedError for any other message.
    """
    named = {name.lower(): text for name, text in headers.items()}
    webhook_id = named.get("webhook-id", "")
    timestamp = named.get("webhook-timestamp", "")
    offered = named.get("webhook-signature", "").split(" ")
    if not webhook_id or not (timestamp.isascii() and timestamp.isdigit()):
        raise SignatureRefusedError("a webhook header is missing")
    if len(timestamp) > len("9999999999"):
        raise SignatureRefusedError("the timestamp is not a moment")
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
        raise SignatureRefusedError("the timestamp is too far from now")
    expected = _signature(secret, webhook_id, timestamp, body=body).encode()
    # Two secrets overlap while one is being rotated, so several are offered at once.
    if not any(hmac.compare_digest(expected, one.encode()) for one in offered):
        raise SignatureRefusedError("no signature matches")
    return webhook_id


def key_bytes(secret: Secret) -> bytes:
    """Return the key inside a `whsec_…` text; raises ValueError for another text."""
    text = secret.reveal().removeprefix("whsec_")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(
            "A webhook secret is whsec_ followed by base64; copy it again from the"
            " connection page of the hub."
        ) from error


def _signature(secret: Secret, webhook_id: str, timestamp: str, *, body: bytes) -> str:
    content = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_bytes(secret), content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
