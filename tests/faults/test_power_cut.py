"""kill -9 of all processes at once, again and again, while orders come in.

The cart sends until it is heard. In the end nothing is lost, nothing registered twice,
and what nobody can know waits for a person.
"""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hub.domain.known import State
from tests.faults.conftest import Victims
from tests.flow.specimens import order
from tests.house import House

ORDERS = 24
CUTS = 3
SEED = 20261125


class Shop:
    """Carts that send an order until it is acknowledged, wherever the hub is."""

    def __init__(self, victims: Victims) -> None:
        self._victims = victims
        self.port = 0
        self._pause = threading.Event()

    def insist(self, number: str) -> int:
        """Return how often it was sent."""
        for tries in range(1, 200):
            status = self._victims.deliver(self.port, order(number), number)
            if status in (200, 202):
                return tries
            self._pause.wait(0.1)
        raise AssertionError(f"{number} was never heard")


def test_power_cuts_lose_nothing_and_register_nothing_twice(
    house: House, victims: Victims, restart: Any
) -> None:
    chance = random.Random(SEED)
    shop = Shop(victims)
    numbers = [f"A-{number}" for number in range(ORDERS)]
    pause = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        group = victims.group()
        shop.port = group.port
        sent = [pool.submit(shop.insist, number) for number in numbers]
        for _ in range(CUTS):
            pause.wait(chance.uniform(0.3, 0.9))
            group.kill()
            group = victims.group()
            shop.port = group.port
        tries = [one.result() for one in sent]
    group.kill()
    restart()
    assert max(tries) > 1, "no cut was felt"
    states = {number: house.state(number) for number in numbers}
    assert set(states.values()) <= {State.AUTHORIZED, State.UNCLEAR}
    assert at_provider_once(house) >= {
        number for number, state in states.items() if state is State.AUTHORIZED
    }
    assert {update["order"]["number"] for update in house.cart.heard} == set(numbers)


def at_provider_once(house: House) -> set[str]:
    registered = [one["shop_order_id"] for one in house.ledger()]
    assert len(registered) == len(set(registered))
    return set(registered)
