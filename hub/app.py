"""The Flask application: blueprints onto Flask, and what holds for all of them."""

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from hub.api.mount import ApiMount
from hub.console import make_console, make_embed
from hub.parts import Parts
from hub.web.asks import make_asks
from hub.web.health import make_health
from hub.web.hooks import make_hooks
from hub.web.install import make_install
from hub.web.intake import Intake
from hub.web.metrics import make_metrics
from hub.web.problems import answer_http_error, answer_our_error
from hub.web.tags import Tags
from hub.web.wait import make_wait

_NOBODY = "default-src 'none'; frame-ancestors 'none'"


def create_app(parts: Parts, *, intake: Intake | None = None) -> Flask:
    """Return the application of one process.

    A server that answers webhooks before Flask gives the intake that it asks.
    """
    app = Flask("hub", static_folder=None)
    app.debug = False
    app.register_blueprint(make_hooks(parts, intake or Intake(parts)))
    app.register_blueprint(make_asks(parts))
    app.register_blueprint(make_wait(parts))
    app.register_blueprint(make_health(parts))
    app.register_blueprint(make_metrics(parts))
    app.register_blueprint(make_install(parts))
    app.register_blueprint(make_console(parts))
    app.register_blueprint(make_embed(parts))
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_our_error)
    app.after_request(_framed_by_nobody)
    # Before Flask: the API is an application of its own, and every view of a shop's
    # cart page asks for its tag.
    behind = ApiMount(parts, app.wsgi_app)
    app.wsgi_app = Tags(parts, behind)  # type: ignore[method-assign]  # Flask's documented way to put a layer before it
    return app


def _framed_by_nobody(response: Response) -> Response:
    """Let nobody frame a page that does not say who may, a redirect's own included."""
    # An empty answer to a webhook is no page, and the bridge gives it without this.
    if response.mimetype == "text/html" and response.content_length != 0:
        response.headers.setdefault("Content-Security-Policy", _NOBODY)
    return response
