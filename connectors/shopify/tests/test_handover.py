"""Whether an order leaves in parcels, as far as Shopify says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.shopify.handover import is_unsent
from connectors.shopify.rest_order import rest_head, rest_order
from hub.contract.json_body import read_json
from hub.contract.testing.specimens import specimen

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture(scope="module")
def plain():
    body = read_json(specimen(FIXTURES, "orders_create__plain").request.body)
    return rest_order(body, rest_head(body))


@pytest.mark.parametrize(
    ("methods", "is_told"),
    [
        ((), False),
        (("SHIPPING",), False),
        (("",), False),
        (("PICK_UP", "SHIPPING"), False),
        (("PICK_UP", ""), False),
        (("PICK_UP",), True),
        (("LOCAL", "PICK_UP"), True),
        (("PICKUP_POINT",), True),
        (("RETAIL",), True),
    ],
)
def test_every_part_must_be_told_to_go_another_way(plain, methods, is_told):
    assert is_unsent(replace(plain, methods=methods)) is is_told


@pytest.mark.parametrize(
    ("sent", "is_told"), [((True, False), False), ((False, False), True)]
)
def test_goods_of_which_one_needs_shipping_leave_in_a_parcel(plain, sent, is_told):
    lines = [
        replace(line, is_sent=one) for line, one in zip(plain.lines, sent, strict=True)
    ]
    assert is_unsent(replace(plain, lines=lines)) is is_told


def test_without_a_way_an_address_for_the_bill_alone_means_no_parcel(plain):
    assert is_unsent(replace(plain, shipping=None))
    assert not is_unsent(replace(plain, shipping=None, methods=("SHIPPING",)))


def test_addresses_that_shopify_withholds_say_nothing(plain):
    assert not is_unsent(replace(plain, shipping=None, billing=None))
