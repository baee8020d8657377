"""Installation by the authorization code grant; a payments app is not embedded."""

from functools import partial

from connectors.shopify.api import Client
from connectors.shopify.oauth import again, begin, finish
from connectors.shopify.tokens import renewed
from hub.contract.connector import Connection
from hub.contract.errors import CartRefusedError
from hub.contract.install import Install

from .manifest import SCOPES
from .paths import payments_path
from .queries import query


def enable(connection: Connection, _hook_url: str) -> None:
    """Tell the shop that its gateway may be switched on; again changes nothing.

    The app's own configuration names the addresses of requests and messages, so none
    is subscribed to here. Raises CartUnavailableError, CartRefusedError.
    """
    client = Client(connection, path=payments_path(connection.settings))
    wish = {"externalHandle": connection.settings.text("shop"), "ready": True}
    data = client.write(query("configure"), wish)
    match data:
        case {"said": {"paymentsAppConfiguration": {"ready": True}}}:
            return
        case _:
            raise CartRefusedError("the shop did not take the gateway as ready")


INSTALL = Install(
    begin=partial(begin, scopes=SCOPES),
    finish=partial(finish, scopes=SCOPES),
    enable=enable,
    again=partial(again, scopes=SCOPES),
    renew=renewed,
)
