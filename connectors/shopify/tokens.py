"""Offline tokens: an hour of access, ninety days of renewal, never the merchant's work.

An access token expires after an hour and is renewed by its refresh token, which is
replaced each time (shopify.md 1.4). `Connection.renew` holds the lease, commits the new
pair before anybody uses it and keeps the one before.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import orjson

from hub.contract.connector import Connection, Settings
from hub.contract.credentials import Credentials, Renewal
from hub.contract.errors import (
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
    PayloadError,
)
from hub.contract.http import AnswerLostError, HttpAnswer, HttpSession, NotSentError
from hub.contract.json_body import read_json
from hub.contract.secret import Secret

from .shops import TOKEN_PATH, shop_url

ACCESS = "access_token"
REFRESH = "refresh_token"
SCOPE_NOTE = "scope"
REFRESH_END_NOTE = "refresh_expires_at"
# Set where the cart would not migrate a token that never expires: a custom app's.
LASTING_NOTE = "lasting"

RENEW_BEFORE = timedelta(minutes=5)
TOTAL_SECONDS = 20.0
CAP_BYTES = 65_536

_TOKEN_TYPE = "urn:shopify:params:oauth:token-type:"  # noqa: S105 - a name
OFFLINE_TYPE = f"{_TOKEN_TYPE}offline-access-token"
ID_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name
EXCHANGE_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"

_VISIBLE = re.compile(r"[!-~]{1,4096}", re.ASCII)
_CLOSED = {402: "HUB-CART-402", 404: "HUB-CART-404", 423: "HUB-CART-423"}
_WORD = re.compile(r"[a-z_]{1,60}", re.ASCII)
_LONGEST_SECONDS = 10 * 365 * 24 * 3600


class TokenRefusedError(CartUnauthorizedError):
    """The cart gave no token for what was shown; `error` is its word for it."""

    def __init__(self, error: str, *, status: int) -> None:
        """Keep the word and the status."""
        super().__init__(f"the cart gave no token: {status} {error}")
        self.error = error
        self.status = status


def access_token(connection: Connection) -> Secret:
    """Return a token that is good for some minutes, renewing it where it is not.

    Raises CartUnauthorizedError where only the merchant can help, CartUnavailableError
    where it may be tried again.
    """
    credentials = connection.credentials()
    if _is_due(credentials, connection.now()):
        credentials = connection.renew(_renewal(connection, is_refused=False))
    return _access_of(credentials)


def token_after_refusal(connection: Connection, refused: Secret) -> Secret:
    """Return a token other than the one that was answered 401.

    Where another process renewed meanwhile, its token comes back without a call.
    """
    token = connection.credentials().secret(ACCESS)
    if token is not None and token != refused:
        return token
    return _access_of(connection.renew(_renewal(connection, is_refused=True)))


def renewed(connection: Connection) -> Credentials:
    """Renew though there is time left, so that a shop without orders keeps its access.

    A refresh token ends after ninety days; raises as `access_token` does.
    """
    connection.credentials()
    return connection.renew(_renewal(connection, is_refused=False))


def ask_for_token(
    http: HttpSession,
    settings: Settings,
    shop: str,
    *,
    wish: Mapping[str, str],
    now: datetime,
) -> Credentials:
    """Ask the token endpoint of a shop; raises TokenRefusedError, CartUnavailableError.

    Each accepted client secret is tried, the current first: a new one may take an hour
    to be known at Shopify (1.6).
    """
    refusal: TokenRefusedError | None = None
    for secret in settings.accepted_secrets("client_secret"):
        body = {
            "client_id": settings.text("client_id"),
            "client_secret": secret.reveal(),
            **wish,
        }
        url = shop_url(settings, shop, TOKEN_PATH)
        answer = _posted(http, url, orjson.dumps(body))
        if answer.status == 200:
            return _credentials(answer.body, now)
        refusal = _refusal(answer)
        if refusal.status != 401 and refusal.error != "invalid_client":
            break
    raise refusal or TokenRefusedError("no client secret is set", status=0)


def _renewal(connection: Connection, *, is_refused: bool) -> Renewal:
    def renewed(credentials: Credentials) -> Credentials:
        refresh = credentials.secret(REFRESH)
        if refresh is None:
            return _migrated(connection, credentials, is_refused=is_refused)
        wish = {"grant_type": "refresh_token", REFRESH: refresh.reveal()}
        return _asked(connection, wish)

    return renewed


def _migrated(
    connection: Connection, credentials: Credentials, *, is_refused: bool
) -> Credentials:
    """Exchange a token that never expires for a pair, without the merchant (1.4).

    A merchant's own app is exempt from expiring: where the cart will not exchange a
    token that still works, it is kept as it is.
    """
    wish = {
        "grant_type": EXCHANGE_GRANT,
        "subject_token": _access_of(credentials).reveal(),
        "subject_token_type": OFFLINE_TYPE,
        "requested_token_type": OFFLINE_TYPE,
        "expiring": "1",
    }
    try:
        return _asked(connection, wish)
    except TokenRefusedError:
        if is_refused:
            raise
        return replace(credentials, notes={**credentials.notes, LASTING_NOTE: "yes"})


def _asked(connection: Connection, wish: Mapping[str, str]) -> Credentials:
    settings = connection.settings
    shop = settings.text("shop")
    return ask_for_token(
        connection.http, settings, shop, wish=wish, now=connection.now()
    )


def _is_due(credentials: Credentials, now: datetime) -> bool:
    if credentials.expires_at is None:
        return LASTING_NOTE not in credentials.notes
    return credentials.expires_at - now < RENEW_BEFORE


def _access_of(credentials: Credentials) -> Secret:
    token = credentials.secret(ACCESS)
    if not token:
        raise CartUnauthorizedError("the connection has no access token")
    return token


def _posted(http: HttpSession, url: str, body: bytes) -> HttpAnswer:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        return http.post(
            url,
            body=body,
            headers=headers,
            total_seconds=TOTAL_SECONDS,
            cap_bytes=CAP_BYTES,
        )
    except (NotSentError, AnswerLostError) as error:
        # The pair before stays good until the new one is used: asking again is safe.
        raise CartUnavailableError(str(error)) from error


def _refusal(answer: HttpAnswer) -> TokenRefusedError:
    """Return what a refusal says; raises for all that does not end our access.

    A shop that is frozen or locked lets us in again later, without the merchant.
    """
    said = f"the token endpoint answered {answer.status}"
    if answer.status in _CLOSED:
        raise CartRefusedError(said, code=_CLOSED[answer.status])
    try:
        word = _members(answer.body).get("error")
    except PayloadError:
        word = None
    # Only a word of the protocol may reach a log, never what the cart quotes.
    known = word if isinstance(word, str) and _WORD.fullmatch(word) else ""
    if answer.status in (400, 401) or (answer.status == 403 and known):
        return TokenRefusedError(known or "unknown", status=answer.status)
    raise CartUnavailableError(said)


def _credentials(body: bytes, now: datetime) -> Credentials:
    try:
        members = _members(body)
    except PayloadError as error:
        raise CartUnavailableError("the answer with the token is unreadable") from error
    values = {ACCESS: Secret(_text(members, ACCESS))}
    notes = {SCOPE_NOTE: _text(members, "scope")}
    if REFRESH not in members:
        return Credentials(values=values, notes=notes)
    values[REFRESH] = Secret(_text(members, REFRESH))
    end = now + _duration(members, "refresh_token_expires_in")
    notes[REFRESH_END_NOTE] = end.isoformat()
    expires_at = now + _duration(members, "expires_in")
    return Credentials(values=values, notes=notes, expires_at=expires_at)


def _members(body: bytes) -> Mapping[str, object]:
    document = read_json(body)
    if not isinstance(document, dict):
        raise PayloadError("the token endpoint's answer is no object")
    return document


def _text(members: Mapping[str, object], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not _VISIBLE.fullmatch(value):
        raise CartUnavailableError(f"the token endpoint's answer has no {name}")
    return value


def _duration(members: Mapping[str, object], name: str) -> timedelta:
    value = members.get(name)
    if type(value) is not int or not 0 < value < _LONGEST_SECONDS:
        raise CartUnavailableError(f"the token endpoint's answer has no {name}")
    return timedelta(seconds=value)
