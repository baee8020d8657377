"""A shop that has open orders when the app is installed (issue 4, item 7).

Nothing of them is registered; those that the provider has already are adopted from a
CSV, without a double. At the size of the issue, four minutes of CPU:

    .venv/bin/python -m tests.flow.shopify.old_shop 500 300
"""

import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hub.domain.known import State
from hub.flow.adopt_csv import CsvRow, RowVerdict, adopt_rows, read_csv
from hub.sandbox.testing import RunningSandbox
from tests.cart import MovableClock
from tests.flow.shopify_shop import ShopifyShop, holds, number_of, shopify_shop
from tests.flow.test_adopt_csv import at_provider
from tests.flow.wire_calls import REGISTER
from tests.house import running_house

LONG_AGO = "2026-01-05T10:00:00+09:00"


def found_by_looking(store: ShopifyShop, opened: int) -> list[str]:
    """Let the hub find so many old orders; returns their numbers."""
    for _ in range(opened):
        store.double.orders.place(store.shop, silent=True, created_at=LONG_AGO)
    store.look()
    numbers = [number_of(one) for one in store.shop.orders.values()]
    assert len(numbers) == opened
    return numbers


def is_untouched(store: ShopifyShop, numbers: list[str]) -> bool:
    """Tell whether nothing was registered and nothing held."""
    states = Counter(store.house.state(one) for one in numbers)
    is_held = any(holds(one) for one in store.shop.orders.values())
    calls = store.house.calls()
    return (states, calls, is_held) == ({State.RECEIVED: len(numbers)}, [], False)


def adopt(store: ShopifyShop, numbers: list[str]) -> list[CsvRow]:
    """Register orders past the hub, and adopt them from a CSV."""
    house = store.house
    ids = at_provider(house, *numbers)
    lines = [f"#{one},{known}" for one, known in zip(numbers, ids, strict=True)]
    text = "\n".join(["受注番号,お問合せ番号", *lines, ""])
    where = (house.parts, house.merchant_id, house.shop_id)
    done = adopt_rows(*where, read_csv(text.encode()), user_id="somebody")
    store.settle()
    return done


def check(store: ShopifyShop, opened: int, known: int) -> None:
    """Fail unless a shop of so many orders is taken over without a double."""
    numbers = found_by_looking(store, opened)
    assert is_untouched(store, numbers)
    done = adopt(store, numbers[:known])
    assert {row.verdict for row in done} == {RowVerdict.ADOPTED}
    house = store.house
    # What stands at the provider is what its former system registered.
    assert house.calls().count(REGISTER) == known == len(house.ledger())
    states = Counter(house.state(one) for one in numbers)
    assert states[State.RECEIVED] == opened - known
    assert len({row["shop_order_id"] for row in house.ledger()}) == known


def main(opened: int, known: int) -> None:
    """Try it at this size, and say how long it took."""
    began = time.process_time()
    with (
        TemporaryDirectory() as folder,
        RunningSandbox(Path(folder) / "s", clock=MovableClock()) as sandbox,
        running_house(
            Path(folder),
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
        ) as house,
    ):
        house.open()
        with shopify_shop(house) as store:
            check(store, opened, known)
            assert house.violations() == []
            assert house.disagreements() == []
    seconds = time.process_time() - began
    sys.stdout.write(
        f"{opened} open orders: 0 registrations by the hub, "
        f"{known} adopted, 0 doubles ({seconds:.0f} s of CPU)\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
