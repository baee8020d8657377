"""A connection whose other side answers by script and remembers what it was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.contract.connector import Settings
from hub.contract.credentials import Credentials, Renewal
from hub.contract.http import HttpAnswer, HttpSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One request that a connector sent."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    total_seconds: float
    cap_bytes: int


class ScriptedSession:
    """Answers one after another, the last for ever; a scripted error is raised."""

    def __init__(self, *answers: HttpAnswer | Exception) -> None:
        """Take the script, or answer 200 without a body."""
        self._answers: Sequence[HttpAnswer | Exception] = answers or [answer(200)]
        self.posted: list[Posted] = []

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        total_seconds: float,
        cap_bytes: int,
    ) -> HttpAnswer:
        """Remember the request and answer by the script."""
        place = min(len(self.posted), len(self._answers) - 1)
        self.posted.append(
            Posted(
                url=url,
                body=body,
                headers=dict(headers),
                total_seconds=total_seconds,
                cap_bytes=cap_bytes,
            )
        )
        scripted = self._answers[place]
        if isinstance(scripted, Exception):
            raise scripted
        return scripted


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedConnection:
    """A connection as `push` sees it, at a moment that stands still."""

    settings: Settings
    http: HttpSession
    moment: datetime
    held: Credentials = field(default_factory=Credentials)

    def now(self) -> datetime:
        """Return the moment given."""
        return self.moment

    def credentials(self) -> Credentials:
        """Return the credentials given."""
        return self.held

    def renew(self, using: Renewal) -> Credentials:
        """Return what the renewal makes of the credentials given."""
        return using(self.held)


def answer(status: int, body: bytes = b"", **headers: str) -> HttpAnswer:
    """Return an answer; retry_after="30" becomes the header retry-after."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpAnswer(status=status, headers=named, body=body)
