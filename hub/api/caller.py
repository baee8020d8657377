"""Who calls: a key of one merchant, and the language to answer in."""

import re
from dataclasses import dataclass

from flask import Request

from hub.flow.tools import Parts
from hub.store.api_keys import ApiKey, ApiScope
from hub.store.store import MerchantStore
from hub.text.catalogue import Language

_LONGEST_TOKEN = 200
_ID = re.compile(r"[0-9a-z]{26}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One proven request: the only merchant whose rows it may touch."""

    parts: Parts
    key: ApiKey
    language: Language

    @property
    def merchant_id(self) -> str:
        """Return whose key it is."""
        return self.key.merchant_id

    @property
    def user_id(self) -> str:
        """Return who acts, as journal and audit name it: the key."""
        return self.key.id

    @property
    def store(self) -> MerchantStore:
        """Return the merchant's rows."""
        return self.parts.store.of(self.key.merchant_id)

    @property
    def may_see_persons(self) -> bool:
        """Tell whether personal data may stand in the answer."""
        return ApiScope.PERSONAL in self.key.scopes


def language_of(request: Request) -> Language:
    """Return the language that a caller prefers; Japanese where it says nothing."""
    for found in request.accept_languages.values():
        match found.lower().partition("-")[0]:
            case "en":
                return "en"
            case "ja":
                return "ja"
            case _:
                continue
    return "ja"


def token_of(request: Request) -> str:
    """Return the bearer token of a request, "" for none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip()[:_LONGEST_TOKEN] if scheme.lower() == "bearer" else ""


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an id; nothing else is looked up."""
    return _ID.fullmatch(text) is not None
