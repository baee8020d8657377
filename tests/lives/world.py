"""One hub beside the real sandbox, whose process can be cut off at a step."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from hub.domain.known import State
from hub.flow.steps import Step
from hub.flow.unclear import adopt, register_again, settle_report
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from hub.store import orders
from hub.store.transactions import StoredTransaction
from tests.house import House, running_house

CLERK = "u-1"


class PowerCut(BaseException):
    """The process is gone: nothing of ours may catch it."""


class World:
    """A hub, its cart and the provider; many lives are lived in it one by one."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.fatal: Step | None = None
        self.lives = 0
        # How many lives ended how, so that a machine that does nothing is seen.
        self.ends: Counter[str] = Counter()

    def step(self, step: Step) -> None:
        """Die here, once, where that was decided."""
        if step is self.fatal:
            self.fatal = None
            raise PowerCut

    def work(self) -> None:
        """Do what is due, or as much of it as the power lasts for."""
        try:
            self.house.settle()
        except PowerCut:
            # Whoever comes next finds leases of a process that is no more.
            self.house.wait(minutes=10)

    def forget_plans(self) -> None:
        """Make the provider and the power well again."""
        self.fatal = None
        url = f"{self.house.control_url}/sandbox/faults"
        requests.delete(url, timeout=60).raise_for_status()

    def come_to_rest(self) -> None:
        """Let everything that is planned or retried happen."""
        self.forget_plans()
        for hours in (0, 1, 3, 8):
            self.house.wait(hours=hours)

    def is_in_doubt(self, number: str) -> bool:
        """Tell whether a clerk is asked to look something up at the provider."""
        if not self.attention_of(number):
            return False
        known = self.house.known(number)
        return known.state is State.UNCLEAR or known.in_doubt_since is not None

    def decide(self, number: str) -> None:
        """Do what a clerk does who looks up at the provider what is unclear."""
        if not self.is_in_doubt(number):
            return
        found = self.house.transaction(number)
        if found.known.state is not State.UNCLEAR:
            self._say_how_the_report_stands(found, number)
            return
        theirs = [row for row in self.at_provider(found.provider_order_number) if row]
        act: dict[str, Any] = {"typed_number": number, "user_id": CLERK}
        house = self.house
        if theirs:
            act["provider_transaction_id"] = theirs[-1]["transaction_id"]
            adopt(house.parts, house.merchant_id, found.id, **act)
        else:
            register_again(house.parts, house.merchant_id, found.id, **act)

    def _say_how_the_report_stands(self, found: StoredTransaction, number: str) -> None:
        rows = self.at_provider(found.provider_order_number)
        house = self.house
        settle_report(
            house.parts,
            house.merchant_id,
            found.id,
            is_gone=rows[-1]["state"] == "APPROVED",
            typed_number=number,
            user_id=CLERK,
        )

    def at_provider(self, number: str) -> list[dict[str, Any]]:
        """Return the provider's transactions of one of its order numbers."""
        return self.house.ledger(number)

    def requests_of(self, number: str) -> list[dict[str, Any]]:
        """Return what the provider was asked about one of its order numbers."""
        answer = requests.get(
            f"{self.house.control_url}/sandbox/ledger",
            params={"shop_order_id": number},
            timeout=60,
        )
        found: list[dict[str, Any]] = answer.json()["requests"]
        return found

    def state_of(self, number: str) -> str:
        """Return the state of an order's newest transaction, "" for no such order."""
        house = self.house
        found = house.read(lambda scope: orders.find(scope, house.shop_id, number))
        return house.state(number).value if found else ""

    def attention_of(self, number: str) -> str:
        """Return what a person is asked about an order, "" for nothing."""
        return self.house.attention(number) if self.state_of(number) else ""

    def next_number(self) -> str:
        """Return an order number that nobody used."""
        self.lives += 1
        return f"L-{self.lives}"


@contextmanager
def running_world(folder: Path, *, database_url: str = "") -> Iterator[World]:
    """Open a world in an empty folder."""
    worlds: list[World] = []
    with (
        RunningSandbox(folder / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            folder,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
            database_url=database_url,
            step=lambda step: worlds[0].step(step) if worlds else None,
        ) as house,
    ):
        house.open()
        worlds.append(World(house))
        yield worlds[0]
