"""`GET /tag/<tag_key>.js`: the script that a shop's pages load (S22).

It stands before Flask, since every view of every cart page asks for it. A key that
nobody has and a disabled connection get the same script that does nothing, with 200:
an error would show on the shop's page, and only a stranger guesses keys.

A cart that passes on its shops' own addresses asks `/front/<connector>/tag.js`.
"""

import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.contract.errors import SignatureError
from hub.flow.shop_tag import tag_of
from hub.flow.tag_drawing import placements_of
from hub.flow.tag_script import script_of
from hub.flow.tools import Parts
from hub.store import installations
from hub.web.fronts import Front, Fronts
from hub.web.problems import problem

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

# How long this process answers from memory, and how long browsers and caches may.
FRESH_SECONDS = 10.0
AGAIN_SECONDS = 2.0
_CACHE_CONTROL = "public, max-age=300, stale-if-error=604800"
_UNSURE = "no-store"
# Keys of strangers are remembered too, so that asking for them costs no database.
MOST_KEPT = 4096
_PATH = re.compile(r"/tag/([0-9a-zA-Z_-]{1,64})\.js")
_KEY = re.compile(r"[0-9a-f]{16}")
_EMPTY = b"/* Atobarai Hub: nothing is shown here. */\n"
_HEADERS = (
    ("Content-Type", "text/javascript; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Vary", "Accept-Encoding"),
)
_logger = log.get("tag")
_Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """One script as it is sent, in both encodings."""

    until: float
    plain: bytes
    packed: bytes
    etag: str
    cache_control: str

    def headers(self) -> _Pairs:
        """Return the headers that every answer about it has."""
        return [
            *_HEADERS,
            ("ETag", self.etag),
            ("Cache-Control", self.cache_control),
        ]


class Tags:
    """A WSGI layer that answers for the tags of all shops and passes on the rest."""

    def __init__(self, parts: Parts, inner: "WSGIApplication") -> None:
        """Take the application behind; nothing is read before the first request."""
        self._parts = parts
        self._inner = inner
        self._fronts = Fronts(parts)
        self._kept: OrderedDict[str | Front, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a tag's request, or let the application do it."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._inner(environ, start_response)
        try:
            asked = _key_of(environ) or self._fronts.asker(environ)
        except SignatureError:
            return problem(401, "HUB-HOOK-401")(environ, start_response)
        if asked is None:
            return self._inner(environ, start_response)
        if isinstance(asked, Front):
            self._fronts.note(asked)
        return _answered(self._script(asked), environ, start_response)

    def _script(self, key: str | Front) -> _Kept:
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() < kept.until:
            return kept
        try:
            fresh = _read(self._parts, key)
        except SQLAlchemyError as error:
            _logger.warning("tag_not_read", error_type=type(error).__name__)
            # What was shown before, rather than nothing; asked again soon.
            shown = kept or _made(_EMPTY, cache_control=_UNSURE)
            fresh = replace(shown, until=time.monotonic() + AGAIN_SECONDS)
        with self._lock:
            self._kept[key] = fresh
            self._kept.move_to_end(key)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return fresh


def _key_of(environ: dict[str, Any]) -> str | None:
    path: str = environ.get("PATH_INFO", "")
    found = _PATH.fullmatch(path) if path.startswith("/tag/") else None
    return found[1] if found else None


def _answered(
    kept: _Kept, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    headers = kept.headers()
    if _is_same(environ.get("HTTP_IF_NONE_MATCH", ""), kept.etag):
        start_response("304 Not Modified", headers)
        return ()
    body = kept.plain
    if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = kept.packed
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def _read(parts: Parts, asked: str | Front) -> _Kept:
    key = _tag_key(parts, asked) if isinstance(asked, Front) else asked
    tag = tag_of(parts, key) if _KEY.fullmatch(key) else None
    if tag is None:
        return _made(_EMPTY)
    return _made(script_of(placements_of(tag)))


def _tag_key(parts: Parts, front: Front) -> str:
    return parts.store.across.read(
        lambda across: installations.tag_key_of(across, front.connector, front.shop_key)
    )


def _made(script: bytes, *, cache_control: str = _CACHE_CONTROL) -> _Kept:
    digest = hashlib.sha256(script).hexdigest()[:20]
    return _Kept(
        until=time.monotonic() + FRESH_SECONDS,
        plain=script,
        packed=gzip.compress(script, mtime=0),
        # Weak: the two encodings are one script.
        etag=f'W/"{digest}"',
        cache_control=cache_control,
    )


def _is_same(asked: str, etag: str) -> bool:
    if not asked:
        return False
    opaque = etag.removeprefix("W/")
    tags = (one.strip().removeprefix("W/") for one in asked.split(","))
    return any(one in (opaque, "*") for one in tags)


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
