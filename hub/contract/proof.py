"""The only place that makes a Delivery, so that an unproven body cannot be translated.

A connector's `verify` calls `signed` once its check has passed; the hub calls the
others for what it fetched, polled or was given by a named person.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from hub.contract.inbound import InboundRequest
from hub.contract.polling import PolledMessage


class Origin(StrEnum):
    """Why a delivery is believed."""

    SIGNED = "signed"
    FETCHED = "fetched"
    POLLED = "polled"
    UPLOADED = "uploaded"
    ENTERED = "entered"


class _Seal:
    """Held by this module alone."""


_SEAL = _Seal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One proven message of a cart.

    `dedupe_key` names the message within its connection (I-03): the sender's id where
    the signature covers it, else the body's hash with the topic (T-03). `read_at` is
    when the cart was asked for what it holds, None for what the cart sent by itself.
    Where only a secret of the overlap proved it, it is `is_by_previous_secret`.
    """

    origin: Origin
    topic: str
    dedupe_key: str
    body: bytes
    received_at: datetime
    content_type: str = ""
    documents: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    read_at: datetime | None = None
    is_by_previous_secret: bool = False
    seal: _Seal = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse to exist without the seal of this module."""
        if self.seal is not _SEAL:
            raise TypeError("only hub.contract.proof makes a Delivery")


def signed(
    request: InboundRequest,
    *,
    topic: str,
    dedupe_key: str,
    content_type: str = "",
    is_by_previous_secret: bool = False,
) -> Delivery:
    """Return the delivery of a request whose signature was checked by the caller.

    A hub counts what only a previous secret proves, so that its operator sees when that
    may go.
    """
    return Delivery(
        origin=Origin.SIGNED,
        topic=topic,
        dedupe_key=dedupe_key,
        body=request.body,
        received_at=request.received_at,
        content_type=content_type or request.header("content-type"),
        is_by_previous_secret=is_by_previous_secret,
        seal=_SEAL,
    )


def handed_in(
    *,
    topic: str,
    dedupe_key: str,
    body: bytes,
    received_at: datetime,
    content_type: str,
) -> Delivery:
    """Return the delivery of what a person or system of the merchant handed in.

    The caller has proven who that is, by a session or an API key.
    """
    return Delivery(
        origin=Origin.ENTERED,
        topic=topic,
        dedupe_key=dedupe_key,
        body=body,
        received_at=received_at,
        content_type=content_type,
        seal=_SEAL,
    )


def stored(
    *,
    origin: Origin,
    topic: str,
    dedupe_key: str,
    body: bytes,
    received_at: datetime,
    content_type: str,
) -> Delivery:
    """Return a delivery that was proven before it was stored in the inbox."""
    return Delivery(
        origin=origin,
        topic=topic,
        dedupe_key=dedupe_key,
        body=body,
        received_at=received_at,
        content_type=content_type,
        read_at=received_at if origin is Origin.POLLED else None,
        seal=_SEAL,
    )


def polled(message: PolledMessage, *, received_at: datetime) -> Delivery:
    """Return the delivery of what a cart showed when the hub began to ask it."""
    return stored(
        origin=Origin.POLLED,
        topic=message.topic,
        dedupe_key=message.dedupe_key,
        body=message.body,
        received_at=received_at,
        content_type=message.content_type,
    )


def with_documents(
    delivery: Delivery, documents: Mapping[str, bytes], *, read_at: datetime
) -> Delivery:
    """Return the delivery with the documents that it only named, asked for then."""
    if not documents:
        return delivery
    return replace(
        delivery, documents=MappingProxyType(dict(documents)), read_at=read_at
    )


def content_key(topic: str, body: bytes) -> str:
    """Return a dedupe key of what was said, for senders whose ids are not signed."""
    digest = hashlib.sha256(topic.encode() + b"\0" + body).hexdigest()
    return f"sha256:{digest}"
