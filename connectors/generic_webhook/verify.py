"""Proves the sender; the body is not parsed here."""

from hub.contract.connector import Settings
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.proof import Delivery, content_key, signed
from hub.contract.signatures import (
    Algorithm,
    Encoding,
    HmacScheme,
    Signed,
    verify_hmac,
    verify_standard,
)

from .manifest import HMAC, default_of

# One body may carry several kinds of events, and the kind stands in the body.
TOPIC = "events"


def verify(request: InboundRequest, settings: Settings) -> Delivery:
    """Return the proven delivery, else raise SignatureError."""
    secrets = settings.accepted_secrets("secret")
    if settings.text("scheme") == HMAC:
        scheme = _hmac_scheme(settings)
        verify_hmac(request, secrets, scheme=scheme, now=request.received_at)
        # No id is signed, so what was said names the message (T-03).
        key = content_key(TOPIC, request.body)
    else:
        key = verify_standard(request, secrets, now=request.received_at)
    return signed(request, topic=TOPIC, dedupe_key=key)


def _hmac_scheme(settings: Settings) -> HmacScheme:
    def chosen(name: str) -> str:
        return settings.text(name) or default_of(name)

    try:
        return HmacScheme(
            header=chosen("hmac_header"),
            prefix=settings.text("hmac_prefix"),
            encoding=Encoding(chosen("hmac_encoding")),
            algorithm=Algorithm(chosen("hmac_algorithm")),
            signed=Signed(chosen("hmac_signed")),
            timestamp_header=chosen("hmac_timestamp_header"),
        )
    except ValueError as error:
        # A setting that nobody can read proves nobody.
        raise SignatureError("the signature settings are not complete") from error
