"""What a cart answers when its connector asks before it tells.

A folder whose push reads first brings `fixtures/rehearsal.json`: the `credentials` of
an installation (`values`, `notes`), and `answers`, each with the text that its request
contains (`when`) and the documents that come back one after another (`bodies`, the last
for ever). Where there is no such file, the cart answers 200 without a body.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.contract.credentials import Credentials
from hub.contract.http import HttpAnswer
from hub.contract.secret import Secret
from hub.contract.testing.session import Posted, answer

REHEARSAL_FILE = "rehearsal.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The answers of a cart, and the credentials with which it is asked."""

    answers: Sequence[Mapping[str, Any]] = ()
    credentials: Credentials = field(default_factory=Credentials)

    def session(self) -> "RehearsedSession":
        """Return a session that begins the rehearsal anew."""
        return RehearsedSession(self.answers)


class RehearsedSession:
    """Answers by what it is asked and remembers what it was sent."""

    def __init__(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Begin with the first document of each answer."""
        self._left = [(one["when"].encode(), list(one["bodies"])) for one in answers]
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
        """Remember the request and answer by the rehearsal."""
        self.posted.append(
            Posted(
                url=url,
                body=body,
                headers=dict(headers),
                total_seconds=total_seconds,
                cap_bytes=cap_bytes,
            )
        )
        for when, bodies in self._left:
            if when in body:
                document = bodies.pop(0) if len(bodies) > 1 else bodies[0]
                return answer(200, json.dumps(document).encode())
        return answer(200)


def rehearsal(folder: Path) -> Rehearsal:
    """Return the rehearsal of a folder of fixtures, an empty one where it has none."""
    path = folder / REHEARSAL_FILE
    if not path.exists():
        return Rehearsal()
    kept = json.loads(path.read_text("utf-8"))
    held = kept.get("credentials", {})
    values = {name: Secret(text) for name, text in held.get("values", {}).items()}
    return Rehearsal(
        answers=kept.get("answers", ()),
        credentials=Credentials(values=values, notes=held.get("notes", {})),
    )
