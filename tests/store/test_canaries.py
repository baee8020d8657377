"""Canary persons and secrets go through whole lives of orders and are nowhere to find.

T-23, I-30: not in the database, its logs of writes, the spool, or the log.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from hub.store.tables import metadata
from tests.flow.specimens import cancelled, order, shipped
from tests.house import CALLBACK_SECRET, HOOK_SECRET, House

CANARIES = {
    "name": "見本 金糸雀",
    "kana": "ミホン カナリア",
    "phone": "03-0000-4711",
    "email": "canary@example.jp",
    "street": "98765-432-1",
    "building": "見本金糸雀荘",
    "reason": "購入者の都合",
}
SECRETS = [HOOK_SECRET, CALLBACK_SECRET, "Example01"]


def forms(value: str) -> set[bytes]:
    """Return the spellings under which a value could lie about."""
    folded = value.replace(" ", "").replace("-", "")
    escaped = [one.encode("unicode_escape").decode() for one in (value, folded)]
    return {
        one.encode(charset)
        for one in (value, folded, *escaped)
        for charset in ("utf-8", "cp932", "utf-16-le")
    }


def found_in(house: House, place: bytes) -> list[str]:
    values = [*CANARIES.values(), *SECRETS, house.hook_key]
    return [value for value in values if any(form in place for form in forms(value))]


def canary_order(number: str = "A-1001", *, mark: str = "") -> dict[str, Any]:
    body = order(number, name=CANARIES["name"] + mark)
    buyer = body["order"]["buyer"]
    address = {
        **buyer["address"],
        "street": CANARIES["street"],
        "building": CANARIES["building"],
    }
    buyer |= {
        "name_kana": CANARIES["kana"],
        "phone": CANARIES["phone"],
        "email": CANARIES["email"],
        "address": address,
    }
    return body


def live(house: House) -> None:
    """Let orders be taken, told, shipped, cancelled, lost and refused."""
    house.cart.answers = [500]
    house.hear(canary_order(), shipped(), cancelled())
    house.hear(canary_order("A-1002", mark="見本無応答"))
    house.hear(canary_order("A-1003", mark="見本拒否"))
    unreadable = canary_order("A-1004")
    unreadable["order"]["total"] = CANARIES["name"]
    house.hear(unreadable)
    house.parts.spool.keep("a" * 26, "b" * 26, CANARIES["name"].encode())


def at_rest(house: House, url: str) -> Iterator[bytes]:
    """Yield all that a thief of the disk would have, but for the key file."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        yield from (file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    else:
        yield from dumped(house)
    for file in house.parts.config.data_dir.rglob("*"):
        if file.is_file() and file.name != "hub.key":
            yield file.read_bytes()


def dumped(house: House) -> Iterator[bytes]:
    """Yield every value of every table, as a backup holds them."""
    for table in metadata.sorted_tables:
        query = text(f'SELECT * FROM "{table.name}"')
        with house.parts.store.engine.begin() as connection:
            connection.execute(text("SELECT set_config('hub.across', 'on', true)"))
            rows = connection.execute(query).all()
        for row in rows:
            for value in row:
                is_bytes = isinstance(value, bytes | memoryview)
                yield bytes(value) if is_bytes else str(value).encode()


def test_nothing_stands_readable_on_the_disk(house: House, migrated_url: str) -> None:
    live(house)
    # The witness has it, so the specimens really went the whole way.
    assert house.ledger("A-1001")[0]["customer"]["tel"].endswith("4711")
    place = b"\n".join(at_rest(house, migrated_url))
    assert b"A-1001" in place
    assert found_in(house, place) == []


def test_nothing_stands_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"), capture_logs() as events:
        live(house)
    assert "push_failed" in [event["event"] for event in events]
    assert found_in(house, f"{events}{caplog.text}".encode()) == []


def test_nothing_stands_in_the_repr_of_what_is_stored(house: House) -> None:
    live(house)
    shown = repr(house.parts.store.keys) + repr(house.parts.config)
    assert found_in(house, shown.encode()) == []
