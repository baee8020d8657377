"""The API as a Flask application of its own, with its OpenAPI document."""

import json
from typing import Any

import orjson
from flask import Flask, Response, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from hub import log
from hub.api import problems
from hub.api.acts import add_acts
from hub.api.caller import language_of
from hub.api.deliveries import add_deliveries
from hub.api.door import PACE, Door, StrictBlueprint
from hub.api.merchant import add_merchant
from hub.api.pace import Pace, Paces
from hub.api.problems import ApiProblemError, of_status
from hub.api.schemas import ProblemSchema
from hub.api.transactions import add_transactions
from hub.flow.problems import API_CODE_OF_STATUS
from hub.flow.tools import Parts
from hub.text.catalogue import catalogue

PREFIX = "/api/v1"
_PROBLEM_STATUSES = {
    400: "JSONではない / Not JSON.",
    401: "鍵がない / No key in force.",
    403: "権限がない / The key lacks a scope.",
    404: "見える対象がない / Nothing that this key can see.",
    409: "いまの状態ではできない / Not possible in the present state.",
    415: "JSON以外の本文 / Another form than JSON.",
    422: "名前か値が使えない / A name or value that cannot be used.",
    429: "呼び出しすぎ / Too many calls; see Retry-After.",
    503: "いまは保存できない / Cannot be stored now; see Retry-After.",
}
_logger = log.get("api")


class HubApi(Api):  # type: ignore[misc]  # smorest has no types
    """smorest's collector of documentation; errors are answered by the hub's table."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave the errors to the application."""


def make_api(parts: Parts) -> Flask:
    """Return the application that answers /api."""
    app = Flask("hub.api", static_folder=None)
    app.debug = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider
    app.json.sort_keys = False  # type: ignore[attr-defined]  # has both
    app.config.update(
        API_TITLE="Atobarai Hub",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        MAX_CONTENT_LENGTH=parts.config.body_limit,
    )
    api = HubApi(app, spec_kwargs={"info": {"description": _DESCRIPTION}})
    _describe(api)
    blueprint = StrictBlueprint("v1", "hub.api", url_prefix=PREFIX)
    door = Door(parts=parts, blueprint=blueprint, paces=Paces(parts.config.api_rate))
    for add in (add_merchant, add_transactions, add_acts, add_deliveries):
        add(door)
    api.register_blueprint(blueprint)
    _add_edges(app)
    app.extensions["hub-openapi"] = api.spec
    return app


_DESCRIPTION = (
    "後払いの取引を、受注管理・基幹システムから読み、操作するためのAPI。使い方は "
    "docs/api.md。 / Reading and acting on deferred-payment transactions."
)


_EVENT = {
    "type": "object",
    "required": ["type", "occurred_at", "order"],
    "properties": {
        "type": {
            "type": "string",
            "enum": [
                "order.placed",
                "order.amended",
                "order.cancelled",
                "shipment.created",
                "shipment.changed",
                "shipment.cancelled",
            ],
        },
        "occurred_at": {"type": "string", "format": "date-time"},
        "order": {"type": "object", "required": ["number"]},
        "shipment": {"type": "object"},
    },
    "description": "connectors/generic_webhook/README.md",
}


def openapi_document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of the application."""
    document: dict[str, Any] = app.extensions["hub-openapi"].to_dict()
    return document


def openapi_text(app: Flask) -> str:
    """Return the document as docs/openapi.json holds it."""
    return json.dumps(openapi_document(app), ensure_ascii=False, indent=2) + "\n"


def _describe(api: Any) -> None:
    components = api.spec.components
    components.security_scheme(
        "key",
        {
            "type": "http",
            "scheme": "bearer",
            "description": "管理画面の「APIキー」か hub api-keys add で作る鍵。権限は "
            "read・write・personal。 / A key made in the console; the scopes that each "
            "call needs stand beside it.",
        },
    )
    components.schema("Event", _EVENT)
    for status, text in _PROBLEM_STATUSES.items():
        content = {"application/problem+json": {"schema": ProblemSchema}}
        components.response(
            f"Problem{status}", {"description": text, "content": content}
        )


def _add_edges(app: Flask) -> None:
    @app.get(f"{PREFIX}/problems/<code>")
    def explain(code: str) -> Response:
        if code not in set(API_CODE_OF_STATUS.values()) | set(catalogue()):
            raise problems.absent()
        body = problems.document(code, status=0, language=language_of(request))
        del body["status"]
        return Response(orjson.dumps(body), mimetype="application/json")

    @app.errorhandler(ApiProblemError)
    def answer_problem(problem: ApiProblemError) -> Response:
        return problems.answer(problem, language_of(request))

    @app.errorhandler(HTTPException)
    def answer_http_error(error: HTTPException) -> Response:
        problem = of_status(error.code or 500)
        if isinstance(error, MethodNotAllowed):
            problem.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return problems.answer(problem, language_of(request))

    @app.errorhandler(Exception)
    def answer_defect(error: Exception) -> Response:
        # The type only: a message could show a buyer (T-44).
        _logger.error(
            "call_failed", route=request.endpoint, error_type=type(error).__name__
        )
        return problems.answer(of_status(500), language_of(request))

    @app.after_request
    def dress(response: Response) -> Response:
        return _dressed(response)


def _dressed(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Vary"] = "Authorization, Accept-Language"
    pace = request.environ.get(PACE)
    if isinstance(pace, Pace):
        response.headers.update(pace.headers())
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.headers["Cache-Control"] = "private, no-cache"
        response.add_etag()
        response.make_conditional(request)
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
