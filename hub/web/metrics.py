"""`/metrics`: what an operator watches, for this machine or who holds the token."""

import hmac
import ipaddress

from flask import Blueprint, Request, Response, request
from sqlalchemy.exc import SQLAlchemyError

from hub.config import Config
from hub.flow.meters import snapshot
from hub.parts import Parts
from hub.web.problems import problem

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def make_metrics(parts: Parts) -> Blueprint:
    """Return the route that Prometheus asks."""
    blueprint = Blueprint("metrics", __name__)
    config = parts.config

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if not may_read(request, config):
            return problem(404, "HUB-WEB-404")
        try:
            found = snapshot(parts)
        except SQLAlchemyError:
            return problem(503, "HUB-HOOK-503")
        # The library is imported by those who watch, not by every installation.
        from hub.web.exposition import exposition

        text = exposition(
            found,
            database=parts.store.engine.dialect.name,
            per_merchant=config.metrics_per_merchant,
        )
        response = Response(text, content_type=_CONTENT_TYPE)
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint


def may_read(asking: Request, config: Config) -> bool:
    """Tell whether somebody may read: with the token, or from this machine.

    A proxy on this machine whose forwarded address is not believed would make every
    stranger look local: then, and where there is a token, nearness proves nothing.
    """
    if config.metrics_token:
        given = asking.headers.get("Authorization", "")
        expected = f"Bearer {config.metrics_token}"
        return hmac.compare_digest(given.encode(), expected.encode())
    return config.trusts_nearness and _is_loopback(asking.remote_addr or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
