"""Every document, judged by the Payments Apps schema that Shopify publishes."""

import gzip
import json
from functools import cache
from pathlib import Path

import pytest
from graphql import build_client_schema, parse, validate

from connectors.shopify.shops import API_VERSION
from connectors.shopify_payments import queries
from connectors.shopify_payments.probe import GRANTED
from connectors.shopify_payments.queries import query
from connectors.shopify_payments.ways import DOMAIN
from tests.npm import package
from tests.shopify_double.engine import published_schema

HERE = Path(queries.__file__).parent
OPERATIONS = sorted(
    path.stem
    for path in HERE.glob("*.graphql")
    if not path.read_text("utf-8").startswith("fragment")
)


@cache
def payments_schema():
    folder = package("@shopify/dev-mcp") / "dist" / "data"
    packed = folder / f"payments-apps_{API_VERSION}.json.gz"
    return build_client_schema(json.loads(gzip.decompress(packed.read_bytes()))["data"])


def test_every_document_is_a_file():
    kinds = ("payment", "capture", "refund", "void")
    verbs = {f"{verb}_{kind}" for verb in ("resolve", "reject") for kind in kinds}
    assert {*OPERATIONS} == verbs | {"pend_payment", "configure", "versions"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_document_is_valid_by_the_published_schema(name):
    assert validate(payments_schema(), parse(query(name))) == []


@pytest.mark.parametrize("document", [GRANTED, DOMAIN])
def test_what_is_asked_of_the_admin_api_is_valid_there(document):
    assert validate(published_schema(), parse(document)) == []


def test_the_schema_cannot_read_a_session():
    # As soon as it can, `fetch` should read a session before it is registered.
    assert list(payments_schema().query_type.fields) == ["publicApiVersions"]


@pytest.mark.parametrize("kind", ["Payment", "Capture", "Refund", "Void"])
def test_the_states_that_answers_bring_about_are_the_schemas(kind):
    states = payments_schema().type_map[f"{kind}SessionStateCode"].values
    assert {"RESOLVED", "REJECTED"} <= {*states}


def test_the_reasons_are_the_schemas():
    from connectors.shopify_payments.answers import (
        CODE_BY_FINDING,
        DECLINED,
        GIVEN_UP,
        OTHERWISE,
        PENDING_REASON,
    )

    types = payments_schema().type_map
    codes = types["PaymentSessionStateRejectedReason"].values
    told = {*CODE_BY_FINDING.values(), DECLINED, GIVEN_UP, OTHERWISE}
    assert told <= {*codes}
    assert not any(codes[one].deprecation_reason for one in told)
    assert PENDING_REASON in types["PaymentSessionStatePendingReason"].values
    for kind in ("Capture", "Refund", "Void"):
        reasons = types[f"{kind}SessionStatusReasonRejectionCode"].values
        assert OTHERWISE in reasons
