"""The test of a connection: each step by its code, and never a write."""

import pytest

from connectors.shopify.api import Client
from connectors.shopify.manifest import MANIFEST
from connectors.shopify.metafields import DEFINITIONS, define_metafields
from connectors.shopify.probe import probe
from connectors.shopify.subscriptions import subscribe_all
from hub.contract.probe import Outcome
from tests.shopify_double.connection import Joined

from .speaking import settings

HOOK = "https://hub.example.jp/hooks/shopify/k3y"


def probed(connection):
    return {one.code: (one.outcome, one.detail) for one in probe(connection)}


def test_a_whole_connection_passes_every_step_and_nothing_is_written(double):
    connection = Joined(double, **settings())
    client = Client(connection)
    subscribe_all(client, MANIFEST.topics, HOOK)
    define_metafields(client)
    double.orders.place(double.shop)
    before = len(double.mutations)
    steps = probed(connection)
    assert list(steps) == [f"HUB-TEST-{n}" for n in (171, 175, 177, 179, 182, 185)]
    assert {outcome for outcome, _ in steps.values()} == {Outcome.OK}
    assert len(double.mutations) == before


def test_a_new_connection_tells_what_is_missing(double):
    double.orders.place(double.shop, gateway="銀行振込")
    steps = probed(Joined(double, **settings()))
    assert steps["HUB-TEST-181"] == (Outcome.FAILED, ", ".join(MANIFEST.topics))
    outcome, detail = steps["HUB-TEST-183"]
    assert outcome is Outcome.WARNING
    assert "invoice_expected_on" in detail
    assert steps["HUB-TEST-186"] == (Outcome.WARNING, "銀行振込")


def test_a_connection_without_a_method_name_fails(double):
    assert probed(Joined(double))["HUB-TEST-184"][0] is Outcome.FAILED


def test_missing_scopes_are_named(double):
    connection = Joined(double, **settings())
    token = double.world.mint(
        double.shop.domain,
        ("read_orders",),
        secret=double.app.newest_secret,
        expiring=True,
    )
    connection.take(token)
    outcome, detail = probed(connection)["HUB-TEST-176"]
    assert outcome is Outcome.FAILED
    assert "write_orders" in detail


def test_a_void_token_ends_the_test(double):
    connection = Joined(double, **settings())
    double.uninstall()
    assert probed(connection) == {"HUB-TEST-172": (Outcome.FAILED, "")}


@pytest.mark.parametrize(
    ("status", "code", "detail"),
    [(503, "HUB-TEST-174", ""), (402, "HUB-TEST-173", "HUB-CART-402")],
)
def test_a_shop_that_does_not_answer_ends_the_test(double, status, code, detail):
    connection = Joined(double, **settings())
    double.fail_next(status=status)
    assert probed(connection) == {code: (Outcome.FAILED, detail)}


def test_definitions_are_made_once(double):
    client = Client(Joined(double))
    define_metafields(client)
    define_metafields(client)
    assert len(double.shop.definitions) == len(DEFINITIONS)
    assert sum(one.is_mutation for one in double.calls) == len(DEFINITIONS)
    assert double.shop.definitions[0]["name"] == "後払い: 状態"
