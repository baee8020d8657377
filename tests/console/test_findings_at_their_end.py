"""What our check found before registering is not told of goods that are reported."""

import pytest
from flask import Flask

from hub.domain.findings import Finding
from hub.store import transactions
from tests.console.people import logged_in
from tests.console.seed import CLERK
from tests.console.test_pages import path_of
from tests.house import House

FOUND = (Finding(code="HUB-ADDR-101", field="buyer.address", is_blocking=False),)
WAIT = "審査OKになるまで発送しないでください"


@pytest.mark.parametrize(("number", "is_told"), [("1011", False), ("1024", True)])
def test_a_finding_is_told_until_the_goods_are_reported(
    app: Flask, house: House, number: str, is_told: bool
) -> None:
    transaction = house.transaction(number)
    house.parts.store.of(house.merchant_id).write(
        lambda scope: transactions.save_findings(
            scope, transaction.id, FOUND, now=house.clock.now()
        )
    )
    page = logged_in(app, CLERK).text(path_of(house, number))
    assert (WAIT in page) is is_told
