"""Random lives of an order, compared with the provider's own ledger at their end.

A life is what a cart says in any order, with a provider that fails and a process that
dies. The claims are I-07, I-08 and I-13: no double, no wrong amount, no report before
the approval, nothing lost.
"""

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from hub.domain.known import State
from hub.flow.steps import Step
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER, RESULT, SHIP
from tests.lives.world import World

PLAIN = "見本 花子"
BUYERS = (
    PLAIN,
    PLAIN,
    PLAIN,
    "見本審査中",
    "見本審査中NG",
    "見本保留",
    "見本NG",
    "見本拒否",
)
FAULTS = (
    "applied_unanswered",
    "not_applied_unanswered",
    "status_500",
    "status_503",
    "status_429",
    "garbage",
    "truncated",
    "cut_connection",
    "wrong_id",
    "html_200",
    "empty_result",
    "unknown_word",
)
# Steps inside a commit end with a rollback; real kills there are tests/faults.
STEPS = (
    Step.PLAN_COMMITTED,
    Step.LEASED,
    Step.SENDING_COMMITTED,
    Step.BYTES_SENT,
    Step.ANSWER_SPOOLED,
    Step.RESULT_COMMITTED,
    Step.CALLBACK_SENT,
)
TRACKING = ("444413758703", "444413758714", "444413758725")
PRICES = st.integers(500, 2000)
ENDED = frozenset({"CANCELLED", "REFUSED", "EXPIRED"})
# The provider's words for "not approved yet" to a report.
TOO_EARLY = "er900047"


class Life(RuleBasedStateMachine):
    """One order's life; `world` is set before the machine runs."""

    world: ClassVar[World]

    @initialize(
        first=st.sampled_from(("place", "place", "place", "ship", "cancel", "-")),
        buyer=st.sampled_from(BUYERS),
        price=PRICES,
    )
    def begin(self, first: str, buyer: str, price: int) -> None:
        self.number = self.world.next_number()
        self.version = 0
        self.price = 0
        self.buyer = ""
        self.is_cancelled = False
        self.tracking = ""
        self.bodies: list[tuple[str, Any]] = []
        if first == "ship":
            self.ship(TRACKING[0])
        if first == "cancel":
            self.cancel(mood=0)
        if first != "-":
            self.place(buyer, price)

    def say(self, body: Any) -> None:
        message_id = f"{self.number}-{len(self.bodies)}"
        self.bodies.append((message_id, body))
        self.world.house.send(body, message_id=message_id)

    @precondition(lambda self: not self.buyer)
    @rule(buyer=st.sampled_from(BUYERS), price=PRICES)
    def place(self, buyer: str, price: int) -> None:
        self.version += 1
        self.buyer, self.price = buyer, price
        self.say(order(self.number, version=self.version, name=buyer, price=price))

    @precondition(lambda self: self.buyer and not self.is_cancelled)
    @rule(price=PRICES, heals=st.booleans())
    def amend(self, price: int, heals: bool) -> None:
        self.version += 1
        self.price = price
        self.buyer = PLAIN if heals else self.buyer
        body = order(
            self.number,
            kind="order.amended",
            version=self.version,
            name=self.buyer,
            price=price,
        )
        self.say(body)

    @precondition(lambda self: not self.is_cancelled)
    @rule(mood=st.integers(0, 3))
    def cancel(self, mood: int) -> None:
        # Most lives must last long enough to be interesting.
        if mood:
            return
        self.is_cancelled = True
        self.say(cancelled(self.number))

    @rule(tracking=st.sampled_from(TRACKING))
    def ship(self, tracking: str) -> None:
        self.version += 1
        self.tracking = tracking
        self.say(shipped(self.number, version=self.version, tracking=tracking))

    @precondition(lambda self: self.bodies)
    @rule(data=st.data())
    def say_again(self, data: st.DataObject) -> None:
        message_id, body = data.draw(st.sampled_from(self.bodies))
        self.world.house.send(body, message_id=message_id)

    @rule()
    def work(self) -> None:
        self.world.work()

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes: int) -> None:
        self.world.house.move_real(minutes=minutes)
        self.world.work()

    @rule(
        call=st.sampled_from((REGISTER, MODIFY, SHIP, RESULT)),
        kind=st.sampled_from(FAULTS),
    )
    def break_the_next(self, call: str, kind: str) -> None:
        self.world.house.fault(call, kind)

    @rule(step=st.sampled_from(STEPS))
    def cut_the_power_at(self, step: Step) -> None:
        self.world.fatal = step

    @rule(status=st.sampled_from((500, 503, 429, 410)))
    def let_the_cart_fail(self, status: int) -> None:
        if status != 410:
            self.world.house.cart.answers.append(status)

    @precondition(lambda self: self.buyer)
    @rule()
    def decide(self) -> None:
        self.world.work()
        self.world.decide(self.number)

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        # A clerk registers anew for each power cut and fault that meets a registration.
        for generation in range(1, 10):
            suffix = f"-{generation}" if generation > 1 else ""
            found += self.world.at_provider(self.number + suffix)
        return found

    def teardown(self) -> None:
        world = self.world
        # A life that said nothing leaves its faults and cuts to nobody either.
        world.forget_plans()
        if not self.bodies:
            return
        world.come_to_rest()
        while self.buyer and world.is_in_doubt(self.number):
            world.decide(self.number)
            world.come_to_rest()
        self.compare()

    @property
    def state(self) -> State:
        return self.world.house.state(self.number)

    def compare(self) -> None:
        """Compare the life's end with what the provider holds."""
        rows = self.rows()
        numbers = [row["shop_order_id"] for row in rows]
        assert len(numbers) == len(set(numbers)), "registered twice under one number"
        live = [row for row in rows if row["state"] not in ENDED]
        assert len(live) <= 1, f"{len(live)} live transactions of one order"
        requests = [call for call in self.requests() if call["operation"] == SHIP]
        assert not [c for c in requests if TOO_EARLY in str(c)], "reported too early"
        self.world.ends[self.state.value if self.buyer else "-"] += 1
        if not self.buyer:
            assert not rows, "registered what no cart ordered"
        elif self.is_cancelled or self.state is State.DECLINED:
            assert not live, f"{live[0]['state']} after its end" if live else ""
        elif self.state in (State.AUTHORIZED, State.SHIPMENT_REPORTED):
            self.compare_live(live)
        else:
            assert self.is_explained(), f"{self.state} without a word to anybody"

    def requests(self) -> list[dict[str, Any]]:
        return self.world.requests_of(self.number)

    def compare_live(self, live: list[dict[str, Any]]) -> None:
        (row,) = live
        assert row["billed_amount"] == self.price * 2 + 880, "a wrong amount"
        if self.tracking:
            assert row["state"] == "SHIPPED", f"{row['state']} though it left"
            assert row["tracking_number"] == self.tracking, "a wrong tracking number"
        else:
            assert row["state"] == "APPROVED", f"{row['state']}, nobody shipped it"

    def is_explained(self) -> bool:
        """Tell whether a person is asked about an order that is not finished."""
        found = self.world.house.transaction(self.number)
        return found.needs_attention or found.known.state in (
            State.SCREENING,
            State.CANCELLED,
        )
