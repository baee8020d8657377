"""Reading and writing JSON on the control port."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from hub.sandbox.errors import DeskError


def answer_json(content: Mapping[str, Any], status: int = 200) -> Response:
    """Return an answer of the control port."""
    body = orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
    return Response(body, status, mimetype="application/json")


def json_body(*names: str) -> Mapping[str, Any]:
    """Return the request's JSON object; raises DeskError on other keys than these."""
    try:
        content = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError as error:
        raise DeskError("The body is not JSON. Nothing was done.") from error
    if not isinstance(content, dict):
        raise DeskError("The body must be one JSON object. Nothing was done.")
    if names:
        only(content, *names)
    return content


def only(wanted: Mapping[str, Any], *names: str) -> None:
    """Refuse what is not known, so that a misspelt key is not taken for absent."""
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise DeskError(
            f"Unknown: {unknown}. Known are {list(names)}. Nothing was done."
        )


def number(wanted: Mapping[str, Any], name: str, default: float = 0) -> float:
    """Return a number of the body; raises DeskError where it is none."""
    value = wanted.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DeskError(f"{name} must be a number. Nothing was done.")
    return value
