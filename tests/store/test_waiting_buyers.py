"""Whose buyers wait for a person, on both databases."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from hub.app import create_app
from hub.domain.policy import Mode
from hub.store import asks, merchants, transactions
from hub.store.store import Scope
from hub.store.waiting_buyers import waiting_buyers
from tests.house import House
from tests.web.asking import asking_house, begun


@pytest.fixture
def till(house: House) -> House:
    """A shop in 承認制, so that every payment waits for a person."""
    opened = asking_house(house)
    opened.parts.store.of(opened.merchant_id).write(
        lambda scope: merchants.set_mode(scope, opened.shop_id, Mode.APPROVAL)
    )
    return opened


def waiting(
    till: House, *, later: timedelta = timedelta(), limit: int = 10
) -> list[str]:
    """Return the numbers of the orders whose buyers wait."""

    def work(scope: Scope) -> Mapping[str, datetime]:
        return waiting_buyers(scope, now=till.clock.now() + later, limit=limit)

    numbers = {till.transaction(n).id: n for n in ("A-1", "A-2")}
    return [numbers[one] for one in till.read(work)]


def test_a_person_sees_who_waits_until_nobody_waits_any_more(till: House) -> None:
    client = create_app(till.parts).test_client()
    for number in ("A-1", "A-2"):
        begun(client, number)
        till.move_real(minutes=1)
        till.settle()
    assert waiting(till) == ["A-1", "A-2"]
    assert waiting(till, limit=1) == ["A-1"]
    assert waiting(till, later=timedelta(days=4)) == []
    transaction_id, now = till.transaction("A-1").id, till.clock.now()
    (gone,) = till.read(lambda scope: asks.of_order(scope, till.shop_id, "A-2"))

    def work(scope: Scope) -> None:
        transactions.save_attention(scope, transaction_id, None, now=now)
        asks.give_up(scope, gone.id, now=now)

    till.parts.store.of(till.merchant_id).write(work)
    assert waiting(till) == []
