"""A buyer with a browser that runs no script: it follows and reads what it is given."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import requests

if TYPE_CHECKING:
    from types import TracebackType

    from tests.shopify_double.payments import Session

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_INPUT = re.compile(r"<input\b([^>]*)>", re.IGNORECASE)
_REFRESH = re.compile(
    r'<meta[^>]*http-equiv="refresh"[^>]*content="(\d+)(?:;\s*url=([^"]*))?"',
    re.IGNORECASE,
)


class Buyer:
    """Who pays: `at` and `text` are the page that was reached."""

    def __init__(self, session: Session, *, language: str = "ja") -> None:
        self._http = requests.Session()
        self._http.headers["Accept-Language"] = language
        self._session = session
        self.at = self.text = ""
        self.status = 0
        self.headers: dict[str, str] = {}

    def __enter__(self) -> Buyer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def goes(self) -> Buyer:
        """Go where the app's answer said."""
        self._take(self._http.get(self._session.redirect_url, timeout=60))
        return self

    @property
    def refresh_seconds(self) -> int:
        """After how many seconds the page asks again by itself; 0 for never."""
        found = _REFRESH.search(self.text)
        return int(found.group(1)) if found else 0

    def waits(self) -> Buyer:
        """Let the page ask again, as its meta refresh says."""
        found = _REFRESH.search(self.text)
        assert found, "the page asks for nothing"
        place = urljoin(self.at, unescape(found.group(2) or ""))
        self._take(self._http.get(place, timeout=60))
        return self

    def gives_up(self) -> Buyer:
        """Press the page's one button."""
        (form,) = _FORM.findall(self.text)
        way = dict(_ATTRIBUTE.findall(form[0]))
        assert way.get("method", "").casefold() == "post"
        inputs = [dict(_ATTRIBUTE.findall(one)) for one in _INPUT.findall(form[1])]
        filled = {one["name"]: unescape(one.get("value", "")) for one in inputs}
        place = urljoin(self.at, unescape(way.get("action", "")))
        headers = {"Origin": self.at[: self.at.index("/", 8)], "Referer": self.at}
        self._take(
            self._http.post(place, data=filled, headers=headers, timeout=60),
        )
        return self

    def _take(self, answer: requests.Response) -> None:
        self.at, self.text = answer.url, answer.text
        self.status, self.headers = answer.status_code, dict(answer.headers)
