from dataclasses import replace

import pytest

from hub.contract.money import Yen
from hub.contract.order import InvoiceDelivery, LineItem, LineKind
from hub.domain.eligibility import EligibilityRules, check_eligibility
from hub.domain.findings import blocking
from tests.domain.specimens import ADDRESS, BUYER, ORDER

RULES = EligibilityRules(excluded_skus=frozenset({"KNIFE-1"}))
ABROAD = replace(ADDRESS, country="TW")


def found(order, rules=RULES):
    return [
        (finding.code, finding.field, finding.is_blocking)
        for finding in check_eligibility(order, rules)
    ]


def costing(amount, excluding=None):
    line = LineItem(kind=LineKind.GOODS, name="茶器", unit_price=Yen(amount))
    return replace(
        ORDER,
        lines=(line,),
        total=Yen(amount),
        total_excluding_tax=None if excluding is None else Yen(excluding),
    )


def test_an_ordinary_order_has_no_findings():
    assert found(ORDER) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"currency": "USD"}, "HUB-ELIG-101", "currency"),
        ({"total": Yen(0)}, "HUB-ELIG-102", "total"),
        ({"total": Yen(-1)}, "HUB-ELIG-102", "total"),
        ({"total": Yen(3851)}, "HUB-ELIG-103", "total"),
        ({"lines": ()}, "HUB-ELIG-104", "lines"),
        (
            {"buyer": replace(BUYER, address=ABROAD)},
            "HUB-ELIG-302",
            "buyer.address.country",
        ),
        (
            {"ship_to": replace(BUYER, address=ABROAD)},
            "HUB-ELIG-301",
            "ship_to.address.country",
        ),
        (
            {"lines": (replace(ORDER.lines[0], sku="KNIFE-1"), ORDER.lines[1])},
            "HUB-ELIG-401",
            "lines[0].sku",
        ),
        ({"is_test": True}, "HUB-ELIG-601", "is_test"),
    ],
)
def test_what_keeps_an_order_from_being_registered(changes, code, field):
    assert found(replace(ORDER, **changes)) == [(code, field, True)]


def test_a_line_without_a_quantity_is_named():
    nothing = replace(ORDER.lines[1], quantity=0)
    order = replace(ORDER, lines=(ORDER.lines[0], nothing), total=Yen(3300))
    assert found(order) == [("HUB-ELIG-105", "lines[1].quantity", True)]


@pytest.mark.parametrize(
    ("amount", "excluding", "expected"),
    [
        (54_000, 50_000, []),
        (55_000, 50_000, []),
        (54_001, 50_001, [("HUB-ELIG-201", "total", True)]),
        (60_000, 50_000, []),
        (54_000, None, []),
        (54_001, None, [("HUB-ELIG-202", "total", False)]),
        (55_000, None, [("HUB-ELIG-202", "total", False)]),
        (55_001, None, [("HUB-ELIG-201", "total", True)]),
    ],
)
def test_the_limit_is_compared_before_tax(amount, excluding, expected):
    assert found(costing(amount, excluding)) == expected


def test_a_merchant_may_have_another_limit():
    rules = EligibilityRules(credit_limit=Yen(10_000))
    assert [code for code, _, _ in found(costing(12_000), rules)] == ["HUB-ELIG-201"]


def test_an_enclosed_invoice_to_somebody_else_is_told_and_does_not_block():
    order = replace(
        ORDER,
        ship_to=replace(BUYER, name="例 太郎"),
        invoice_delivery=InvoiceDelivery.ENCLOSED,
    )
    assert found(order) == [("HUB-ELIG-303", "invoice_delivery", False)]
    assert blocking(check_eligibility(order, RULES)) == ()


def test_a_shop_may_accept_test_orders():
    rules = EligibilityRules(accepts_test_orders=True)
    assert found(replace(ORDER, is_test=True), rules) == []
