"""One request of a person: whose it is, in which language, and its CSRF tokens."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request

from hub.console.formats import Formats
from hub.console.words import Speech
from hub.flow.tools import Parts
from hub.store.accounts import MemberRole, Membership
from hub.store.sessions import Session
from hub.store.store import MerchantStore
from hub.text.catalogue import Language

# Who may do what: a viewer changes nothing, only an owner changes a shop's mode.
ACTING = frozenset({MemberRole.OWNER, MemberRole.CLERK})
OWNING = frozenset({MemberRole.OWNER})


def csrf_token(secret: str, action: str) -> str:
    """Return the token of one form: bound to the cookie and to the form's address."""
    return hmac.new(secret.encode(), action.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is not logged in; `token` is that of the pre-login cookie."""

    parts: Parts
    token: str
    language: Language

    @property
    def now(self) -> datetime:
        """Return the moment that screens speak of: business time."""
        return self.parts.clock.business_now()

    @property
    def say(self) -> Speech:
        """Return the words in the visitor's language."""
        return Speech(self.language)

    @property
    def show(self) -> Formats:
        """Return the formats in the visitor's language."""
        return Formats(language=self.language, now=self.now)

    @property
    def session(self) -> Session | None:
        """Return nobody's session."""
        return None

    def csrf(self, action: str) -> str:
        """Return the token of a form with this address."""
        return csrf_token(self.token, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Visitor):
    """A person of a merchant, logged in."""

    present: Session
    memberships: Sequence[Membership]

    @property
    def session(self) -> Session:
        """Return the session in force."""
        return self.present

    @property
    def user_id(self) -> str:
        """Return who acts."""
        return self.present.user_id

    @property
    def merchant_id(self) -> str:
        """Return the only merchant whose rows this visit may touch."""
        return self.present.merchant_id

    @property
    def store(self) -> MerchantStore:
        """Return the merchant's rows."""
        return self.parts.store.of(self.present.merchant_id)

    @property
    def may_act(self) -> bool:
        """Tell whether this person may change orders and transactions."""
        return self.present.role in ACTING

    @property
    def may_own(self) -> bool:
        """Tell whether this person may change how a shop is run."""
        return self.present.role in OWNING


def field(name: str, *, longest: int = 500) -> str:
    """Return a field of the form, cut and without outer spaces."""
    return request.form.get(name, "").strip()[:longest]
