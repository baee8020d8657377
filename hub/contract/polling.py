"""Asking a cart for what its webhooks did not bring."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledMessage:
    """One document that the cart showed when asked; stored like a delivery."""

    topic: str
    dedupe_key: str
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one look brought, and from where the next look goes on.

    `is_more` asks to look again at once; the cursor is stored with the messages.
    """

    messages: Sequence[PolledMessage]
    cursor: str
    is_more: bool = False
