"""What Flask's routes take of a cart's request: whole, plain and within the cap."""

from datetime import datetime

from flask import Response, request

from hub.contract.inbound import InboundRequest
from hub.parts import Parts
from hub.web.problems import problem


class CutBodyError(Exception):
    """The body is not as long as its sender said."""


def taken(parts: Parts) -> InboundRequest | Response:
    """Return the request that is served now, or why it is not taken."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return problem(415, "HUB-HOOK-415")
    try:
        body = _whole_body(parts.config.body_limit)
    except CutBodyError:
        return problem(400, "HUB-HOOK-400")
    if body is None:
        return problem(413, "HUB-HOOK-413")
    return _inbound(body, parts.clock.now())


def _whole_body(limit: int) -> bytes | None:
    """Return the body, None over the cap; raises CutBodyError for a short one (T-05).

    Behind another server than our bridge the length is checked here.
    """
    body: bytes | None = request.environ.get("hub.body")
    if body is None:
        declared = request.content_length
        if declared is not None and declared > limit:
            return None
        body = request.stream.read(limit + 1)
        if declared is not None and len(body) < declared:
            raise CutBodyError
    return None if len(body) > limit else body


def _inbound(body: bytes, received_at: datetime) -> InboundRequest:
    return InboundRequest(
        method=request.method,
        query=request.query_string.decode("latin-1"),
        headers=tuple(request.headers.items()),
        body=body,
        received_at=received_at,
        remote_address=request.remote_addr or "",
    )
