"""Sessions of the console: only a hash of the token is stored (T-36)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, insert, select, update

from hub.store.accounts import MemberRole
from hub.store.store import Across
from hub.store.tables import membership, merchant, session, user_account

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
# A page view writes at most once in this time, so that reading stays reading.
_SEEN_STEP = timedelta(seconds=60)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that is in force, with what every page needs of it."""

    user_id: str
    user_name: str
    merchant_id: str
    merchant_name: str
    role: MemberRole
    language: str
    seen_at: datetime

    def is_stale(self, *, now: datetime) -> bool:
        """Tell whether the moment of the last visit should be written again."""
        return now >= self.seen_at + _SEEN_STEP


def token_hash(token: str) -> str:
    """Return the hash under which a session or invitation is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    across: Across, *, user_id: str, merchant_id: str, language: str, now: datetime
) -> str:
    """Store a new session; returns its token, which is known nowhere else."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    across.connection.execute(
        insert(session).values(
            token_hash=token_hash(token),
            user_id=user_id,
            merchant_id=merchant_id,
            language=language,
            created_at=now,
            seen_at=now,
        )
    )
    return token


def find(across: Across, token: str, *, now: datetime) -> Session | None:
    """Return the session of a token while it, its person and its role are in force."""
    row = across.connection.execute(
        select(
            session.c.user_id,
            session.c.merchant_id,
            session.c.language,
            session.c.seen_at,
            user_account.c.name,
            merchant.c.name.label("merchant_name"),
            membership.c.role,
        )
        .join(user_account, user_account.c.id == session.c.user_id)
        .join(merchant, merchant.c.id == session.c.merchant_id)
        .join(
            membership,
            and_(
                membership.c.merchant_id == session.c.merchant_id,
                membership.c.user_id == session.c.user_id,
            ),
        )
        .where(
            session.c.token_hash == token_hash(token),
            session.c.ended_at.is_(None),
            session.c.seen_at > now - IDLE,
            session.c.created_at > now - ABSOLUTE,
            user_account.c.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return Session(
        user_id=row.user_id,
        user_name=row.name,
        merchant_id=row.merchant_id,
        merchant_name=row.merchant_name,
        role=MemberRole(row.role),
        language=row.language,
        seen_at=row.seen_at,
    )


def touch(across: Across, token: str, *, now: datetime) -> None:
    """Record a visit."""
    _set(across, token, seen_at=now)


def set_language(across: Across, token: str, language: str) -> None:
    """Keep the language that a person chose."""
    _set(across, token, language=language)


def end(across: Across, token: str, *, now: datetime) -> None:
    """End a session; its cookie is refused from now on."""
    _set(across, token, ended_at=now)


def end_all(across: Across, user_id: str, *, now: datetime) -> None:
    """End every session of a person."""
    across.connection.execute(
        update(session)
        .where(session.c.user_id == user_id, session.c.ended_at.is_(None))
        .values(ended_at=now)
    )


def open_of(across: Across, user_id: str, *, now: datetime) -> Sequence[datetime]:
    """Return when each open session of a person began."""
    return list(
        across.connection.execute(
            select(session.c.created_at)
            .where(
                session.c.user_id == user_id,
                session.c.ended_at.is_(None),
                session.c.seen_at > now - IDLE,
                session.c.created_at > now - ABSOLUTE,
            )
            .order_by(session.c.created_at)
        ).scalars()
    )


def _set(across: Across, token: str, **values: object) -> None:
    across.connection.execute(
        update(session)
        .where(session.c.token_hash == token_hash(token))
        .values(**values)
    )
