"""The order lives of the bad-input corpus (G7), each with its expected end.

A word is what the cart says: `place`, `amend`, `cancel`, `ship`, `unship`; `again`
repeats the last delivery. `&` lets it wait for the next one; `@3` is the cart's
version, `#S-2` the parcel. `wait 1` is hours; `fault` breaks the provider's next call.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.specimens import BUYER, cancelled, order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER, RESULT, SHIP
from tests.lives.machine import ENDED
from tests.lives.world import World, running_world

CORPUS = Path(__file__).parent / "corpus" / "order_lives.jsonl"
LIVES = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
CALLS = {"register": REGISTER, "modify": MODIFY, "ship": SHIP}
WORD = re.compile(r"(&?)([a-z-]+)(?:@(\d+))?(?:#(S-\d))?(?: (.*))?")
ABROAD = {**BUYER, "address": {**BUYER["address"], "country": "US"}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("lives")) as running:
        yield running
        assert running.house.violations() == []


class Teller:
    """Says the words of one life to the hub."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.number = world.next_number()
        self.version = 0
        self.said: list[tuple[str, Any]] = []

    def tell(self, word: str) -> None:
        """Say one word, and let what is due happen unless it waits."""
        found = WORD.fullmatch(word)
        assert found, word
        waits, verb, version, parcel, rest = found.groups()
        arguments = (rest or "").split()
        if verb == "wait":
            self.world.house.wait(hours=int(arguments[0]))
        elif verb == "fault":
            self.world.house.fault(CALLS[arguments[0]], arguments[1])
        elif verb == "again":
            self.world.house.send(self.said[-1][1], message_id=self.said[-1][0])
        else:
            self.version = int(version) if version else self.version + 1
            self.say(self.body(verb, arguments, parcel or "S-1"))
        if not waits:
            self.world.work()

    def say(self, body: Any) -> None:
        message_id = f"{self.number}-{len(self.said)}"
        self.said.append((message_id, body))
        self.world.house.send(body, message_id=message_id)

    def body(self, verb: str, arguments: list[str], parcel: str) -> Any:
        """Return what the cart sends."""
        number, version = self.number, self.version
        match verb:
            case "cancel":
                return cancelled(number)
            case "ship" | "unship":
                kind = "shipment.created" if verb == "ship" else "shipment.cancelled"
                tracking = arguments[0] if arguments else "444413758703"
                said = shipped(number, kind=kind, tracking=tracking, version=version)
                said["shipment"]["number"] = parcel
                return said
            case "ship-by":
                return shipped(
                    number, carrier=arguments[0], service="", version=version
                )
            case _:
                return self.order(verb, arguments)

    def order(self, verb: str, arguments: list[str]) -> Any:
        """Return an order of a kind."""
        price = int(arguments[0]) if arguments else 1650
        name = arguments[1] if len(arguments) > 1 else "見本 花子"
        kinds: dict[str, dict[str, Any]] = {
            "place-test": {"is_test": True},
            "place-abroad": {"buyer": ABROAD},
            "place-free": {"lines": [], "total": 0},
        }
        fields = kinds.get(verb, {})
        kind = "order.amended" if verb == "amend" else "order.placed"
        return order(
            self.number,
            kind=kind,
            version=self.version,
            name=name,
            price=price,
            **fields,
        )


@pytest.mark.parametrize("life", LIVES, ids=[life["name"] for life in LIVES])
def test_a_life_ends_as_the_corpus_says(world: World, life: dict[str, Any]) -> None:
    teller = Teller(world)
    world.forget_plans()
    for word in life["life"]:
        teller.tell(word)
    assert ending(world, teller.number, wanted=life) == {
        name: life[name] for name in life if name not in ("name", "life")
    }


def ending(world: World, number: str, *, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what became of an order, in the members that are wanted."""
    names = {wire: ours for ours, wire in CALLS.items()}
    calls = [c["operation"] for c in world.requests_of(number)]
    live = [row for row in world.at_provider(number) if row["state"] not in ENDED]
    assert len(live) <= 1
    found: dict[str, Any] = {
        "state": world.state_of(number),
        "calls": " ".join(names[call] for call in calls if call != RESULT),
        "live": live[0]["state"] if live else "",
        "amount": live[0]["billed_amount"] if live else None,
        "attention": world.attention_of(number),
    }
    return {name: found[name] for name in found if name in wanted}
