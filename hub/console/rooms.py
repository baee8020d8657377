"""How a view becomes a route: who may come in, and which forms are believed."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from hub import log
from hub.console import guard
from hub.console.cookies import Cookies
from hub.console.pages import page
from hub.console.visit import Visit, Visitor
from hub.console.words import language_of, own_message
from hub.flow.entrance import Entrance
from hub.flow.tools import Parts
from hub.store.accounts import MemberRole
from hub.store.sessions import TOKEN_BYTES

View = Callable[..., Any]
_logger = log.get("console")


class AbsentError(Exception):
    """What was asked for is not there, or is not this merchant's: the same answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The console's blueprint with what its rooms share."""

    parts: Parts
    blueprint: Blueprint
    entrance: Entrance
    cookies: Cookies

    def open_page(self, rule: str, name: str) -> Callable[[View], View]:
        """Make a page for somebody who need not be logged in."""

        def register(view: View) -> View:
            def answer(**ids: str) -> Response:
                visitor = self.visitor()
                response: Response = view(visitor, **ids)
                if visitor.token != self.cookies.visitor(request):
                    self.cookies.set_visitor(response, visitor.token)
                return response

            self._add(rule, name, answer, method="GET")
            return view

        return register

    def open_action(self, rule: str, name: str) -> Callable[[View], View]:
        """Make an action for somebody who need not be logged in."""

        def register(view: View) -> View:
            def answer(**ids: str) -> Response:
                visitor = self.visitor()
                if not self._is_believed(visitor):
                    return problem_page(visitor, "csrf", status=403)
                response: Response = view(visitor, **ids)
                return response

            self._add(rule, name, answer, method="POST")
            return view

        return register

    def page(self, rule: str, name: str) -> Callable[[View], View]:
        """Make a page for people who are logged in."""

        def register(view: View) -> View:
            def answer(**ids: str) -> Response:
                visit = self.visit()
                if visit is None:
                    return self._to_login()
                response: Response = view(visit, **ids)
                return response

            self._add(rule, name, answer, method="GET")
            return view

        return register

    def action(
        self, rule: str, name: str, *, roles: frozenset[MemberRole] | None
    ) -> Callable[[View], View]:
        """Make an action for people who are logged in and have one of the roles."""

        def register(view: View) -> View:
            def answer(**ids: str) -> Response:
                visit = self.visit()
                if visit is None:
                    return self._to_login()
                if not self._is_believed(visit):
                    return problem_page(visit, "csrf", status=403)
                if roles is not None and visit.session.role not in roles:
                    return problem_page(visit, "forbidden", status=403)
                response: Response = view(visit, **ids)
                return response

            self._add(rule, name, answer, method="POST")
            return view

        return register

    def visitor(self) -> Visitor:
        """Return who comes without a session."""
        token = self.cookies.visitor(request) or secrets.token_urlsafe(TOKEN_BYTES)
        language = language_of(self.cookies.language(request))
        return Visitor(parts=self.parts, token=token, language=language)

    def visit(self) -> Visit | None:
        """Return who comes with a session that is in force."""
        token = self.cookies.session(request)
        session = self.entrance.session(token)
        if session is None:
            return None
        return Visit(
            parts=self.parts,
            token=token,
            language=language_of(session.language),
            present=session,
            memberships=self.entrance.memberships(session.user_id),
        )

    def _is_believed(self, visitor: Visitor) -> bool:
        return guard.is_from_here(request, self.parts.config) and guard.has_token(
            request, visitor.csrf(request.path)
        )

    def _to_login(self) -> Response:
        had_session = bool(self.cookies.session(request))
        back = request.path if request.method == "GET" else None
        target = url_for(
            "console.login", back=back, note="again" if had_session else None
        )
        response = redirect(target, 303)
        assert isinstance(response, Response)  # noqa: S101 - flask's stub says less
        if had_session:
            self.cookies.clear_session(response)
        return response

    def _add(self, rule: str, name: str, view: View, *, method: str) -> None:
        def answer(**ids: str) -> Response:
            try:
                response: Response = view(**ids)
            except AbsentError:
                return self.absent()
            except HTTPException:
                raise
            except Exception as error:  # noqa: BLE001 - the last wall before a person
                return self._failed(error)
            return response

        self.blueprint.add_url_rule(rule, name, answer, methods=[method])

    def absent(self) -> Response:
        """Return the one answer for what is absent and what is somebody else's."""
        return problem_page(self.visit() or self.visitor(), "absent", status=404)

    def _failed(self, error: Exception) -> Response:
        reference = secrets.token_hex(4)
        # The type only: a traceback or message could show a buyer (T-44).
        _logger.error(
            "page_failed",
            reference=reference,
            endpoint=request.endpoint,
            error_type=type(error).__name__,
        )
        return problem_page(self.visitor(), "failed", status=500, reference=reference)


def problem_page(
    visitor: Visitor, word: str, *, status: int, reference: str = ""
) -> Response:
    """Return a page that says one of the console's own errors."""
    return page(
        visitor,
        "problem.html",
        status=status,
        problem=own_message(word),
        reference=reference,
    )


def go(endpoint: str, /, **values: str | None) -> Response:
    """Return a redirect to a page of the console, after a form."""
    given: dict[str, Any] = dict(values)
    response = redirect(url_for(f"console.{endpoint}", **given), 303)
    assert isinstance(response, Response)  # noqa: S101 - flask's stub says less
    return response
