"""The conformance kit's cases of telling, asked of push with what a shop answers."""

import json

import pytest

from connectors.shopify.manifest import MANIFEST
from connectors.shopify.push import push
from hub.contract.connector import Connector, Settings
from hub.contract.errors import PayloadError, SignatureError
from hub.contract.secret import Secret
from hub.contract.testing import telling
from hub.contract.testing.conformance import CASES, Subject
from tests.shopify_double.documents import GATEWAY

from .rehearsing import PATH, made


def unproven(*_):
    raise SignatureError("not asked here")


def unread(*_):
    raise PayloadError("not asked here")


class Told(Subject):
    """Shopify's folder, without the reading side."""

    def settings(self):
        return Settings(
            values={
                "shop": "atodene-demo.myshopify.com",
                "payment_methods": GATEWAY,
                "client_id": "c1d0",
            },
            secrets={"client_secret": [Secret("shpss_rehearsed")]},
        )

    def reference(self):
        return "gid://shopify/Order/6105551234567"


SUBJECT = Told(
    connector=Connector(
        manifest=MANIFEST, verify=unproven, translate=unread, push=push
    ),
    folder=PATH.parent.parent,
)
TELLING = [case for case in CASES if case.check.__module__ == telling.__name__]


@pytest.mark.parametrize("case", TELLING, ids=lambda case: case.name)
def test_push_holds_every_case_of_telling(case):
    case.check(SUBJECT)


def test_the_rehearsal_is_as_it_would_be_made_now():
    assert json.loads(PATH.read_text("utf-8")) == made(), "run tests/rehearsing.py"
