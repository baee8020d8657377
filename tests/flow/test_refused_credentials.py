"""A shop code or password that the provider does not take is somebody's task (R5)."""

from dataclasses import replace

import pytest

from hub.domain.known import State
from hub.store import merchants
from tests.flow.more_shops import credentials, let_in, with_shop
from tests.flow.specimens import order
from tests.house import House


@pytest.fixture
def stranger(house: House) -> House:
    """A merchant whom the provider does not know."""
    now, found = house.clock.now(), credentials(7)
    merchant_id = house.parts.store.across.write(
        lambda across: merchants.add_merchant(
            across, name="見本陶器", credentials=found, now=now
        )
    )
    return with_shop(replace(house, merchant_id=merchant_id), name="見本陶器")


def test_refused_credentials_are_raised_and_registered_nowhere(
    stranger: House,
) -> None:
    stranger.hear(order())
    assert (stranger.state(), stranger.attention()) == (State.RECEIVED, "HUB-PROV-401")
    assert stranger.ledger() == []


def test_they_are_over_once_the_provider_takes_them(stranger: House) -> None:
    stranger.hear(order())
    let_in(stranger, credentials(7))
    stranger.wait(minutes=15)
    assert (stranger.state(), stranger.attention()) == (State.AUTHORIZED, "")
