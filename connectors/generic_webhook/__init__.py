"""Any cart that can send JSON: signed webhooks in, signed callbacks out."""

from hub.contract.connector import Connector

from .manifest import MANIFEST
from .probe import probe
from .push import push
from .translate import translate
from .verify import verify

connector = Connector(
    manifest=MANIFEST,
    verify=verify,
    translate=translate,
    push=push,
    probe=probe,
)
