"""The authorization code grant and the token endpoint."""

from __future__ import annotations

import base64
import secrets
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from tests.shopify_double.signing import claims_of, signed_query
from tests.shopify_double.world import SCOPES

if TYPE_CHECKING:
    from tests.shopify_double.world import App, Shop, Token, World

_TYPE = "urn:shopify:params:oauth:token-type:"
OFFLINE = f"{_TYPE}offline-access-token"
ONLINE = f"{_TYPE}online-access-token"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

Answer = tuple[int, dict[str, Any]]


def host_of(shop: Shop) -> str:
    """The `host` parameter: where the admin of the shop is, in base64."""
    place = f"admin.shopify.com/store/{shop.handle}"
    return base64.b64encode(place.encode()).decode().rstrip("=")


def launch_query(
    world: World, shop: Shop, *, more: dict[str, str], app: App | None = None
) -> str:
    """The signed query with which Shopify opens the app's address."""
    parameters = {
        "host": host_of(shop),
        "shop": shop.domain,
        "timestamp": str(int(world.now().timestamp())),
        **more,
    }
    return signed_query((app or world.app).newest_secret, parameters)


def authorize(world: World, shop: Shop, query: str, *, agreed: bool) -> Any:
    """Return (status, location or page): consent, then back to the app."""
    wish = dict(parse_qsl(query, keep_blank_values=True))
    app = world.app_of(wish.get("client_id"))
    if app is None:
        return 400, "Oauth error invalid_client: no such app"
    target = wish.get("redirect_uri", "")
    if not target or (app.redirect_urls and target not in app.redirect_urls):
        return 400, "Oauth error invalid_request: The redirect_uri is not whitelisted"
    if app.shows_consent and not agreed:
        return 200, _consent_page(shop, query, wish.get("scope", ""))
    asked = tuple(wish.get("scope", "").split(","))
    code = secrets.token_hex(16)
    world.codes[code] = (shop.domain, app.granted_scopes or asked)
    more = {"code": code, "state": wish.get("state", "")}
    back = launch_query(world, shop, more=more, app=app)
    return 302, f"{target}?{back}"


def _consent_page(shop: Shop, query: str, scope: str) -> str:
    wishes = "".join(f"<li>{escape(one)}</li>" for one in scope.split(","))
    agree = escape(f"?{query}&{urlencode({'agreed': '1'})}", quote=True)
    return (
        "<!doctype html><html lang=ja><meta charset=utf-8><title>Shopify</title>"
        f"<h1>アプリをインストール</h1><p>{escape(shop.domain)}</p><ul>{wishes}</ul>"
        f'<a id="install" href="{agree}">インストール</a></html>'
    )


def access_token(world: World, shop: Shop, wish: dict[str, Any]) -> Answer:
    """Answer POST /admin/oauth/access_token."""
    app = world.app_of(wish.get("client_id"))
    if app is None or wish.get("client_secret") not in app.secrets:
        return _refused("invalid_client", status=401)
    grant = wish.get("grant_type")
    if grant == "refresh_token":
        return _refresh(world, app, shop, wish)
    if grant == EXCHANGE:
        return _exchange(world, shop, wish)
    return _code(world, shop, wish)


def _code(world: World, shop: Shop, wish: dict[str, Any]) -> Answer:
    domain, scopes = world.codes.pop(str(wish.get("code")), ("", ()))
    if domain != shop.domain:
        return _refused("invalid_request")
    return _minted(world, shop, wish, scopes)


def _refresh(world: World, app: App, shop: Shop, wish: dict[str, Any]) -> Answer:
    given = str(wish.get("refresh_token") or "")
    token = next((one for one in world.tokens if given and one.refresh == given), None)
    if token is None or token.shop != shop.domain or not _may_refresh(world, token):
        return _refused("invalid_grant")
    if token.secret != wish["client_secret"] and token.secret not in app.secrets:
        return _refused("invalid_grant")
    token.is_used = True
    if token.before is not None:
        token.before.refresh = ""
    # A pair that was given for the same token before and never used is forgotten.
    for other in world.tokens:
        if other.before is token and not other.is_used:
            other.is_void, other.refresh = True, ""
    return _minted(world, shop, wish, token.scopes, before=token)


def _may_refresh(world: World, token: Token) -> bool:
    end = token.refresh_expires_at
    if token.is_void or end is None or end <= world.now():
        return False
    successors = [one for one in world.tokens if one.before is token]
    return not any(one.is_used for one in successors)


def _exchange(world: World, shop: Shop, wish: dict[str, Any]) -> Answer:
    kind, subject = wish.get("subject_token_type"), str(wish.get("subject_token"))
    if wish.get("requested_token_type") not in (OFFLINE, ONLINE):
        return _refused("invalid_request")
    if kind == ID_TOKEN:
        claims = claims_of(wish["client_secret"], subject)
        alive = claims and claims["exp"] > world.now().timestamp()
        if not claims or not alive or claims["dest"] != f"https://{shop.domain}":
            return _refused("invalid_subject_token")
        scopes = world.app.granted_scopes or SCOPES
        return _minted(world, shop, wish, scopes)
    if kind == OFFLINE:
        old = world.token_of(subject, shop.domain)
        if old is None or old.expires_at is not None:
            return _refused("invalid_subject_token")
        old.is_void = True
        return _minted(world, shop, wish, old.scopes)
    return _refused("invalid_request")


def _minted(
    world: World,
    shop: Shop,
    wish: dict[str, Any],
    scopes: tuple[str, ...],
    *,
    before: Token | None = None,
) -> Answer:
    expiring = str(wish.get("expiring")) == "1" or before is not None
    token = world.mint(
        shop.domain,
        scopes,
        secret=wish["client_secret"],
        expiring=expiring,
        before=before,
    )
    answer: dict[str, Any] = {
        "access_token": token.access,
        "scope": ",".join(_shown(scopes)),
    }
    if expiring:
        answer |= {
            "expires_in": 3600,
            "refresh_token": token.refresh,
            "refresh_token_expires_in": 90 * 24 * 3600,
        }
    return 200, answer


def _shown(scopes: tuple[str, ...]) -> list[str]:
    """Shopify names a read scope only where its write scope does not include it."""
    writes = {one.removeprefix("write_") for one in scopes if one.startswith("write_")}
    return [one for one in scopes if one.removeprefix("read_") not in writes]


def _refused(error: str, *, status: int = 400) -> Answer:
    return status, {"error": error, "error_description": "the double refused it"}
