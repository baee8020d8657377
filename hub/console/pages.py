"""Templates of the console, in an environment of their own: strict and escaping."""

import hashlib
from functools import cache
from importlib import resources

from flask import Response, request, url_for
from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.console.visit import Visitor
from hub.console.words import explained
from hub.text.catalogue import Message


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hub.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["url_for"] = url_for
    environment.globals["static"] = _static
    return environment


@cache
def _version(name: str) -> str:
    content = resources.files("hub.console").joinpath("static", name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def _static(name: str) -> str:
    return url_for("console.static", filename=name, v=_version(name))


def rendered(template: str, /, **values: object) -> str:
    """Return a template filled in, for pages that have no frame of ours."""
    return _environment().get_template(template).render(**values)


def page(
    visitor: Visitor,
    template: str,
    /,
    *,
    status: int = 200,
    problem: Message | None = None,
    **values: object,
) -> Response:
    """Return a page; `problem` is shown at its top in three sentences."""
    html = (
        _environment()
        .get_template(template)
        .render(
            visit=visitor,
            session=visitor.session,
            say=visitor.say,
            show=visitor.show,
            language=visitor.language,
            is_sandbox=visitor.parts.config.provider_is_sandbox,
            csrf=visitor.csrf,
            explained=explained,
            room=request.endpoint or "",
            here=request.path,
            done=_done(visitor),
            problem=problem or explained(request.args.get("problem", "")),
            **values,
        )
    )
    return Response(html, status=status, mimetype="text/html")


def _done(visitor: Visitor) -> str:
    """Return the sentence about what was just done; only words of ours are said."""
    key = f"act.done_{request.args.get('done', '')}"
    return visitor.say(key) if visitor.say.has(key) else ""
