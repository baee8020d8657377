"""The hardened HTTP client: total deadlines, no redirects, checked addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hub.contract.errors import HubError


class NotSentError(HubError):
    """Surely not sent: name, address rule, connection or TLS failed first (R1)."""

    code = "HUB-HTTP-001"


class AnswerLostError(HubError):
    """Perhaps sent, and no whole answer came back within the deadline (R2)."""

    code = "HUB-HTTP-002"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """A whole answer; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpSession(Protocol):
    """One POST at a time per thread, under a total deadline by the monotonic clock."""

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        total_seconds: float,
        cap_bytes: int,
    ) -> HttpAnswer:
        """Send and read the whole answer; raises NotSentError or AnswerLostError."""
        ...
