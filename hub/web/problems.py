"""How the hub says no over HTTP: one table, the catalogue's words, a stable code."""

import random
from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException

from hub.flow.problems import (
    CODE_OF_RECEIPT,
    CODE_OF_STATUS,
    STATUS_OF_RECEIPT,
    UNEXPECTED,
)
from hub.text.catalogue import message

__all__ = [
    "CODE_OF_RECEIPT",
    "STATUS_OF_RECEIPT",
    "answer_http_error",
    "answer_our_error",
    "problem",
    "problem_bytes",
    "retry_after_seconds",
    "retry_later",
]

PROBLEM_TYPE = "application/problem+json"


@cache
def problem_bytes(status: int, code: str) -> bytes:
    """Return the body of an answer of problem+json in both languages."""
    return orjson.dumps(_document(status, code))


def _document(status: int, code: str) -> dict[str, Any]:
    entry = message(code)
    return {
        "code": code,
        "status": status,
        "title": {"ja": entry.what.ja, "en": entry.what.en},
        "detail": {"ja": entry.means.ja, "en": entry.means.en},
        "next": {"ja": entry.next.ja, "en": entry.next.en},
    }


def problem(
    status: int, code: str, *, errors: Mapping[str, str] | None = None
) -> Response:
    """Return an answer of problem+json in both languages.

    `errors` says what is wrong with which field of the body, as the API's problems do.
    """
    body = problem_bytes(status, code)
    if errors:
        wrong = {"json": {field: [fault] for field, fault in errors.items()}}
        body = orjson.dumps({**_document(status, code), "errors": wrong})
    return Response(body, status=status, mimetype=PROBLEM_TYPE)


def retry_after_seconds() -> int:
    """Return when to send again, spread, so that not all senders come back at once."""
    return 30 + random.randrange(30)  # noqa: S311 - jitter need not be unpredictable


def retry_later(response: Response) -> Response:
    """Let an answer say when to send again."""
    response.headers["Retry-After"] = str(retry_after_seconds())
    return response


def answer_http_error(error: HTTPException) -> Any:
    """Answer Flask's own errors in the same form."""
    status = error.code or 500
    response = problem(status, CODE_OF_STATUS.get(status, UNEXPECTED))
    if status == 405:
        allowed = getattr(error, "valid_methods", None) or ()
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def answer_our_error(_error: Exception) -> Response:
    """Answer a defect of ours without a trace, a path or a value (T-44)."""
    return problem(500, UNEXPECTED)
