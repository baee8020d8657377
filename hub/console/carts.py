"""Carts that are silent since long, for 今日の仕事."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.console.words import explained
from hub.flow import fetching, reconcile
from hub.store import inbox_documents, poll_cursors
from hub.store.store import Scope
from hub.text.catalogue import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentCart:
    """A cart that does not answer; `problem` says what to do, `cause` what it said."""

    connection_id: str
    problem: Message | None
    cause: Message | None = None
    last_success_at: datetime | None = None
    count: int = 0


def silent_carts(scope: Scope, *, now: datetime) -> Sequence[SilentCart]:
    """Return what carts could not be asked for over an hour."""
    before = now - fetching.SILENT_AFTER
    waiting = [
        SilentCart(
            connection_id=connection_id, problem=explained(fetching.CODE), count=count
        )
        for connection_id, count in inbox_documents.waiting(scope, before=before)
    ]
    failing = [
        SilentCart(
            connection_id=one.connection_id,
            problem=explained(reconcile.CODE),
            cause=explained(one.code),
            last_success_at=one.last_success_at,
        )
        for one in poll_cursors.failing(scope, before=before)
    ]
    return [*waiting, *failing]
