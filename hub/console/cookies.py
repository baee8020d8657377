"""The console's cookies: the session, the pre-login secret, the language."""

from dataclasses import dataclass

from flask import Request, Response

from hub.store.sessions import ABSOLUTE

_YEAR_SECONDS = 31_536_000
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookies:
    """Names and attributes; the `__Host-` prefix needs https."""

    is_https: bool

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.is_https else name

    def session(self, request: Request) -> str:
        """Return the token of the session cookie, "" for none."""
        return request.cookies.get(self._name("hub_session"), "")[:_LONGEST]

    def visitor(self, request: Request) -> str:
        """Return the pre-login secret, "" for none."""
        return request.cookies.get(self._name("hub_visitor"), "")[:_LONGEST]

    def language(self, request: Request) -> str:
        """Return the language that was chosen before logging in."""
        return request.cookies.get(self._name("hub_language"), "")

    def set_session(self, response: Response, token: str) -> None:
        """Give the session cookie, for at most the life of a session."""
        seconds = int(ABSOLUTE.total_seconds())
        self._set(response, "hub_session", token, seconds=seconds)

    def set_visitor(self, response: Response, token: str) -> None:
        """Give the pre-login secret; it ends with the browser."""
        self._set(response, "hub_visitor", token, seconds=None)

    def set_language(self, response: Response, language: str) -> None:
        """Remember the language."""
        self._set(response, "hub_language", language, seconds=_YEAR_SECONDS)

    def clear_session(self, response: Response) -> None:
        """Take the session cookie back."""
        self._set(response, "hub_session", "", seconds=0)

    def _set(
        self, response: Response, name: str, value: str, *, seconds: int | None
    ) -> None:
        response.set_cookie(
            self._name(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.is_https,
            httponly=True,
            samesite="Lax",
        )
