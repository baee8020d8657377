"""`POST /hooks/<connector>/<hook_key>`: a webhook comes in, under any server.

Without a key it is of an app, and its signed body names the shop.
"""

from flask import Blueprint, Response

from hub.parts import Parts
from hub.web.inbound import taken
from hub.web.intake import Intake


def make_hooks(parts: Parts, intake: Intake) -> Blueprint:
    """Return the routes that carts send to."""
    blueprint = Blueprint("hooks", __name__)

    @blueprint.post("/hooks/<connector>/<hook_key>")
    @blueprint.post("/hooks/<connector>")
    def receive(connector: str, hook_key: str = "") -> Response:
        inbound = taken(parts)
        if isinstance(inbound, Response):
            return inbound
        said = intake.answer(connector, hook_key, inbound)
        return Response(said.body, said.status, said.headers)

    return blueprint
