"""What a request says, read strictly: what is not known is an error, not ignored."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from marshmallow import Schema, ValidationError
from webargs import core
from webargs.flaskparser import FlaskParser

from hub.api.problems import ApiProblemError, Errors, of_status
from hub.contract.errors import PayloadError
from hub.contract.json_body import read_json

_UNKNOWN = "この名前はありません。 / There is no such name."
_REPEATED = "1回だけ書いてください。 / Give it once."


class StrictParser(FlaskParser):
    """webargs without its leniency: every name and the whole body count."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(
        FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, ma.RAISE
    )

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Read the body as the hub reads every JSON; nothing stands for {}."""
        body = whole_body(req)
        return read_document(body) if body else {}

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Name the places that cannot be used."""
        raise of_status(422, errors=_errors(error)) from error


def read_document(body: bytes) -> object:
    """Read JSON; raises the problem where it is none."""
    try:
        return read_json(body)
    except PayloadError as error:
        found = {path or "json": [words] for path, words in error.fields.items()}
        raise of_status(400, errors={"body": found}) from error


def whole_body(request: Request) -> bytes:
    """Return the body; raises the problem for one in another form, or cut short."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise of_status(415)
    body = request.get_data()
    if request.content_length is not None and len(body) < request.content_length:
        raise of_status(400)
    if body and not core.is_json(request.mimetype):
        raise of_status(415)
    return body


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raise the problem for a parameter that is not known, or comes twice."""
    known = set(known)
    wrong: dict[str, list[str]] = {}
    for name, values in request.args.lists():
        if name not in known:
            wrong[name] = [_UNKNOWN]
        elif len(values) > 1:
            wrong[name] = [_REPEATED]
    if wrong:
        raise of_status(422, errors={"query": wrong})


def refuse(place: str, name: str, words: str) -> ApiProblemError:
    """Return the problem of one value that cannot be used."""
    return of_status(422, errors={place: {name: [words]}})


def _errors(error: ValidationError) -> Errors:
    found: dict[str, dict[str, list[str]]] = {}
    # webargs wraps what is wrong in the name of its place.
    messages = error.messages if isinstance(error.messages, dict) else {}
    for location, names in messages.items():
        place = "body" if location == "json" else str(location)
        found[place] = {}
        for name, words in names.items() if isinstance(names, dict) else ():
            found[place][str(name)] = _flat(words)
    return found


def _flat(words: Any) -> list[str]:
    if isinstance(words, dict):
        return [text for inner in words.values() for text in _flat(inner)]
    return [str(word) for word in words] if isinstance(words, list) else [str(words)]
