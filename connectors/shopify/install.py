"""Installation: consent, tokens, and a shop that then sends to us."""

from hub.contract.connector import Connection
from hub.contract.install import Install

from .api import Client
from .manifest import MANIFEST
from .metafields import define_metafields
from .oauth import again, begin, finish
from .subscriptions import subscribe_all
from .tokens import renewed


def enable(connection: Connection, hook_url: str) -> None:
    """Subscribe every topic to `hook_url` and define the metafields push writes.

    It changes nothing where all is there. Raises CartUnavailableError,
    CartRefusedError.
    """
    client = Client(connection)
    subscribe_all(client, MANIFEST.topics, hook_url)
    define_metafields(client)


INSTALL = Install(begin=begin, finish=finish, enable=enable, again=again, renew=renewed)
