"""`/healthz`: the process lives; `/readyz`: it can take webhooks now."""

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hub.parts import Parts
from hub.web.problems import problem


def make_health(parts: Parts) -> Blueprint:
    """Return the routes that a balancer asks."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @blueprint.get("/readyz")
    def readyz() -> Response:
        # The bell may be down: what comes in is kept all the same.
        try:
            with parts.store.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return problem(503, "HUB-HOOK-503")
        return Response("ready\n", mimetype="text/plain")

    return blueprint
