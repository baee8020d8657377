"""Who is heard, once at however many doors, and never for another merchant."""

import threading
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from hub.contract.asking import AskKind
from hub.domain.known import State
from hub.flow.asks import AskReceipt, give_up, waiting
from hub.flow.receive import Receipt
from hub.store import connections
from hub.store.store import Scope
from hub.store.tables import ask as ask_table
from tests.flow import heron
from tests.flow.herons import (
    ask,
    heron_house,
    pay,
    rows,
    stored,
    then,
    token,
    told,
    with_heron,
)
from tests.flow.more_shops import with_merchant
from tests.flow.toucans import request_of
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House, same_parts

GRANTED, PENDING = "granted", "pending"
DOORS = 8


@pytest.fixture
def nest(house: House) -> House:
    return heron_house(house)


def at_once(house: House, kind: AskKind, **said: Any) -> list[AskReceipt]:
    """Ask the same at eight doors at once."""
    ready = threading.Barrier(DOORS)
    found: list[AskReceipt] = []

    def knock() -> None:
        ready.wait(30)
        found.append(ask(house, kind, f"{kind.value}-1", **said))

    doors = [threading.Thread(target=knock) for _ in range(DOORS)]
    for door in doors:
        door.start()
    for door in doors:
        door.join(60)
    return found


def test_one_payment_at_eight_doors_at_once_is_registered_once(nest: House) -> None:
    found = at_once(nest, AskKind.PAYMENT, fields={})
    assert len(found) == DOORS
    assert len({one.reply for one in found}) == 1
    assert sorted(one.receipt for one in found) == sorted(
        [Receipt.NEW, *[Receipt.DUPLICATE] * (DOORS - 1)]
    )
    nest.settle()
    assert (nest.calls().count(REGISTER), rows(nest)) == (1, 1)
    assert told(nest) == [{"payment-1": GRANTED}]


def test_one_refund_at_eight_doors_at_once_is_taken_off_once(nest: House) -> None:
    pay(nest)
    found = at_once(nest, AskKind.REFUND, amount=300)
    assert [one.receipt for one in found].count(Receipt.NEW) == 1
    nest.settle()
    assert nest.calls().count(MODIFY) == 1
    assert nest.ledger("A-1001")[0]["billed_amount"] == 3000
    assert told(nest)[-1] == {"refund-1": GRANTED}


def test_who_is_not_proven_or_nobodys_is_not_kept(nest: House) -> None:
    payment = partial(ask, nest, AskKind.PAYMENT, fields={})
    assert payment("pay-1", secret="whsec_b3RoZXI=").receipt is Receipt.UNPROVEN
    assert payment("pay-2", shop="heron-9").receipt is Receipt.NOBODYS
    assert (rows(nest), nest.deliveries()) == (0, [])


def test_a_connection_that_is_closed_hears_nothing(nest: House) -> None:
    now = nest.clock.now()
    nest.parts.store.of(nest.merchant_id).write(
        lambda scope: connections.set_disabled(
            scope, nest.connection_id, disabled_at=now
        )
    )
    found = ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    assert (found.receipt, found.reply, rows(nest)) == (Receipt.DISABLED, None, 0)


def test_a_connector_that_is_switched_off_hears_nothing(nest: House) -> None:
    manifest = replace(heron.connector.manifest, switch="secret")
    known = {"heron": replace(heron.connector, manifest=manifest)}
    registry = replace(nest.parts.registry, connectors=known)
    off = same_parts(nest, registry=registry.switched(nest.parts.config.is_on))
    off = replace(off, _receivers=[])
    assert ask(off, AskKind.PAYMENT, "pay-1", fields={}).receipt is Receipt.NOBODYS
    said = request_of(off, {"says": "app_removed", "at": "", "fields": {}})
    receipt, _connector = off.receiver.receive("heron", off.hook_key, said)
    assert (receipt, off.deliveries()) == (Receipt.UNPROVEN, [])


def test_two_merchants_never_cross(nest: House) -> None:
    other = with_heron(with_merchant(nest), "heron-2", roles=())
    # The same words from another shop, about an order of the same number.
    pay(nest, name="見本保留花子")
    pay(other, shop="heron-2")
    assert token(nest) != token(other)
    assert (stored(nest).outcome, stored(other).outcome) == (PENDING, GRANTED)
    assert give_up(nest.parts, token(other)) is False
    assert give_up(other.parts, token(nest)) is True
    other.settle()
    assert (nest.state(), other.state()) == (State.CANCELLED, State.AUTHORIZED)
    then(other, AskKind.VOID, shop="heron-2")
    assert stored(other, "void-1").outcome == GRANTED
    with pytest.raises(AssertionError):
        stored(nest, "void-1")
    found = waiting(other.parts, token(other))
    assert found is not None
    assert found.way.endswith("granted/pay-1")


def test_no_personal_data_stands_in_what_is_kept_of_a_request(nest: House) -> None:
    pay(nest)

    def kept(scope: Scope) -> str:
        return str(scope.connection.execute(ask_table.select()).all())

    found = nest.read(kept)
    assert "pay-1" in found
    for secret in ("見本", "045-000", "0450001234", "hanako", token(nest)):
        assert secret not in found
