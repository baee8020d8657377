"""`GET /wait/<token>`: the page of a buyer whose payment waits for its screening.

The token in the address is all that the buyer has; it is told to nobody, and neither
the page nor its data say anything of a person. Once there is a way on, the page is it.
"""

import re

import orjson
from flask import Blueprint, Response, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.contract.asking import AskOutcome
from hub.flow import asks
from hub.flow.asks import Waiting
from hub.flow.throttle import Throttle
from hub.parts import Parts
from hub.text.catalogue import Language
from hub.web.problems import retry_later
from hub.web.waiting_page import REFRESH_SECONDS, Said, WaitState, drawn, said_of

# Set where a form was sent: a browser that sent one may not follow a way to a shop,
# which the policy names nowhere, so the page itself leads there.
_LEFT = "left"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SOON_SECONDS = 1
_AWAY_SECONDS = 30
_MOST_MISSES = 60
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    # The address is the buyer's key to this page.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_STATIC_LIFE = "public, max-age=31536000, immutable"
_STATUSES = {WaitState.UNKNOWN: 404, WaitState.OFTEN: 429, WaitState.AWAY: 503}
_logger = log.get("wait")


def make_wait(parts: Parts) -> Blueprint:
    """Return the routes of the page on which a buyer waits."""
    blueprint = Blueprint(
        "wait", "hub.web", static_folder="static", static_url_path="/wait/static"
    )
    desk = _Desk(parts)

    @blueprint.get("/wait/<token>")
    def page(token: str) -> Response:
        found = desk.look(token)
        if not isinstance(found, Waiting):
            return _refused(found, token)
        if found.way and _LEFT not in request.args:
            return _to(found.way)
        language = _language()
        refresh = _SOON_SECONDS if found.way else REFRESH_SECONDS
        html = drawn(
            _said(found, language), language, page=_address(token), refresh=refresh
        )
        return Response(html, mimetype="text/html")

    @blueprint.get("/wait/<token>/now")
    def now(token: str) -> Response:
        found = desk.look(token)
        if isinstance(found, Waiting):
            return _json(_said(found, _language()))
        return _json(said_of(found, _language()))

    @blueprint.post("/wait/<token>")
    def leave(token: str) -> Response:
        found = desk.leave(token)
        if found is not None:
            return _refused(found, token)
        return _to(f"{_address(token)}?{_LEFT}=1")

    _add_edges(blueprint, is_https=parts.config.public_url.startswith("https://"))
    return blueprint


def _add_edges(blueprint: Blueprint, *, is_https: bool) -> None:
    @blueprint.after_request
    def dress(response: Response) -> Response:
        response.headers.update(_HEADERS)
        is_kept = request.endpoint == "wait.static" and response.status_code == 200
        response.headers["Cache-Control"] = _STATIC_LIFE if is_kept else "no-store"
        response.headers["Vary"] = "Accept-Language"
        if is_https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


class _Desk:
    """Looks applications up, and counts who asks for those that are not there."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._misses = Throttle(most=_MOST_MISSES)

    def look(self, token: str) -> Waiting | WaitState:
        """Return how an application stands, or what to say instead."""
        if not _TOKEN.fullmatch(token):
            return self._missed()
        try:
            found = asks.waiting(self._parts, token)
        except SQLAlchemyError as error:
            return _away(error)
        return found or self._missed()

    def leave(self, token: str) -> WaitState | None:
        """Withdraw an application; returns what to say where there is none."""
        found = self.look(token)
        if not isinstance(found, Waiting):
            return found
        try:
            # One that was decided meanwhile stays so: the page says how it stands.
            asks.give_up(self._parts, token)
        except SQLAlchemyError as error:
            return _away(error)
        return None

    def _missed(self) -> WaitState:
        # Only who guesses is held off: a whole mobile network has one address.
        now = self._parts.clock.now()
        is_few = self._misses.take(request.remote_addr or "", now=now)
        return WaitState.UNKNOWN if is_few else WaitState.OFTEN


def _away(error: SQLAlchemyError) -> WaitState:
    _logger.warning("wait_not_read", error_type=type(error).__name__)
    return WaitState.AWAY


def _state(found: Waiting) -> WaitState:
    if found.is_lost:
        return WaitState.ENDED
    if found.outcome is AskOutcome.GRANTED:
        return WaitState.GRANTED
    if found.is_given_up:
        return WaitState.LEFT
    if found.outcome is AskOutcome.DENIED:
        return WaitState.DENIED
    return WaitState.SLOW if found.is_slow else WaitState.SCREENING


def _said(found: Waiting, language: Language) -> Said:
    is_over = bool(found.way)
    return said_of(_state(found), language, until=found.until, is_over=is_over)


def _refused(state: WaitState, token: str) -> Response:
    language = _language()
    is_away = state is WaitState.AWAY
    html = drawn(
        said_of(state, language),
        language,
        page=_address(token) if is_away else "",
        refresh=_AWAY_SECONDS if is_away else 0,
    )
    response = Response(html, _STATUSES[state], mimetype="text/html")
    return retry_later(response) if is_away else response


def _json(said: Said) -> Response:
    status = _STATUSES.get(said.state, 200)
    body = orjson.dumps(said.document())
    return Response(body, status, mimetype="application/json")


def _address(token: str) -> str:
    return f"/wait/{token}"


def _language() -> Language:
    best = request.accept_languages.best_match(("ja", "en"), default="ja")
    return "en" if best == "en" else "ja"


def _to(url: str) -> Response:
    response = redirect(url, 303)
    assert isinstance(response, Response)  # noqa: S101 - flask's stub says less
    return response
