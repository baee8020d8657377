"""Shopify: an app that a merchant installs, and orders that are told both ways."""

from hub.contract.connector import Connector

from .embed import EMBED
from .fetch import fetch
from .install import INSTALL
from .locate import locate
from .manifest import MANIFEST
from .poll import poll
from .probe import probe
from .push import push
from .storefront import storefront
from .translate import translate
from .verify import verify

connector = Connector(
    manifest=MANIFEST,
    # Reading
    verify=verify,
    locate=locate,
    fetch=fetch,
    translate=translate,
    poll=poll,
    # Telling
    push=push,
    probe=probe,
    # The app
    install=INSTALL,
    embed=EMBED,
    storefront=storefront,
)
