"""A merchant's own system: it holds every answer against the OpenAPI document."""

import re
from functools import cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from hub.api.application import openapi_document
from hub.flow.api_keys import issue_key
from hub.store.api_keys import ApiScope
from tests.house import House

PREFIX = "/api/v1"
ALL = frozenset(ApiScope)
METHODS = ("get", "post", "put", "patch", "delete")


class Documented:
    """The document, and what it says of one answer."""

    def __init__(self, app: Flask) -> None:
        self.document = openapi_document(app)
        self._patterns = {
            path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"\Z")
            for path in self.document["paths"]
        }

    def path_of(self, path: str) -> str:
        exact = [known for known in self._patterns if known == path]
        found: list[str] = exact or [
            known for known, pattern in self._patterns.items() if pattern.match(path)
        ]
        assert found, f"{path} is not documented"
        return found[0]

    def hold(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail where an answer is not one of those that the document promises."""
        operation = self.document["paths"][self.path_of(path)][method.lower()]
        promised = operation["responses"].get(str(answer.status_code))
        assert promised, f"{method} {path}: {answer.status_code} is not documented"
        if "$ref" in promised:
            name = promised["$ref"].rpartition("/")[2]
            promised = self.document["components"]["responses"][name]
        assert answer.mimetype in promised["content"], answer.mimetype
        schema = promised["content"][answer.mimetype]["schema"]
        self.validator(schema["$ref"]).validate(answer.get_json(force=True))

    @cache  # noqa: B019 - as many as there are schemas, for one test run
    def validator(self, reference: str) -> Draft202012Validator:
        schema = {"$ref": reference, "components": self.document["components"]}
        return Draft202012Validator(schema, format_checker=FormatChecker())


class System:
    """A client with a key; answers that break the document's promise fail."""

    def __init__(self, app: Flask, documented: Documented, token: str = "") -> None:
        self._client = app.test_client()
        self._documented = documented
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, headers: Any = None, **query: Any) -> Any:
        return self.call("GET", path, query_string=query, headers=headers)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        if body is not None:
            options["json"] = body
        return self.call("POST", path, **options)

    def call(
        self, method: str, path: str, *, headers: Any = None, **options: Any
    ) -> Any:
        answer = self._client.open(
            PREFIX + path,
            method=method,
            headers={**self._headers, **(headers or {})},
            **options,
        )
        if answer.status_code not in (304, 405):
            self._documented.hold(method, PREFIX + path, answer)
        return answer

    def rows(self, path: str = "/transactions", **query: Any) -> list[Any]:
        """Return the items of all pages of a list."""
        found: list[Any] = []
        while True:
            page = self.get(path, **query).get_json()
            found += page["items"]
            query["after"] = page["next_cursor"]
            if not page["items"] or query["after"] is None:
                return found


def key_of(house: House, scopes: frozenset[ApiScope] = ALL) -> str:
    """Return a new key of a house's merchant."""
    _key_id, token = issue_key(
        house.parts, house.merchant_id, name="受注管理", scopes=scopes, user_id=""
    )
    return token
