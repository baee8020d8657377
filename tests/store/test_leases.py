import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from hub.store import inbox, leases
from hub.store.operations import StoredOperation
from hub.store.store import open_store
from hub.store.vault import open_vault
from tests.flow.specimens import order
from tests.house import House


@pytest.fixture
def planned(house: House) -> House:
    """A house with one registration that is due."""
    house.send(order())
    absorb_only(house)
    return house


def absorb_only(house: House) -> None:
    from hub.flow.absorb import absorb

    for row in claim_deliveries(house):
        absorb(house.parts, row)


def claim_deliveries(house: House) -> list[Any]:
    now = house.clock.now()
    store = house.parts.store.of(house.merchant_id)
    return store.write(lambda scope: inbox.claim(scope, limit=10, now=now))


def claim(house: House) -> list[StoredOperation]:
    now = house.clock.now()
    store = house.parts.store.of(house.merchant_id)
    return store.write(lambda scope: leases.claim(scope, "provider", limit=10, now=now))


def give_back(house: House, claimed: StoredOperation) -> bool:
    now = house.clock.now()
    return house.parts.store.of(house.merchant_id).write(
        lambda scope: leases.give_back(
            scope, claimed, due_at=now, reason_code="", retry_class="R9"
        )
    )


def end(house: House, claimed: StoredOperation) -> bool:
    now = house.clock.now()
    return house.parts.store.of(house.merchant_id).write(
        lambda scope: leases.end(scope, claimed, state="superseded", now=now)
    )


def test_a_claimed_operation_is_not_claimed_again(planned: House) -> None:
    assert len(claim(planned)) == 1
    assert claim(planned) == []


def test_a_claimed_delivery_is_not_claimed_again(house: House) -> None:
    house.send(order())
    assert len(claim_deliveries(house)) == 1
    assert claim_deliveries(house) == []


def test_a_delivery_is_claimed_again_when_its_lease_ends(house: House) -> None:
    house.send(order())
    claim_deliveries(house)
    house.move_real(seconds=61)
    (again,) = claim_deliveries(house)
    assert again.tries == 2


def test_a_late_writer_loses(planned: House) -> None:
    """I-17"""
    (late,) = claim(planned)
    give_back(planned, late)
    (now_his,) = claim(planned)
    assert not end(planned, late)
    assert end(planned, now_his)


def test_who_gave_back_owns_nothing_any_more(planned: House) -> None:
    (claimed,) = claim(planned)
    assert give_back(planned, claimed)
    assert not end(planned, claimed)


def test_nobody_owns_what_was_never_claimed(planned: House) -> None:
    (claimed,) = claim(planned)
    end(planned, claimed)
    from dataclasses import replace

    assert not end(planned, replace(claimed, lease_token=None))


def test_sending_begins_the_lease_anew(planned: House) -> None:
    """I-18"""
    (claimed,) = claim(planned)
    planned.move_real(seconds=100)
    now = planned.clock.now()
    store = planned.parts.store
    store.of(planned.merchant_id).write(
        lambda scope: leases.mark_sending(scope, claimed, now=now)
    )
    later = now + timedelta(seconds=125)
    assert store.across.read(lambda across: leases.lapsed(across, now=later)) == []
    # Nothing was sent: the attempt that belongs to `sending` was never begun.
    give_back(planned, claimed)


def test_a_lease_outlasts_the_longest_deadline() -> None:
    from hub.provider.port import Operation
    from hub.provider.profile import Profile

    longest = max(Profile().total_seconds(operation) for operation in Operation)
    assert leases.LEASE["provider"] > timedelta(seconds=longest + 10)


def test_processes_that_claim_at_once_share_nothing(
    house: House, migrated_url: str
) -> None:
    for number in range(12):
        house.send(order(f"A-{number}"))
    absorb_only(house)
    absorb_only(house)
    data_dir = house.parts.config.data_dir
    vault = open_vault(data_dir / "hub.key")
    stores = [open_store(migrated_url, vault, data_dir=data_dir) for _ in range(4)]
    met = threading.Barrier(4, timeout=60)
    now = house.clock.now()

    def claims(number: int) -> list[str]:
        met.wait()
        found: list[str] = []
        for _ in range(6):
            rows = (
                stores[number]
                .of(house.merchant_id)
                .write(lambda scope: leases.claim(scope, "provider", limit=2, now=now))
            )
            # PostgreSQL may run a locking subquery again, and so beyond its limit.
            assert len(rows) <= 2
            found += [row.id for row in rows]
        return found

    with ThreadPoolExecutor(4) as pool:
        claimed = [one for ids in pool.map(claims, range(4)) for one in ids]
    for store in stores:
        store.close()
    assert len(claimed) == len(set(claimed)) == 12
