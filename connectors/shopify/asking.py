"""One question to a shop's Admin API, for set-up and checklist."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from hub.contract.connector import Connection
from hub.contract.errors import (
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
    PayloadError,
)
from hub.contract.http import AnswerLostError, HttpAnswer, NotSentError
from hub.contract.json_body import read_json
from hub.contract.secret import Secret

from .shops import GRAPHQL_PATH, shop_url
from .tokens import access_token, token_after_refusal

TOTAL_SECONDS = 20.0
CAP_BYTES = 1_048_576

# Returns `data`; raises CartUnavailableError, CartRefusedError, CartUnauthorizedError.
Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


def ask_of(connection: Connection) -> Ask:
    """Return how to ask the connection's shop; a 401 renews the token once."""

    def ask(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        body = orjson.dumps({"query": document, "variables": dict(variables)})
        token = access_token(connection)
        answer = _posted(connection, token, body)
        if answer.status == 401:
            token = token_after_refusal(connection, token)
            answer = _posted(connection, token, body)
        return _data(answer)

    return ask


def _posted(connection: Connection, token: Secret, body: bytes) -> HttpAnswer:
    url = shop_url(connection.settings, connection.settings.text("shop"), GRAPHQL_PATH)
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Access-Token": token.reveal(),
    }
    try:
        return connection.http.post(
            url,
            body=body,
            headers=headers,
            total_seconds=TOTAL_SECONDS,
            cap_bytes=CAP_BYTES,
        )
    except (NotSentError, AnswerLostError) as error:
        # What is asked here may be asked again: set-up reads before it writes.
        raise CartUnavailableError(str(error)) from error


def _data(answer: HttpAnswer) -> Mapping[str, Any]:
    if answer.status == 401:
        raise CartUnauthorizedError("the shop does not let the app in")
    if answer.status == 429 or answer.status >= 500:
        raise CartUnavailableError(f"the shop answered {answer.status}")
    if answer.status != 200:
        raise CartRefusedError(f"the shop answered {answer.status}")
    try:
        document = read_json(answer.body)
    except PayloadError as error:
        raise CartUnavailableError("the shop's answer is not readable") from error
    match document:
        case {"errors": [*errors]}:
            raise _failure(errors)
        case {"data": dict() as data}:
            return data
        case _:
            raise CartUnavailableError("the shop's answer has no data")


def _failure(errors: list[Any]) -> CartRefusedError | CartUnavailableError:
    """Return what top-level errors mean: only a throttle passes by itself."""
    codes = [
        one["extensions"].get("code")
        for one in errors
        if isinstance(one, dict) and isinstance(one.get("extensions"), dict)
    ]
    if "THROTTLED" in codes:
        return CartUnavailableError("the shop throttles", retry_after_seconds=5)
    return CartRefusedError("the shop did not understand the question")
