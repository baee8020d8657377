"""`GET /install/<connector>`: a browser comes from a cart to install the app there.

What is refused is said to a person on a page of its own, without a session.
"""

from functools import cache
from html import escape

from flask import Blueprint, Response, redirect, request

from hub.contract.errors import HubError, SignatureError
from hub.contract.inbound import InboundRequest
from hub.flow import install, install_claim
from hub.flow.install import (
    CLAIM_COOKIE,
    CLAIM_PATH,
    STATE_COOKIE,
    STATE_PATH,
    Arrived,
    NoAppError,
)
from hub.parts import Parts
from hub.store.installations import CLAIM_LIFE, STATE_LIFE
from hub.text.catalogue import Language, message

_LONGEST = 400
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # The address of the way back holds a code.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_LANGUAGES: tuple[Language, ...] = ("ja", "en")


def make_install(parts: Parts) -> Blueprint:
    """Return the routes of installing an app."""
    blueprint = Blueprint("install", __name__)
    is_https = parts.config.public_url.startswith("https://")

    @blueprint.get("/install/<connector>")
    def begin(connector: str) -> Response:
        way = install.begin(parts, connector, _inbound(parts))
        response = _to(way.redirect_url)
        seconds = int(STATE_LIFE.total_seconds())
        _set(response, STATE_COOKIE, way.cookie, STATE_PATH, seconds, is_https)
        return response

    @blueprint.get("/install/<connector>/callback")
    def callback(connector: str) -> Response:
        cookie = request.cookies.get(STATE_COOKIE, "")[:_LONGEST]
        arrived = install.finish(parts, connector, _inbound(parts), cookie)
        response = _onward(arrived)
        _set(response, STATE_COOKIE, "", STATE_PATH, 0, is_https)
        return response

    @blueprint.get("/install/<connector>/claim")
    def claim(connector: str) -> Response:
        token = request.args.get("token", "")[:_LONGEST]
        found = install_claim.pending(parts, token)
        if found is None or found.connector != connector:
            return _said(404, "HUB-INST-410")
        return _onward(Arrived(claim_token=token))

    def _onward(arrived: Arrived) -> Response:
        if not arrived.claim_token:
            return _to(f"/console/connections/{arrived.connection_id}/setup")
        response = _to(CLAIM_PATH)
        seconds = int(CLAIM_LIFE.total_seconds())
        token = arrived.claim_token
        _set(response, CLAIM_COOKIE, token, CLAIM_PATH, seconds, is_https)
        return response

    _add_edges(blueprint)
    return blueprint


def _add_edges(blueprint: Blueprint) -> None:
    @blueprint.errorhandler(SignatureError)
    def unproven(_error: Exception) -> Response:
        return _said(401, "HUB-INST-401")

    @blueprint.errorhandler(NoAppError)
    def no_app(_error: Exception) -> Response:
        return _said(404, "HUB-INST-404")

    @blueprint.errorhandler(HubError)
    def not_completed(_error: Exception) -> Response:
        return _said(502, "HUB-INST-502")

    @blueprint.after_request
    def dress(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def _inbound(parts: Parts) -> InboundRequest:
    return InboundRequest(
        method="GET",
        query=request.query_string.decode("latin-1"),
        headers=tuple(request.headers.items()),
        body=b"",
        received_at=parts.clock.now(),
        remote_address=request.remote_addr or "",
    )


def _to(url: str) -> Response:
    response = redirect(url, 303)
    assert isinstance(response, Response)  # noqa: S101 - flask's stub says less
    return response


def _set(
    response: Response,
    name: str,
    value: str,
    path: str,
    seconds: int,
    is_https: bool,  # noqa: FBT001 - the last of what a cookie is made of
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=is_https,
        httponly=True,
        samesite="Lax",
    )


def _said(status: int, code: str) -> Response:
    return Response(_page(code), status=status, mimetype="text/html")


@cache
def _page(code: str) -> str:
    entry = message(code)
    texts = "".join(
        f'<section lang="{language}"><h1>{escape(entry.what.say(language))}</h1>'
        f"<p>{escape(entry.means.say(language))}</p>"
        f"<p>{escape(entry.next.say(language))}</p></section>"
        for language in _LANGUAGES
    )
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{code}</title>"
        '<link rel="stylesheet" href="/console/static/console.css"></head>'
        f'<body><main id="main">{texts}<p class="code">{code}</p></main></body></html>'
    )
