"""Our page within a cart's own admin: a shell, and data for a proven session token.

No cookie is read or set: browsers do not send them to a frame of another site. What
may frame the page is said for each request, on errors too (shopify.md 1.6).
"""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from hub import log
from hub.console import embed_facts
from hub.console.pages import rendered
from hub.console.visit import Visitor
from hub.console.words import explained, language_of
from hub.contract.connector import Connector
from hub.contract.embed import Embed, EmbeddedVisit
from hub.contract.errors import HubError, SignatureError
from hub.contract.inbound import InboundRequest
from hub.flow import install
from hub.flow.tools import Parts

# The link is opened at once, in a window of its own.
LINK_LIFE = timedelta(minutes=10)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?")
_SCRIPT = re.compile(rf"({_ORIGIN.pattern})/[A-Za-z0-9._~/-]*")
_LONGEST_TOKEN = 8192
_logger = log.get("embed")
Told = Callable[[Visitor, Connector, EmbeddedVisit], dict[str, Any]]


class NoPageError(LookupError):
    """The connector has no page for a cart's admin."""


def make_embed(parts: Parts) -> Blueprint:
    """Return the routes of the page within a cart's admin."""
    blueprint = Blueprint("embed", __name__)

    @blueprint.get("/embed/<connector>")
    def shell(connector: str) -> Response:
        return _shell(parts, connector)

    @blueprint.get("/embed/<connector>/now")
    def now(connector: str) -> Response:
        return _answer(parts, connector, embed_facts.now_of)

    @blueprint.get("/embed/<connector>/checklist")
    def checklist(connector: str) -> Response:
        return _answer(parts, connector, embed_facts.checklist_of)

    @blueprint.post("/embed/<connector>/install")
    def take_in(connector: str) -> Response:
        return _answer(parts, connector, _taken_in)

    @blueprint.after_request
    def dress(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _policy((), ()))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        if parts.config.public_url.startswith("https://"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return blueprint


def _policy(ancestors: Iterable[str], scripts: Iterable[str]) -> str:
    """Return the policy of one answer; what is not a plain origin is left out."""
    framed = [one for one in ancestors if _ORIGIN.fullmatch(one)] or ["'none'"]
    origins = {found[1] for one in scripts if (found := _SCRIPT.fullmatch(one))}
    ours = " ".join(["'self'", *sorted(origins)])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {ours}",
            f"connect-src {ours}",
            "style-src 'self'",
            "img-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            f"frame-ancestors {' '.join(framed)}",
        )
    )


def _embed(parts: Parts, slug: str) -> tuple[Connector, Embed]:
    try:
        connector, _install = install.offered(parts, slug)
    except install.NoAppError as error:
        raise NoPageError(slug) from error
    if connector.embed is None:
        raise NoPageError(slug)
    return connector, connector.embed


def _visitor(parts: Parts, text: str) -> Visitor:
    return Visitor(parts=parts, token="", language=language_of(text[:2].lower()))


def _shell(parts: Parts, slug: str) -> Response:
    """Answer the page; the shop that frames it reads why it is not there, too."""
    visitor = _visitor(parts, request.args.get("locale", ""))
    framed, scripts = _frame(parts, slug)
    try:
        response = _drawn(visitor, slug, is_framed=bool(framed))
    except NoPageError:
        response = _page(visitor, slug, "HUB-INST-404", status=404)
    except Exception as error:  # noqa: BLE001 - the last wall before a person
        _failed(error)
        response = _page(visitor, slug, "HUB-GEN-001", status=500)
    response.headers["Content-Security-Policy"] = _policy(framed, scripts)
    return response


def _frame(parts: Parts, slug: str) -> tuple[Iterable[str], Iterable[str]]:
    """Return who may frame this request's answer and whose scripts it may use."""
    try:
        connector, _install = install.install_of(parts, slug)
    except install.NoAppError:
        return (), ()
    embed = connector.embed
    shop = embed.shop_of(_inbound(parts)) if embed else ""
    if embed is None or not shop:
        return (), ()
    return tuple(embed.frame_ancestors(shop)), embed.scripts


def _drawn(visitor: Visitor, slug: str, *, is_framed: bool) -> Response:
    connector, embed = _embed(visitor.parts, slug)
    if not is_framed:
        return _page(visitor, slug, "HUB-EMBED-400", status=400)
    return _page(
        visitor,
        slug,
        "",
        status=200,
        meta=embed.meta(visitor.parts.config.of_app(connector.manifest)),
        scripts=embed.scripts,
        token_function=embed.token_function,
    )


def _page(
    visitor: Visitor, slug: str, code: str, *, status: int, **values: Any
) -> Response:
    given = {"meta": (), "scripts": (), "token_function": "", **values}
    other = "en" if visitor.language == "ja" else "ja"
    query = {**request.args.to_dict(), "locale": other}
    html = rendered(
        "embed.html",
        visit=visitor,
        say=visitor.say,
        language=visitor.language,
        other=other,
        query=query,
        slug=slug,
        problem=explained(code) if code else None,
        console_url=f"{visitor.parts.config.public_url}/console/",
        **given,
    )
    return Response(html, status=status, mimetype="text/html")


def _answer(parts: Parts, slug: str, told: Told) -> Response:
    """Answer a request for data: whose shop it is, the session token alone says."""
    visitor = _visitor(parts, request.args.get("language", ""))
    try:
        connector, embed = _embed(parts, slug)
    except NoPageError:
        return _said(visitor, "HUB-INST-404", status=404)
    settings = parts.config.of_app(connector.manifest)
    try:
        visit = embed.visit(_bearer(), settings, parts.clock.now())
        return _json(told(visitor, connector, visit))
    except SignatureError:
        response = _said(visitor, "HUB-EMBED-401", status=401)
        response.headers.extend(dict(embed.stale_headers))
        return response
    except HubError as error:
        return _said(visitor, error.code, status=502)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - the last wall before a person
        _failed(error)
        return _said(visitor, "HUB-GEN-001", status=500)


def _failed(error: Exception) -> None:
    # Without the traceback, which could show a buyer.
    _logger.error("embed_failed", error_type=type(error).__name__)


def _bearer() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
        raise SignatureError("no session token")
    return token.strip()


def _taken_in(
    visitor: Visitor, connector: Connector, visit: EmbeddedVisit
) -> dict[str, Any]:
    """Install by the session token: a known shop goes on, another gets a link."""
    embed, parts = connector.embed, visitor.parts
    if embed is None:
        raise NoPageError(connector.manifest.slug)
    slug = connector.manifest.slug
    installed = embed.exchange(_bearer(), install.desk_of(parts, connector))
    if installed.shop_key != visit.shop_key:
        raise SignatureError("the exchange speaks of another shop")
    arrived = install.keep(parts, slug, installed, life=LINK_LIFE)
    if not arrived.claim_token:
        return {"claim_url": ""}
    url = f"{parts.config.public_url}/install/{slug}/claim?token={arrived.claim_token}"
    return {"claim_url": url}


def _inbound(parts: Parts) -> InboundRequest:
    return InboundRequest(
        method=request.method,
        query=request.query_string.decode("latin-1"),
        headers=tuple(request.headers.items()),
        body=b"",
        received_at=parts.clock.now(),
        remote_address=request.remote_addr or "",
    )


def _said(visitor: Visitor, code: str, *, status: int) -> Response:
    return _json({"problem": embed_facts.sentences(visitor, code)}, status=status)


def _json(document: dict[str, Any], *, status: int = 200) -> Response:
    body = orjson.dumps(document)
    return Response(body, status=status, mimetype="application/json")
