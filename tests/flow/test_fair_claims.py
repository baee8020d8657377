"""No merchant starves behind others whose rows are due and cannot be claimed."""

from typing import Any

import pytest

from hub.flow.claims import Claims
from hub.queue import Lane
from hub.store import inbox, rounds
from tests.flow.more_shops import with_merchant
from tests.flow.specimens import order
from tests.house import House


def claims_of(house: House, lane: Lane) -> Claims:
    return Claims(house.parts, lane, None, free_for=lambda _id, *, taken: 9 - taken)


def lease_all(house: House) -> None:
    """Let another process hold what a merchant has in the inbox."""
    now = house.clock.now()
    store = house.parts.store.of(house.merchant_id)
    store.write(lambda scope: inbox.claim(scope, limit=10, now=now))


def houses(house: House, count: int) -> list[House]:
    others = [with_merchant(house, number) for number in range(2, count + 1)]
    return sorted([house, *others], key=lambda one: one.merchant_id)


def names(claims: Claims) -> list[str]:
    tasks: list[Any]
    tasks, _is_behind = claims.next()
    return [merchant_id for merchant_id, _task in tasks]


@pytest.mark.parametrize("count", [3, 5])
def test_who_waits_is_found_beyond_many_whose_rows_are_held(
    house: House, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "MOST", 2)
    *held, last = houses(house, count)
    for one in [*held, last]:
        one.send(order())
    for one in held:
        lease_all(one)
    assert names(claims_of(house, Lane.ABSORB)) == [last.merchant_id]


def test_a_look_at_nobody_who_can_be_claimed_ends(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "MOST", 2)
    for one in houses(house, 4):
        one.send(order())
        lease_all(one)
    assert names(claims_of(house, Lane.ABSORB)) == []
