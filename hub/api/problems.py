"""How the API says no: RFC 9457, one language, a stable code and the way on."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response

from hub.flow.problems import API_CODE_OF_STATUS, CONFLICT, UNEXPECTED, status_of
from hub.text.catalogue import Language, message

# From the table of every room, under the words of this one.
ABSENT = "HUB-API-404"
_OWN_CODE = {"HUB-ACT-404": ABSENT}

Errors = Mapping[str, Mapping[str, list[str]]]


class ApiProblemError(Exception):
    """The request is answered with a problem."""

    def __init__(
        self,
        code: str,
        *,
        status: int = CONFLICT,
        errors: Errors | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take what is told; `errors` names places and rules, never values."""
        super().__init__(code)
        self.code = code
        self.status = status
        self.errors = errors
        self.headers = dict(headers or {})


def of_status(status: int, *, errors: Errors | None = None) -> ApiProblemError:
    """Return the problem of a status that says everything."""
    code = API_CODE_OF_STATUS.get(status, UNEXPECTED)
    return ApiProblemError(code, status=status, errors=errors)


def of_refusal(code: str) -> ApiProblemError:
    """Return the problem of a decision that was refused with a code."""
    return ApiProblemError(_OWN_CODE.get(code, code), status=status_of(code))


def absent() -> ApiProblemError:
    """Return the one answer for what is absent and what is somebody else's."""
    return of_status(404)


def document(code: str, *, status: int, language: Language) -> dict[str, Any]:
    """Return a problem as RFC 9457 writes it."""
    entry = message(code)
    return {
        "type": f"/api/v1/problems/{code}",
        "title": entry.what.say(language),
        "status": status,
        "detail": entry.means.say(language),
        "code": code,
        "next": entry.next.say(language),
    }


def answer(problem: ApiProblemError, language: Language) -> Response:
    """Return a problem as a response."""
    body = document(problem.code, status=problem.status, language=language)
    if problem.errors:
        body["errors"] = problem.errors
    response = Response(
        orjson.dumps(body), problem.status, mimetype="application/problem+json"
    )
    response.headers.update(problem.headers)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    return response
