"""Signatures over the raw bytes of a message: Standard Webhooks, and plain HMAC.

Everything is compared as the text that was sent, in constant time on bytes. Nothing a
sender writes is decoded first, so there is one accepted spelling per signature and no
decoder that could fail. Every failure is the same SignatureError with the same words.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret

TOLERANCE_SECONDS = 300
MOST_SIGNATURES = 32
KEY_PREFIX = "whsec_"

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"

# No full stop: it separates the signed parts, and an id that holds one could be read
# as another id with another timestamp.
_ID = re.compile(r"[!-\-/-~]{1,255}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)


class Encoding(StrEnum):
    """How a plain HMAC is written."""

    HEX = "hex"
    BASE64 = "base64"
    BASE64URL = "base64url"


class Algorithm(StrEnum):
    """The digest of a plain HMAC."""

    SHA256 = "sha256"
    SHA512 = "sha512"
    SHA1 = "sha1"


class Signed(StrEnum):
    """What a plain HMAC covers."""

    BODY = "{body}"
    TIMESTAMP_AND_BODY = "{timestamp}.{body}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HmacScheme:
    """Where a plain HMAC stands and how it is made."""

    header: str
    prefix: str = ""
    encoding: Encoding = Encoding.HEX
    algorithm: Algorithm = Algorithm.SHA256
    signed: Signed = Signed.BODY
    timestamp_header: str = ""


def verify_standard(
    request: InboundRequest, secrets: Iterable[Secret], *, now: datetime
) -> str:
    """Return the signed id of a Standard Webhooks message, else raise SignatureError.

    One matching signature by one accepted secret is enough: that is how both sides
    rotate a secret.
    """
    message_id = request.header(ID_HEADER)
    timestamp = request.header(TIMESTAMP_HEADER)
    if not _ID.fullmatch(message_id) or not _is_recent(timestamp, now):
        raise _refused()
    sent = _sent_v1(request.header(SIGNATURE_HEADER))
    content = b"%b.%b." % (message_id.encode(), timestamp.encode()) + request.body
    for secret in secrets:
        key = _standard_key(secret)
        if key and _is_among(_base64_digest(key, content), sent):
            return message_id
    raise _refused()


def sign_standard(
    *, message_id: str, sent_at: datetime, body: bytes, secrets: Iterable[Secret]
) -> Mapping[str, str]:
    """Return the three headers of a message, signed by every secret in force."""
    timestamp = str(int(sent_at.timestamp()))
    content = b"%b.%b." % (message_id.encode(), timestamp.encode()) + body
    keys = [key for key in map(_standard_key, secrets) if key]
    if not keys or not _ID.fullmatch(message_id):
        raise ValueError("a message is signed under a plain id with a whsec_ secret")
    signatures = [b"v1," + _base64_digest(key, content) for key in keys]
    return {
        ID_HEADER: message_id,
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: b" ".join(signatures).decode("ascii"),
    }


def verify_hmac(
    request: InboundRequest,
    secrets: Iterable[Secret],
    *,
    scheme: HmacScheme,
    now: datetime,
) -> int:
    """Return the place of the secret whose plain HMAC proves the request.

    0 is the current one. Raises SignatureError where none does.
    """
    sent = _bytes(request.header(scheme.header))
    prefix = scheme.prefix.encode()
    if not sent.startswith(prefix):
        raise _refused()
    sent = _one_spelling(sent[len(prefix) :], scheme.encoding)
    content = _signed_content(request, scheme, now=now)
    for place, secret in enumerate(secrets):
        if not secret:
            continue
        digest = hmac.digest(_bytes(secret.reveal()), content, scheme.algorithm.value)
        if hmac.compare_digest(_spelt(digest, scheme.encoding), sent):
            return place
    raise _refused()


def is_standard_secret(secret: Secret) -> bool:
    """Tell whether a text is a usable whsec_ secret of 16 bytes or more."""
    return len(_standard_key(secret)) >= 16


def _refused() -> SignatureError:
    return SignatureError("the sender of the message is not proven")


def _is_recent(timestamp: str, now: datetime) -> bool:
    if not _TIMESTAMP.fullmatch(timestamp):
        return False
    return abs(now.timestamp() - int(timestamp)) <= TOLERANCE_SECONDS


def _sent_v1(header: str) -> Sequence[bytes]:
    parts = _bytes(header).split(b" ", MOST_SIGNATURES)
    return [part[3:] for part in parts[:MOST_SIGNATURES] if part.startswith(b"v1,")]


def _is_among(expected: bytes, sent: Sequence[bytes]) -> bool:
    # No early end: the time must not tell which of several matched.
    found = False
    for candidate in sent:
        found |= hmac.compare_digest(expected, candidate)
    return found


def _standard_key(secret: Secret) -> bytes:
    text = secret.reveal().removeprefix(KEY_PREFIX)
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return b""


def _base64_digest(key: bytes, content: bytes) -> bytes:
    return base64.b64encode(hmac.digest(key, content, "sha256"))


def _bytes(text: str) -> bytes:
    # Total: a header may hold anything that a server let through.
    return text.encode("utf-8", "surrogatepass")


def _signed_content(
    request: InboundRequest, scheme: HmacScheme, *, now: datetime
) -> bytes:
    if scheme.signed is Signed.BODY:
        return request.body
    timestamp = request.header(scheme.timestamp_header)
    if not _is_recent(timestamp, now):
        raise _refused()
    return timestamp.encode() + b"." + request.body


def _one_spelling(sent: bytes, encoding: Encoding) -> bytes:
    if encoding is Encoding.HEX:
        return sent.lower()
    if encoding is Encoding.BASE64URL:
        return sent.rstrip(b"=")
    return sent


def _spelt(digest: bytes, encoding: Encoding) -> bytes:
    if encoding is Encoding.HEX:
        return digest.hex().encode()
    if encoding is Encoding.BASE64URL:
        return base64.urlsafe_b64encode(digest).rstrip(b"=")
    return base64.b64encode(digest)
