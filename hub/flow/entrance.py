"""Logging in and out, invitations, and whose session a cookie is.

These come before any merchant is known; after them a person sees one merchant only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.flow import passwords
from hub.flow.throttle import Throttle
from hub.flow.tools import Parts
from hub.store import accounts, audit, invitations, sessions
from hub.store.accounts import Account, Membership
from hub.store.invitations import Invitation
from hub.store.sessions import Session
from hub.store.store import Across


class EntranceError(Exception):
    """Nobody is let in; `word` names the console's sentence about it."""

    def __init__(self, word: str) -> None:
        """Keep the word; it never says whether an account exists."""
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """The door of the console."""

    parts: Parts
    throttle: Throttle

    def log_in(
        self, *, login: str, password: str, address: str, language: str, old_token: str
    ) -> str:
        """Return the token of a new session; the old one ends (rotation).

        Raises EntranceError with one word for a wrong login, a wrong password and too
        many tries alike.
        """
        now = self.parts.clock.now()
        if not self.throttle.take(address, now=now):
            raise EntranceError("busy")
        account = self._proven(login, password, now=now)
        if account is None:
            raise EntranceError("wrong")

        def work(across: Across) -> str:
            served = accounts.memberships(across, account.id)
            if not served:
                raise EntranceError("wrong")
            accounts.forget_tries(across, account.id)
            if old_token:
                sessions.end(across, old_token, now=now)
            merchant_id = served[0].merchant_id
            _note(across, merchant_id, account.id, "login", now=now)
            return sessions.begin(
                across,
                user_id=account.id,
                merchant_id=merchant_id,
                language=language,
                now=now,
            )

        token = self.parts.store.across.write(work)
        self.throttle.forget(address)
        return token

    def _proven(self, login: str, password: str, *, now: datetime) -> Account | None:
        """Return the account whose password this is, after the same work for all."""
        store = self.parts.store.across
        account = store.read(lambda across: accounts.find(across, login))
        if account is None or not account.password_hash:
            passwords.pretend(password)
            return None
        may_try = store.write(
            lambda across: accounts.take_try(across, account.id, now=now)
        )
        if not may_try:
            # The comparison is not made; its time is spent, so that nobody learns.
            passwords.pretend(password)
            return None
        is_right = passwords.matches(account.password_hash, password)
        return account if is_right and not account.is_disabled else None

    def session(self, token: str) -> Session | None:
        """Return the session of a cookie, and remember the visit."""
        if not token:
            return None
        now = self.parts.clock.now()
        store = self.parts.store.across
        found = store.read(lambda across: sessions.find(across, token, now=now))
        if found is not None and found.is_stale(now=now):
            store.write(lambda across: sessions.touch(across, token, now=now))
        return found

    def log_out(self, token: str) -> None:
        """End a session."""
        now = self.parts.clock.now()
        self.parts.store.across.write(
            lambda across: sessions.end(across, token, now=now)
        )

    def log_out_everywhere(self, user_id: str) -> None:
        """End every session of a person."""
        now = self.parts.clock.now()
        self.parts.store.across.write(
            lambda across: sessions.end_all(across, user_id, now=now)
        )

    def memberships(self, user_id: str) -> Sequence[Membership]:
        """Return the merchants that a person may switch to."""
        return self.parts.store.across.read(
            lambda across: accounts.memberships(across, user_id)
        )

    def switch(self, token: str, session: Session, merchant_id: str) -> str:
        """Return the token of a session for another merchant of the same person.

        Raises LookupError where the person does not serve it.
        """
        now = self.parts.clock.now()

        def work(across: Across) -> str:
            served = accounts.memberships(across, session.user_id)
            if all(found.merchant_id != merchant_id for found in served):
                raise LookupError("not a merchant of this person")
            sessions.end(across, token, now=now)
            _note(across, merchant_id, session.user_id, "login", now=now)
            return sessions.begin(
                across,
                user_id=session.user_id,
                merchant_id=merchant_id,
                language=session.language,
                now=now,
            )

        return self.parts.store.across.write(work)

    def set_language(self, token: str, language: str) -> None:
        """Keep the language that a person chose."""
        self.parts.store.across.write(
            lambda across: sessions.set_language(across, token, language)
        )

    def invitation(self, token: str) -> tuple[Invitation, Account | None] | None:
        """Return an invitation, and the account where the person has one already."""
        now = self.parts.clock.now()

        def work(across: Across) -> tuple[Invitation, Account | None] | None:
            found = invitations.find(across, token, now=now)
            if found is None:
                return None
            return found, accounts.find(across, found.login)

        return self.parts.store.across.read(work)

    def accept(self, token: str, *, name: str, password: str, address: str) -> None:
        """Make the invited person a member, with an account where there is none.

        Raises LookupError for an invitation that is not open, EntranceError where the
        password will not do.
        """
        now = self.parts.clock.now()
        found = self.invitation(token)
        if found is None:
            raise LookupError("no open invitation")
        invited, account = found
        password_hash = self._password_of_invited(
            invited, account, password, address=address
        )

        def work(across: Across) -> None:
            if not invitations.use(across, token, now=now):
                raise LookupError("no open invitation")
            user_id = account.id if account else ""
            if account is None:
                user_id = accounts.add(
                    across,
                    login=invited.login,
                    name=name,
                    password_hash=password_hash,
                    now=now,
                )
            merchant_id = invited.merchant_id
            accounts.join(
                across,
                merchant_id=merchant_id,
                user_id=user_id,
                role=invited.role,
                now=now,
            )
            _note(across, merchant_id, user_id, "accept_invitation", now=now)

        self.parts.store.across.write(work)

    def _password_of_invited(
        self,
        invited: Invitation,
        account: Account | None,
        password: str,
        *,
        address: str,
    ) -> str:
        now = self.parts.clock.now()
        if account is None:
            if word := passwords.weakness(password, login=invited.login):
                raise EntranceError(word)
            return passwords.hashed(password)
        if not self.throttle.take(address, now=now):
            raise EntranceError("busy")
        if self._proven(invited.login, password, now=now) is None:
            raise EntranceError("wrong")
        return account.password_hash


def _note(
    across: Across, merchant_id: str, user_id: str, action: str, *, now: datetime
) -> None:
    audit.record(
        across.of(merchant_id),
        user_id=user_id,
        action=action,
        subject="",
        detail={},
        now=now,
    )
