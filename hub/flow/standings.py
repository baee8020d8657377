"""Answers on their way: read when an update leaves, noted when the cart has them.

They are not part of what was planned: an update that overtook another, or that waited
for hours, says how each request stands when it is sent, so that no answer is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hub.contract.asking import AskKind, AskOutcome, AskStanding
from hub.contract.updates import UpdateKind
from hub.domain.findings import blocking
from hub.domain.plan import approval_ends_at
from hub.flow.tools import Parts
from hub.registry import UnknownConnectorError
from hub.store import asks, transactions
from hub.store.asks import StoredAsk
from hub.store.connections import StoredConnection
from hub.store.operations import StoredOperation
from hub.store.store import Scope

_ASKS = "asks"


def with_standings(
    scope: Scope, parts: Parts, claimed: StoredOperation, connection: StoredConnection
) -> StoredOperation | None:
    """Return an update with whatever its cart asked and was not told yet.

    None where it would say nothing: another update told it.
    """
    if not _asks(parts, connection):
        return claimed
    number = claimed.payload["order_number"]
    untold = [
        one
        for one in asks.of_order(scope, connection.shop_id, number)
        if one.is_untold and one.connection_id == connection.id
    ]
    if not untold and claimed.kind == UpdateKind.ASK_STANDS.value:
        return None
    stored = transactions.get(scope, claimed.transaction_id)
    life = parts.profile.approval_life
    until = approval_ends_at(stored.known, life) if stored else None
    found = stored.findings if stored else ()
    codes = [finding.code for finding in blocking(found)]
    documents = [_document(one, until, codes) for one in untold]
    return replace(claimed, payload={**claimed.payload, _ASKS: documents})


def _asks(parts: Parts, connection: StoredConnection) -> bool:
    try:
        return parts.registry.connector(connection.connector).ask is not None
    except UnknownConnectorError:
        return False


def _document(
    one: StoredAsk, until: datetime | None, findings: Sequence[str]
) -> dict[str, Any]:
    is_granted = one.outcome is AskOutcome.GRANTED
    valid_until = until if is_granted and one.kind is AskKind.PAYMENT else None
    return {
        "reference": one.reference,
        "kind": one.kind.value,
        "outcome": one.outcome,
        "expires_at": one.expires_at.isoformat(),
        "valid_until": valid_until.isoformat() if valid_until else None,
        "is_given_up": one.given_up_at is not None,
        "findings": findings if one.kind is AskKind.PAYMENT else [],
    }


def says_of_asks(claimed: StoredOperation) -> bool:
    """Tell whether an update answers its cart."""
    return bool(claimed.payload.get(_ASKS))


def standings_from(payload: Mapping[str, Any]) -> tuple[AskStanding, ...]:
    """Return what an update says of the requests of its cart."""
    return tuple(
        AskStanding(
            reference=one["reference"],
            kind=AskKind(one["kind"]),
            outcome=AskOutcome(one["outcome"]),
            expires_at=datetime.fromisoformat(one["expires_at"]),
            valid_until=_moment(one["valid_until"]),
            is_given_up=one["is_given_up"],
            findings=tuple(one["findings"]),
        )
        for one in payload.get(_ASKS, ())
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def note_told(
    scope: Scope, told: StoredOperation, ways: Mapping[str, str], *, now: datetime
) -> None:
    """Note what the cart took, and where buyers go on."""
    for one in standings_from(told.payload):
        found = asks.get(scope, told.destination, one.reference)
        if found is None:
            continue
        asks.tell(scope, found.id, one.outcome.value, now=now)
        if way := ways.get(one.reference):
            asks.lead(scope, found.id, way)
