"""People who log in: accounts above merchants, memberships that bind them to some."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from hub.store.store import Across
from hub.store.tables import membership, merchant, user_account
from hub.store.types import new_id

# T-35: at most this many passwords of one account are compared in this time.
MOST_TRIES = 10
TRIES_WINDOW = timedelta(minutes=10)


class MemberRole(StrEnum):
    """What a person may do for a merchant."""

    OWNER = "owner"
    CLERK = "clerk"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may log in; `password_hash` is never shown."""

    id: str
    login: str
    name: str
    password_hash: str
    is_disabled: bool

    def __repr__(self) -> str:
        """Show which account it is and nothing else."""
        return f"Account({self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A merchant that a person serves."""

    merchant_id: str
    merchant_name: str
    role: MemberRole


def normalised_login(login: str) -> str:
    """Return a login as it is compared: one width, one case, no outer spaces."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def find(across: Across, login: str) -> Account | None:
    """Return the account of a login."""
    row = across.connection.execute(
        select(user_account).where(user_account.c.login == normalised_login(login))
    ).one_or_none()
    return _account(row) if row else None


def add(
    across: Across, *, login: str, name: str, password_hash: str, now: datetime
) -> str:
    """Store an account; returns its id."""
    user_id = new_id(now)
    across.connection.execute(
        insert(user_account).values(
            id=user_id,
            login=normalised_login(login),
            name=name,
            password_hash=password_hash,
            created_at=now,
        )
    )
    return user_id


def join(
    across: Across, *, merchant_id: str, user_id: str, role: MemberRole, now: datetime
) -> None:
    """Let a person serve a merchant, in the role given from now on."""
    leave(across, merchant_id=merchant_id, user_id=user_id)
    across.connection.execute(
        insert(membership).values(
            merchant_id=merchant_id, user_id=user_id, role=role.value, created_at=now
        )
    )


def leave(across: Across, *, merchant_id: str, user_id: str) -> None:
    """End a person's service for a merchant."""
    across.connection.execute(
        delete(membership).where(
            membership.c.merchant_id == merchant_id, membership.c.user_id == user_id
        )
    )


def memberships(across: Across, user_id: str) -> Sequence[Membership]:
    """Return the merchants that a person serves, by name."""
    rows = across.connection.execute(
        select(membership.c.merchant_id, membership.c.role, merchant.c.name)
        .join(merchant, merchant.c.id == membership.c.merchant_id)
        .where(membership.c.user_id == user_id)
        .order_by(merchant.c.name, merchant.c.id)
    ).all()
    return [
        Membership(
            merchant_id=row.merchant_id,
            merchant_name=row.name,
            role=MemberRole(row.role),
        )
        for row in rows
    ]


def take_try(across: Across, user_id: str, *, now: datetime) -> bool:
    """Count a try before the password is compared; False where there were too many."""
    row = across.connection.execute(
        select(user_account.c.failed_logins, user_account.c.failed_since)
        .where(user_account.c.id == user_id)
        .with_for_update()
    ).one()
    is_fresh = row.failed_since is None or now >= row.failed_since + TRIES_WINDOW
    if not is_fresh and row.failed_logins >= MOST_TRIES:
        return False
    across.connection.execute(
        update(user_account)
        .where(user_account.c.id == user_id)
        .values(
            failed_logins=1 if is_fresh else row.failed_logins + 1,
            failed_since=now if is_fresh else row.failed_since,
        )
    )
    return True


def forget_tries(across: Across, user_id: str) -> None:
    """Begin to count anew after the right password."""
    across.connection.execute(
        update(user_account)
        .where(user_account.c.id == user_id)
        .values(failed_logins=0, failed_since=None)
    )


def set_password(across: Across, user_id: str, *, password_hash: str) -> None:
    """Replace a password's hash."""
    across.connection.execute(
        update(user_account)
        .where(user_account.c.id == user_id)
        .values(password_hash=password_hash)
    )


def set_disabled(across: Across, user_id: str, *, disabled_at: datetime | None) -> None:
    """Keep a person out, or let them in again."""
    across.connection.execute(
        update(user_account)
        .where(user_account.c.id == user_id)
        .values(disabled_at=disabled_at)
    )


def names(across: Across, user_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of people by id, as a timeline shows them."""
    rows = across.connection.execute(
        select(user_account.c.id, user_account.c.name).where(
            user_account.c.id.in_(user_ids)
        )
    ).all()
    return {row.id: row.name for row in rows}


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        password_hash=row.password_hash or "",
        is_disabled=row.disabled_at is not None,
    )
