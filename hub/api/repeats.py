"""A request with an Idempotency-Key is carried out once; its answer can be had again.

The key and the request are kept as keyed hashes, because nobody promised that they
hold nothing of a person.
"""

import re
from collections.abc import Callable

from flask import Request, Response

from hub.api.caller import Caller
from hub.api.problems import ApiProblemError
from hub.api.reading import refuse
from hub.store import api_answers
from hub.store.api_answers import StoredAnswer
from hub.store.store import Scope

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_WORDS = "255文字までの空白のない英数字・記号。 / Up to 255 visible ASCII characters."


def key_of(request: Request) -> str:
    """Return the key of a request, "" for none; raises the problem for a bad one."""
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise refuse("header", HEADER, _WORDS)
    return key or ""


def once(caller: Caller, request: Request, act: Callable[[], Response]) -> Response:
    """Carry an act out, or answer as it was answered the first time.

    Raises the problem while the first is under way, or where it was another request.
    """
    key = key_of(request)
    if not key:
        return act()
    # Read here: the writer works in a thread that knows no request.
    said = f"{request.method} {request.path}\n{request.get_data().hex()}"
    row_id, earlier = caller.store.write(lambda scope: _begin(scope, caller, key, said))
    if earlier is not None:
        return _again(earlier)
    try:
        response = act()
    except Exception:
        caller.store.write(lambda scope: api_answers.forget(scope, row_id))
        raise
    status, body = response.status_code, response.get_data(as_text=True)
    caller.store.write(
        lambda scope: api_answers.finish(scope, row_id, status=status, body=body)
    )
    return response


def _begin(
    scope: Scope, caller: Caller, key: str, said: str
) -> tuple[str, StoredAnswer | None]:
    request_hash = scope.vault.keyed_hash("api_request", said)
    row_id, earlier = api_answers.begin(
        scope,
        api_key_id=caller.key.id,
        key_hash=scope.vault.keyed_hash("idempotency_key", key),
        request_hash=request_hash,
        now=caller.parts.clock.now(),
    )
    if earlier is not None and earlier.request_hash != request_hash:
        raise ApiProblemError("HUB-API-423", status=422)
    return row_id, earlier


def _again(earlier: StoredAnswer) -> Response:
    if not earlier.status:
        raise ApiProblemError("HUB-API-409", headers={"Retry-After": "1"})
    is_problem = earlier.status >= 400
    response = Response(
        earlier.body,
        earlier.status,
        mimetype="application/problem+json" if is_problem else "application/json",
    )
    response.headers[REPLAYED] = "true"
    return response
