"""`POST /asks/<connector>/<kind>`: a cart asks and waits for the answer.

What it hears is the connector's reply, once the request is committed.
"""

from flask import Blueprint, Response

from hub import metrics
from hub.contract.asking import AskKind
from hub.flow import asks
from hub.flow.asks import AskReceipt
from hub.flow.problems import STATUS_OF_RECEIPT
from hub.flow.receive import Receipt
from hub.parts import Parts
from hub.web.inbound import taken
from hub.web.problems import problem, retry_later

_KINDS = {kind.value: kind for kind in AskKind}
_NO_SUCH = "HUB-ASK-404"
_CODES = {
    Receipt.UNPROVEN: "HUB-ASK-401",
    Receipt.UNREADABLE: "HUB-ASK-400",
    Receipt.DISABLED: "HUB-HOOK-410",
    Receipt.NOT_NOW: "HUB-HOOK-503",
    Receipt.NOBODYS: _NO_SUCH,
}
_STATUSES = {**STATUS_OF_RECEIPT, Receipt.NOBODYS: 404}


def make_asks(parts: Parts) -> Blueprint:
    """Return the route that carts ask at."""
    blueprint = Blueprint("asks", __name__)

    @blueprint.post("/asks/<connector>/<kind>")
    def ask(connector: str, kind: str) -> Response:
        if kind not in _KINDS:
            return problem(404, _NO_SUCH)
        inbound = taken(parts)
        if isinstance(inbound, Response):
            return inbound
        found = asks.hear(parts, connector, _KINDS[kind], inbound)
        # A stranger's word is no label.
        slug = connector if connector in parts.registry.connectors else ""
        metrics.count(metrics.INTAKE, slug, found.receipt.value)
        return _said(found)

    @blueprint.after_request
    def dress(response: Response) -> Response:
        # Whoever repeats a request is answered by the hub, never by a cache.
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint


def _said(found: AskReceipt) -> Response:
    reply = found.reply
    if reply is not None:
        return Response(reply.body, reply.status, content_type=reply.content_type)
    status = _STATUSES[found.receipt]
    response = problem(status, _CODES[found.receipt], errors=found.fields)
    return retry_later(response) if status == 503 else response
