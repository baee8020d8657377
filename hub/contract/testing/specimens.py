"""Fixture pairs: `<topic>__<case>.http` was sent, `.expected.json` is what comes of it.

The expected file holds `received_at`, optionally `settings` and `secrets` over those of
the folder's `settings.json`, and an `outcome`: the dedupe key and the events, or the
error with its fields and the events that could be read all the same. Where the message
only names documents, `<topic>__<case>.documents.json` holds what `fetch` brings of it.

A message to /asks/<slug>/<kind> is a request of a cart that waits: `Ask.hear` proves
it, and refuses a body that could not be translated. Any other is proven by `verify`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from hub.contract.asking import Asked, AskKind
from hub.contract.connector import Connector, Settings
from hub.contract.errors import HubError, PayloadError, SignatureError
from hub.contract.events import CartEvent
from hub.contract.inbound import InboundRequest
from hub.contract.proof import Delivery, with_documents
from hub.contract.secret import Secret

EXPECTED = ".expected.json"
DOCUMENTS = ".documents.json"
SETTINGS_FILE = "settings.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One message of a cart with what must come of it."""

    name: str
    request: InboundRequest
    settings: Settings
    outcome: Mapping[str, Any]
    documents: Mapping[str, bytes] = field(default_factory=dict)
    ask: AskKind | None = None

    @property
    def is_read(self) -> bool:
        """Tell whether the message is proven and wholly readable."""
        return "error" not in self.outcome

    @property
    def is_kept(self) -> bool:
        """Tell whether the message is stored: a request that cannot be read is not."""
        return self.is_read or self.ask is None

    def proven(self, connector: Connector) -> Delivery:
        """Return the delivery with its documents; raises SignatureError."""
        delivery = self.believed(connector)
        return with_documents(delivery, self.documents, read_at=delivery.received_at)

    def believed(self, connector: Connector) -> Delivery:
        """Return the delivery as the connector proves it; raises SignatureError."""
        if self.ask is None:
            return connector.verify(self.request, self.settings)
        return self.heard(connector).delivery

    def heard(self, connector: Connector) -> Asked:
        """Return what the cart asks; raises SignatureError and PayloadError."""
        if connector.ask is None or self.ask is None:
            raise SignatureError("the connector hears no requests")
        return connector.ask.hear(self.request, self.ask, self.settings)


def specimens(folder: Path) -> Sequence[Specimen]:
    """Return the fixture pairs of a folder by name; raises where a half is missing."""
    names = {path.name.removesuffix(".http") for path in folder.glob("*.http")}
    expected = {p.name.removesuffix(EXPECTED) for p in folder.glob(f"*{EXPECTED}")}
    if names != expected:
        raise FileNotFoundError(f"fixtures without their half: {names ^ expected}")
    return [specimen(folder, name) for name in sorted(names)]


def specimen(folder: Path, name: str) -> Specimen:
    """Return one fixture pair."""
    expected = json.loads((folder / f"{name}{EXPECTED}").read_text("utf-8"))
    common = json.loads((folder / SETTINGS_FILE).read_text("utf-8"))
    received_at = datetime.fromisoformat(expected["received_at"])
    message = (folder / f"{name}.http").read_bytes()
    return Specimen(
        name=name,
        request=read_request(message, received_at=received_at),
        settings=settings_of(
            {**common["settings"], **expected.get("settings", {})},
            {**common["secrets"], **expected.get("secrets", {})},
        ),
        outcome=expected["outcome"],
        documents=_documents(folder / f"{name}{DOCUMENTS}"),
        ask=_ask_of(message),
    )


def _ask_of(message: bytes) -> AskKind | None:
    path = message.partition(b"\n")[0].decode("utf-8").split(" ")[1].partition("?")[0]
    parts = path.strip("/").split("/")
    is_ask = len(parts) == 3 and parts[0] == "asks"
    return AskKind(parts[2]) if is_ask else None


def _documents(path: Path) -> Mapping[str, bytes]:
    if not path.exists():
        return {}
    held = json.loads(path.read_text("utf-8"))
    return {
        name: json.dumps(document, ensure_ascii=False).encode()
        for name, document in held.items()
    }


def read_request(message: bytes, *, received_at: datetime) -> InboundRequest:
    """Read a request line, headers, an empty line and the body.

    The body ends before the last line feed of the file, which editors add.
    """
    head, _, body = message.partition(b"\n\n")
    first, *lines = head.decode("utf-8").splitlines()
    method, target, *_ = first.split(" ")
    pairs = [line.split(": ", 1) for line in lines]
    return InboundRequest(
        method=method,
        query=target.partition("?")[2],
        headers=[(name, value) for name, value in pairs],
        body=body.removesuffix(b"\n"),
        received_at=received_at,
    )


def settings_of(
    values: Mapping[str, str], secrets: Mapping[str, Sequence[str]]
) -> Settings:
    """Return settings whose secrets are given as texts."""
    held = {name: [Secret(text) for text in texts] for name, texts in secrets.items()}
    return Settings(values=dict(values), secrets=held)


def outcome_of(
    connector: Connector,
    request: InboundRequest,
    settings: Settings,
    documents: Mapping[str, bytes] | None = None,
    *,
    ask: AskKind | None = None,
) -> Mapping[str, Any]:
    """Return what comes of a request, as the expected file writes it."""
    said = Specimen(
        name="",
        request=request,
        settings=settings,
        outcome={},
        documents=documents or {},
        ask=ask,
    )
    try:
        delivery = said.proven(connector)
        events = connector.translate(delivery, settings)
    except PayloadError as error:
        return {
            "error": type(error).__name__,
            "fields": error.fields,
            "events": [event_json(event) for event in error.readable],
        }
    except HubError as error:
        return {"error": type(error).__name__}
    return {
        "dedupe_key": delivery.dedupe_key,
        "events": [event_json(event) for event in events],
    }


def event_json(event: CartEvent) -> dict[str, Any]:
    """Return an event as JSON with its kind first."""
    return {"event": type(event).__name__, **_plain(event)}


def _plain(value: object) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return value
