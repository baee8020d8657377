"""Carts that ask in any order, repeat themselves and fall silent: nothing contradicts.

After each life the books and the witness are compared by the house itself.
"""

import random
from typing import Any

import pytest

from hub.contract.asking import AskKind
from hub.domain.known import State
from hub.flow.asks import give_up
from hub.store import asks
from hub.store.asks import LOST, StoredAsk
from tests.flow.herons import ask, heron_house, ship, token
from tests.flow.specimens import TRACKING
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House

PRICE = 3300
STEPS = 9
NAMES = ("見本花子", "見本花子", "見本保留花子", "見本NG花子", "見本審査中花子")
SILENT, ENDED = 503, 425
FAULTS = ((MODIFY, "ng_without_errors"), (REGISTER, "not_applied_unanswered"))
Chance = random.Random


@pytest.fixture
def nest(house: House) -> House:
    return heron_house(house)


class Life:
    """What may happen to one order, drawn from a seed."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.chance = Chance(seed)
        self.number = f"R-{seed}"
        self.payment = f"pay-{seed}"
        self.name = self.chance.choice(NAMES)
        self.deeds = (
            self.pay,
            self.pay,
            self.refund,
            self.void,
            self.capture,
            self.leave,
            self.ship,
            self.silence,
            self.end,
            self.break_off,
            self.wait,
            self.work,
            self.work,
        )

    def go(self) -> None:
        for _ in range(STEPS):
            self.chance.choice(self.deeds)()
        self.house.cart.answers = []
        # Until no ladder and no wait is left.
        for days in (0.1, 0.1, 1, 3, 1, 1):
            self._pass(days=days)

    def _pass(self, **time: float) -> None:
        self.house.wait(**time)

    def _ask(self, kind: AskKind, **said: Any) -> None:
        reference = f"{kind.value}-{self.number}-{self.chance.choice('ab')}"
        if kind is AskKind.PAYMENT:
            reference = self.payment
        for _ in range(self.chance.choice((1, 1, 2))):
            ask(self.house, kind, reference, order=self.number, **said)

    def pay(self) -> None:
        self._ask(AskKind.PAYMENT, fields={"name": self.name})

    def refund(self) -> None:
        self._ask(AskKind.REFUND, amount=self.chance.choice((300, 500, PRICE)))

    def void(self) -> None:
        self._ask(AskKind.VOID)

    def capture(self) -> None:
        self._ask(AskKind.CAPTURE)

    def leave(self) -> None:
        give_up(self.house.parts, token(self.house, self.payment))

    def ship(self) -> None:
        ship(self.house, TRACKING, order=self.number)

    def silence(self) -> None:
        self.house.cart.answers = [SILENT] * self.chance.randrange(1, 4)

    def end(self) -> None:
        self.house.cart.answers = [ENDED]

    def break_off(self) -> None:
        call, kind = self.chance.choice(FAULTS)
        self.house.fault(call, kind)

    def wait(self) -> None:
        self._pass(seconds=self.chance.choice((31, 600, 4000)))

    def work(self) -> None:
        self.house.settle()


def asked(house: House, number: str) -> list[StoredAsk]:
    return house.read(lambda scope: asks.of_order(scope, house.shop_id, number))


def unkept(
    house: House, number: str, found: list[StoredAsk], live: list[dict[str, Any]]
) -> list[str]:
    """Return the final answers that the witness contradicts."""
    granted = {one.kind for one in found if one.outcome == "granted"}
    denied = {one.kind for one in found if one.outcome == "denied"}
    known, wanted = house.known(number), house.order(number).wanted
    # A leftover bills nobody, and what is unclear or refused a person has.
    is_left = known.state in (State.DECLINED, State.UNCLEAR) or known.refused
    wrong = []
    if AskKind.VOID in granted and live and known.state is not State.DECLINED:
        wrong.append("voided, and billed")
    if AskKind.PAYMENT in denied and live and not is_left:
        wrong.append("denied, and billed")
    if AskKind.PAYMENT in granted and not live and not wanted.is_cancelled:
        wrong.append("granted, and billed by nobody")
    told = wanted.told
    is_open = AskKind.REFUND in granted and not wanted.is_cancelled
    if is_open and live and told and live[0]["billed_amount"] != int(told.total):
        wrong.append("given back, and billed")
    return wrong


def has_refused(house: House, number: str) -> bool:
    """Tell whether a cart contradicted itself, which a person is shown."""
    told = house.operations(number, target="cart")
    newest = max(told, key=lambda one: one.created_at)
    return bool(newest.state == "refused")


@pytest.mark.parametrize("first", [0, 100])
def test_whatever_a_cart_asks_ends_in_one_answer_that_holds(
    nest: House, first: int
) -> None:
    for seed in range(first, first + 10):
        life = Life(nest, seed)
        life.go()
        found = asked(nest, life.number)
        if not found:
            continue
        live = [one for one in nest.ledger(life.number) if one["state"] != "CANCELLED"]
        assert len(live) <= 1, seed
        is_shown = any(one.told for one in found) and has_refused(nest, life.number)
        for one in found:
            assert is_shown or one.told in (one.outcome or "", LOST), (seed, one)
        assert unkept(nest, life.number, found, live) == [], seed
        payment = next((one for one in found if one.kind is AskKind.PAYMENT), None)
        if payment is not None:
            assert payment.is_final, (seed, payment)
