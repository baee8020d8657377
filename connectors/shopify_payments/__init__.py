"""Shopify's payments extension: the checkout asks, and waits for the screening."""

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
    translate=translate,
    # Telling
    push=push,
    probe=probe,
    # The app
    install=INSTALL,
)
