"""The authorization code grant and token exchange (shopify.md 1.2 and 1.5)."""

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import orjson

from hub.contract.credentials import Credentials
from hub.contract.errors import (
    CartRefusedError,
    CartUnavailableError,
    PayloadError,
    SignatureError,
)
from hub.contract.http import AnswerLostError, NotSentError
from hub.contract.inbound import InboundRequest
from hub.contract.install import AppDesk, Installed, InstallStart
from hub.contract.json_body import read_json

from .scopes import SCOPES, missing_scopes, scope_list
from .session_tokens import visit
from .shops import CONSENT_PATH, GRAPHQL_PATH, shop_domain, shop_url
from .signed_queries import proven_query
from .tokens import (
    ACCESS,
    CAP_BYTES,
    EXCHANGE_GRANT,
    ID_TOKEN_TYPE,
    OFFLINE_TYPE,
    SCOPE_NOTE,
    TOTAL_SECONDS,
    TokenRefusedError,
    ask_for_token,
)

# The two official libraries sign odd values differently, so a state has none (1.3).
_STATE_BYTES = 24
_CODE = re.compile(r"[A-Za-z0-9_\-]{1,256}", re.ASCII)
_SHOP_GID = re.compile(r"gid://shopify/Shop/([0-9]{1,19})", re.ASCII)
_WHO = "{ shop { id name } }"


def begin(
    request: InboundRequest, desk: AppDesk, *, scopes: Sequence[str] = SCOPES
) -> InstallStart:
    """Prove Shopify's request and send the browser to the shop's consent.

    The shop is never typed by hand: it comes in a query that Shopify signed.
    """
    return again(_proven_shop(_proven(request, desk)), desk, scopes=scopes)


def again(shop: str, desk: AppDesk, *, scopes: Sequence[str] = SCOPES) -> InstallStart:
    """Send the browser to the consent of a shop that the hub knows already."""
    state = secrets.token_urlsafe(_STATE_BYTES)
    wish = {
        "client_id": desk.settings.text("client_id"),
        "scope": scope_list(scopes),
        "redirect_uri": desk.callback_url,
        "state": state,
    }
    url = shop_url(desk.settings, shop, CONSENT_PATH)
    return InstallStart(redirect_url=f"{url}?{urlencode(wish)}", state=state)


def finish(
    request: InboundRequest,
    desk: AppDesk,
    state: str,
    *,
    scopes: Sequence[str] = SCOPES,
) -> Installed:
    """Prove the way back, exchange the code and see that all was granted.

    Raises SignatureError, CartRefusedError where less was granted than the app needs.
    """
    given = _proven(request, desk)
    sent = given.get("state", "").encode("utf-8", "surrogatepass")
    if not state or not hmac.compare_digest(sent, state.encode()):
        raise SignatureError("the state is not this browser's")
    shop = _proven_shop(given)
    code = given.get("code", "")
    if not _CODE.fullmatch(code):
        raise SignatureError("there is no code")
    return _installed(desk, shop, {"code": code, "expiring": "1"}, scopes)


def exchange(session_token: str, desk: AppDesk) -> Installed:
    """Turn a session token into an installation; raises as `finish` does."""
    shop = visit(session_token, desk.settings, desk.now).shop_key
    wish = {
        "grant_type": EXCHANGE_GRANT,
        "subject_token": session_token,
        "subject_token_type": ID_TOKEN_TYPE,
        "requested_token_type": OFFLINE_TYPE,
        "expiring": "1",
    }
    return _installed(desk, shop, wish, SCOPES)


def _proven(request: InboundRequest, desk: AppDesk) -> Mapping[str, str]:
    accepted = desk.settings.accepted_secrets("client_secret")
    return proven_query(request.query, accepted, now=desk.now)


def _proven_shop(parameters: Mapping[str, str]) -> str:
    shop = shop_domain(parameters.get("shop", ""))
    if not shop:
        raise SignatureError("the query names no shop")
    return shop


def _installed(
    desk: AppDesk, shop: str, wish: Mapping[str, str], scopes: Sequence[str]
) -> Installed:
    try:
        credentials = ask_for_token(
            desk.http, desk.settings, shop, wish=wish, now=desk.now
        )
    except TokenRefusedError as error:
        raise SignatureError("the shop gave no token") from error
    if missing_scopes(credentials.notes[SCOPE_NOTE], scopes):
        raise CartRefusedError(
            "the shop granted less than the app needs", code="HUB-CART-403"
        )
    shop_id, title = _who(desk, shop, credentials)
    return Installed(
        shop_key=shop,
        credentials=credentials,
        title=title,
        settings={"shop": shop, "shop_id": shop_id},
    )


def _who(desk: AppDesk, shop: str, credentials: Credentials) -> tuple[str, str]:
    """Return the shop's number and name; raises CartUnavailableError."""
    try:
        answer = desk.http.post(
            shop_url(desk.settings, shop, GRAPHQL_PATH),
            body=orjson.dumps({"query": _WHO}),
            headers={
                "Content-Type": "application/json",
                "X-Shopify-Access-Token": credentials.values[ACCESS].reveal(),
            },
            total_seconds=TOTAL_SECONDS,
            cap_bytes=CAP_BYTES,
        )
        document = read_json(answer.body)
    except (NotSentError, AnswerLostError, PayloadError) as error:
        raise CartUnavailableError("the shop did not say who it is") from error
    match document:
        case {"data": {"shop": {"id": str(gid), "name": str(name)}}}:
            found = _SHOP_GID.fullmatch(gid)
        case _:
            found, name = None, ""
    if answer.status != 200 or found is None:
        raise CartUnavailableError(f"the shop answered {answer.status}")
    return found.group(1), name
