"""Three lanes in one process: the trouble of one is not the end of it."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from hub.domain.known import State
from hub.flow import drains
from hub.flow.claims import Claims
from hub.queue import Lane, Stop
from tests.flow.specimens import order
from tests.house import House

DOWN = OperationalError("SELECT 1", None, Exception("the database restarts"))


@pytest.mark.slow
@pytest.mark.parametrize("lane", Lane)
def test_a_lane_whose_look_failed_looks_again(
    house: House, lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drains, "IDLE_SECONDS", 1.0)
    claim, failed = Claims.next, list[str]()

    def failing_once(claims: Claims) -> Any:
        if claims._lane is lane and not failed:
            failed.append(lane)
            raise DOWN
        return claim(claims)

    monkeypatch.setattr(Claims, "next", failing_once)
    house.send(order())
    drains.drain_together(house.parts, Stop())
    assert failed
    assert house.state() is State.AUTHORIZED
    assert house.cart.kinds == ["screening.ok"]
