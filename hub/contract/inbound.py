"""A request from outside, before anybody believes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundRequest:
    """The bytes of a webhook as they came, nothing parsed."""

    method: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    received_at: datetime
    remote_address: str = ""

    def header(self, name: str) -> str:
        """Return the only value of a header, or "" where it is absent or repeated."""
        wanted = name.lower()
        values = [value for key, value in self.headers if key.lower() == wanted]
        return values[0] if len(values) == 1 else ""
