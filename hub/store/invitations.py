"""Invitations: the only way to an account."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from hub.store.accounts import MemberRole, normalised_login
from hub.store.sessions import TOKEN_BYTES, token_hash
from hub.store.store import Across, Store
from hub.store.tables import invitation, merchant

LIFE = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation that may be accepted now."""

    merchant_id: str
    merchant_name: str
    login: str
    role: MemberRole
    expires_at: datetime


def invite(
    store: Store,
    merchant_id: str,
    *,
    login: str,
    role: MemberRole,
    now: datetime,
    invited_by: str | None = None,
) -> str:
    """Invite a person to a merchant; returns the token of the link, shown once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)

    def work(across: Across) -> None:
        across.connection.execute(
            insert(invitation).values(
                token_hash=token_hash(token),
                merchant_id=merchant_id,
                login=normalised_login(login),
                role=role.value,
                invited_by=invited_by,
                created_at=now,
                expires_at=now + LIFE,
            )
        )

    store.across.write(work)
    return token


def find(across: Across, token: str, *, now: datetime) -> Invitation | None:
    """Return the invitation of a token, None where it is used, late or unknown."""
    row = across.connection.execute(
        select(invitation, merchant.c.name.label("merchant_name"))
        .join(merchant, merchant.c.id == invitation.c.merchant_id)
        .where(
            invitation.c.token_hash == token_hash(token),
            invitation.c.used_at.is_(None),
            invitation.c.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        return None
    return Invitation(
        merchant_id=row.merchant_id,
        merchant_name=row.merchant_name,
        login=row.login,
        role=MemberRole(row.role),
        expires_at=row.expires_at,
    )


def use(across: Across, token: str, *, now: datetime) -> bool:
    """Use an invitation up; False where somebody else just did."""
    changed = across.connection.execute(
        update(invitation)
        .where(
            invitation.c.token_hash == token_hash(token),
            invitation.c.used_at.is_(None),
            invitation.c.expires_at > now,
        )
        .values(used_at=now)
    ).rowcount
    return changed == 1
