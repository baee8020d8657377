"""店舗の設定: a person changes the rules of one topic, and open orders follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from hub.domain.known import State
from hub.flow.cases import load
from hub.flow.deeds import Deed, InterventionError, carry_out
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import merchants, open_orders
from hub.store.merchants import Shop
from hub.store.store import Scope

__all__ = ["InterventionError", "RulesChange", "change_rules"]

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChange:
    """What a person changes of a shop's rules, as the answers on one form.

    `answers` reads them from a shop, and `before` is what the person saw. `changed`
    is asked under the lock, so that another topic's change is never undone. `affects`
    names the states of the open transactions that are judged again.
    """

    shop_id: str
    topic: str
    affects: frozenset[State]
    answers: Callable[[Shop], Answers]
    before: Answers
    changed: Callable[[Shop], Shop]


def change_rules(
    parts: Parts, merchant_id: str, change: RulesChange, *, user_id: str
) -> None:
    """Store the rules and judge again what is open, audited, in one commit.

    Raises InterventionError where another person changed this topic meanwhile.
    """
    detail = {"topic": change.topic}

    def work(scope: Scope) -> set[Lane]:
        stored = merchants.lock_shop(scope, change.shop_id)
        if stored is None:
            raise InterventionError("no such shop", code="HUB-ACT-404")
        if change.answers(stored) != change.before:
            raise InterventionError("it is changed already", code="HUB-CONSOLE-STALE")
        after = change.changed(stored)
        merchants.save_rules(scope, after)
        detail.update(_differences(change.before, change.answers(after)))
        return _judged_again(scope, parts, change)

    deed = Deed(
        user_id=user_id,
        action="change_rules",
        subject=change.shop_id,
        detail=detail,
    )
    carry_out(parts, merchant_id, deed, work)


def _differences(before: Answers, after: Answers) -> dict[str, str]:
    names = [
        name for name in {**before, **after} if before.get(name) != after.get(name)
    ]
    return {
        side: orjson.dumps({name: answers.get(name) for name in names}).decode()
        for side, answers in (("before", before), ("after", after))
    }


def _judged_again(scope: Scope, parts: Parts, change: RulesChange) -> set[Lane]:
    lanes: set[Lane] = set()
    for transaction_id in open_orders.ids_of(scope, change.shop_id, change.affects):
        case = load(scope, transaction_id)
        lanes |= settle(scope, parts, case, now=parts.clock.now())
    return lanes
