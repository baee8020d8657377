"""How a view becomes a route: who may call it, how often, and what it documents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema

from hub.api import problems
from hub.api.caller import Caller, is_id, language_of, token_of
from hub.api.pace import Paces
from hub.api.problems import ApiProblemError, of_status
from hub.api.reading import StrictParser, refuse_unknown
from hub.api.repeats import HEADER, once
from hub.flow.api_keys import open_with
from hub.flow.deeds import InterventionError
from hub.flow.tools import Parts
from hub.store.api_keys import ApiKey, ApiScope

View = Callable[..., Any]
SchemaClass = type[Schema]

# Where the pace of a request waits for its answer.
PACE = "hub.api.pace"
_ID = {"type": "string", "pattern": "^[0-9a-z]{26}$"}
# One event of the canonical JSON, or several; connectors/generic_webhook describes it.
EVENTS: dict[str, Any] = {
    "oneOf": [
        {"$ref": "#/components/schemas/Event"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
    ]
}
_REPEATABLE = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "同じ値の2回目は実行せず、最初の応答を返します(24時間)。 / A second "
    "request with the same value is not carried out; it is answered as the first was.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


class StrictBlueprint(Blueprint):  # type: ignore[misc]  # smorest has no types
    """A blueprint whose arguments are read strictly."""

    ARGUMENTS_PARSER = StrictParser()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The API's blueprint with what its routes share."""

    parts: Parts
    blueprint: StrictBlueprint
    paces: Paces

    def get(
        self,
        rule: str,
        *,
        answer: SchemaClass,
        query: SchemaClass | None = None,
        scopes: tuple[ApiScope, ...] = (ApiScope.READ,),
    ) -> Callable[[View], View]:
        """Make a route that reads."""

        def register(view: View) -> View:
            told = self.blueprint.response(200, answer)(view)
            if query is not None:
                told = self.blueprint.arguments(query, location="query")(told)
            self._add(rule, told, method="GET", query=query, scopes=scopes)
            return view

        return register

    def post(
        self,
        rule: str,
        *,
        answer: SchemaClass,
        body: SchemaClass | None = None,
        scopes: tuple[ApiScope, ...] = (ApiScope.WRITE,),
        status: int = 202,
        is_act: bool = True,
        takes_document: bool = False,
    ) -> Callable[[View], View]:
        """Make a route that acts, that asks with a body, or that takes a document.

        An act under an Idempotency-Key is carried out once; a document has a way of
        its own to be taken once.
        """

        def register(view: View) -> View:
            told = self.blueprint.response(status, answer)(view)
            if body is not None:
                told = self.blueprint.arguments(body, location="json")(told)
                told = self.blueprint.doc(responses=_problems((400, 415)))(told)
            if takes_document:
                told = self._documented(told, answer)
            self._add(rule, told, method="POST", scopes=scopes, is_act=is_act)
            return view

        return register

    def _documented(self, told: View, answer: SchemaClass) -> View:
        told = self.blueprint.alt_response(200, schema=answer, success=True)(told)
        unable = {"$ref": "#/components/responses/Problem503"}
        documented: View = self.blueprint.doc(
            requestBody={
                "required": True,
                "content": {"application/json": {"schema": EVENTS}},
            },
            parameters=[_REPEATABLE],
            responses={**_problems((400, 409, 415)), 503: unable},
        )(told)
        return documented

    def _add(
        self,
        rule: str,
        told: View,
        *,
        method: str,
        scopes: tuple[ApiScope, ...],
        query: SchemaClass | None = None,
        is_act: bool = False,
    ) -> None:
        known = tuple(query().fields) if query is not None else ()

        @wraps(told)
        def view(**ids: str) -> Response:
            caller = self._caller()
            _require(caller.key, scopes)
            refuse_unknown(request, known)
            if not all(is_id(value) for value in ids.values()):
                raise problems.absent()
            if not is_act:
                return _carry(told, caller, ids)
            return once(caller, request, lambda: _answered(told, caller, ids))

        documented = self.blueprint.doc(**_doc(rule, scopes, is_act=is_act))(view)
        self.blueprint.add_url_rule(
            # Of an id's length, so that a word such as "search" is no id.
            rule.replace("<", "<string(length=26):"),
            told.__name__,
            documented,
            methods=[method],
            parameters=[_path_id(name) for name in _ids_of(rule)],
            tags=[rule.split("/")[1]],
        )

    def _caller(self) -> Caller:
        """Return who calls; raises the problem for nobody, or for who calls too often.

        A key is a long random text: guessing leads nowhere, so nobody is locked out.
        """
        found = open_with(self.parts, token) if (token := token_of(request)) else None
        if found is None:
            raise _unknown()
        pace = self.paces.take(found.id, now=self.parts.clock.now())
        if pace.wait_seconds:
            raise ApiProblemError("HUB-API-429", status=429, headers=pace.headers())
        request.environ[PACE] = pace
        return Caller(parts=self.parts, key=found, language=language_of(request))


def _carry(told: View, caller: Caller, ids: dict[str, str]) -> Response:
    try:
        response: Response = told(caller, **ids)
    except InterventionError as error:
        raise problems.of_refusal(error.code) from error
    return response


def _answered(told: View, caller: Caller, ids: dict[str, str]) -> Response:
    """Return the answer of an act, a refusal included: it too is what came of it."""
    try:
        return _carry(told, caller, ids)
    except ApiProblemError as problem:
        if problem.status >= 500:
            raise
        return problems.answer(problem, caller.language)


def _require(key: ApiKey, scopes: tuple[ApiScope, ...]) -> None:
    if missing := sorted(set(scopes) - key.scopes):
        raise of_status(
            403, errors={"scopes": {one.value: ["missing"] for one in missing}}
        )


def _unknown() -> ApiProblemError:
    problem = of_status(401)
    problem.headers["WWW-Authenticate"] = 'Bearer realm="hub"'
    return problem


def _ids_of(rule: str) -> list[str]:
    return [part[1:-1] for part in rule.split("/") if part.startswith("<")]


def _path_id(name: str) -> dict[str, Any]:
    return {"in": "path", "name": name, "required": True, "schema": _ID}


def _doc(rule: str, scopes: tuple[ApiScope, ...], *, is_act: bool) -> dict[str, Any]:
    doc: dict[str, Any] = {"security": [{"key": sorted(one.value for one in scopes)}]}
    statuses = [401, 403, 422, 429]
    if _ids_of(rule):
        statuses.append(404)
    if is_act:
        statuses.append(409)
        doc["parameters"] = [_REPEATABLE]
    doc["responses"] = _problems(statuses)
    return doc


def _problems(statuses: Iterable[int]) -> dict[int, dict[str, str]]:
    return {
        status: {"$ref": f"#/components/responses/Problem{status}"}
        for status in sorted(statuses)
    }
