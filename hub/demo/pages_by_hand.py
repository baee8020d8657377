"""A visitor without a browser: real pages, real forms, real cookies."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import requests
from lxml import html

TIMEOUT = (3.0, 10.0)  # to connect, to answer
OK = 200


class PageError(Exception):
    """A page was not what a visitor needs; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as it was shown."""

    url: str
    document: Any

    @property
    def text(self) -> str:
        """Return the page's text in one line."""
        return " ".join(self.document.text_content().split())

    def form(self, action: str) -> tuple[str, dict[str, str]]:
        """Return a form's address and fields as filled in by the page."""
        for form in self.document.forms:
            if (form.action or "").endswith(action):
                return form.action, dict(form.form_values())
        raise PageError(f"{self.url} has no form for {action}")


class Visitor:
    """One visitor of the shop, with a cookie jar."""

    def __init__(self, shop_url: str) -> None:
        """Take the shop's address."""
        self._session = requests.Session()
        self._session.trust_env = False
        self._shop_url = shop_url.rstrip("/")

    def __enter__(self) -> Self:
        """Begin the visit."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the visit."""
        self._session.close()

    def open(self, path: str) -> Page:
        """Open a page of the shop."""
        return self._page(self._session.get(self._shop_url + path, timeout=TIMEOUT))

    def submit(self, page: Page, action: str, changes: Mapping[str, str]) -> Page:
        """Send a form of a page, some of its fields changed."""
        path, fields = page.form(action)
        answer = self._session.post(
            self._shop_url + path, data={**fields, **changes}, timeout=TIMEOUT
        )
        return self._page(answer)

    def read(self, url: str) -> Any:
        """Read JSON: a path of the shop, or a whole address elsewhere."""
        where = self._shop_url + url if url.startswith("/") else url
        answer = self._session.get(where, timeout=TIMEOUT)
        if answer.status_code != OK:
            raise PageError(f"{where} answered {answer.status_code}")
        return answer.json()

    def look_at(self, url: str) -> Page:
        """Open a page elsewhere."""
        return self._page(self._session.get(url, timeout=TIMEOUT))

    def _page(self, answer: requests.Response) -> Page:
        if answer.status_code != OK:
            raise PageError(f"{answer.url} answered {answer.status_code}")
        document = html.document_fromstring(answer.content.decode())
        return Page(url=answer.url, document=document)
