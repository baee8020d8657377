"""Hands /api to an application of its own, made when it is first called.

Most installations serve webhooks and people only; they pay neither the time nor the
memory of the libraries behind the API. Its errors cannot meet the console's either.
"""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hub.parts import Parts

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

PREFIX = "/api/"


class ApiMount:
    """A WSGI application in front of another, which it leaves all but /api to."""

    def __init__(self, parts: Parts, app: "WSGIApplication") -> None:
        """Take the application behind; nothing is imported yet."""
        self._app = app
        self._parts = parts
        self._lock = threading.Lock()
        self._api: WSGIApplication | None = None

    def __call__(
        self, environ: dict[str, Any], start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("PATH_INFO", "").startswith(PREFIX):
            return self._opened()(environ, start_response)
        return self._app(environ, start_response)

    def _opened(self) -> "WSGIApplication":
        with self._lock:
            if self._api is None:
                from hub.api.application import make_api

                self._api = make_api(self._parts)
            return self._api
