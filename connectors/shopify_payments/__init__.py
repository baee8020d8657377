"""Shopify's payments extension: the checkout asks, and waits for the screening."""

from connectors.shopify.fetch import fetch
from connectors.shopify.verify import verify
from hub.contract.connector import Connector

from .asking import ASK
from .install import INSTALL
from .locate import locate
from .manifest import MANIFEST
from .probe import probe
from .push import push
from .translate import translate

connector = Connector(
    manifest=MANIFEST,
    # Reading
    ask=ASK,
    verify=verify,
    locate=locate,
    # Whether the shop lets the app in still; it names no other documents.
    fetch=fetch,
    translate=translate,
    # Telling
    push=push,
    probe=probe,
    # The app
    install=INSTALL,
)
