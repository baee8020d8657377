"""What the API asks of a database, on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.api.application import make_api
from tests.api.client import Documented, System, key_of
from tests.flow.conftest import migrated_url, postgres_template, sqlite_template
from tests.flow.specimens import order
from tests.house import House, running_house

__all__ = ["migrated_url", "postgres_template", "sqlite_template"]


@pytest.fixture
def quiet(tmp_path: Path, migrated_url: str) -> Iterator[House]:
    """A house whose provider is not there."""
    with running_house(
        tmp_path,
        provider_url="http://127.0.0.1:1/api/",
        control_url="",
        database_url=migrated_url,
        is_migrated=True,
    ) as opened:
        opened.open()
        yield opened


def test_a_system_hands_in_reads_keeps_a_copy_and_acts_once(quiet: House) -> None:
    app = make_api(quiet.parts)
    system = System(app, Documented(app), key_of(quiet))
    events = [order(number, name=f"見本 {number}") for number in ("1", "2", "3")]
    handed_in = system.post(f"/shops/{quiet.shop_id}/events", events)
    assert handed_in.status_code == 202
    assert system.post(f"/shops/{quiet.shop_id}/events", events).status_code == 200
    quiet.settle()
    newest = [row["order_number"] for row in system.rows(limit=1)]
    quiet.move_real(seconds=5)
    fed = system.rows(updated_since="2026-01-01T00:00:00Z", limit=1)
    assert sorted(newest) == sorted(row["order_number"] for row in fed)
    assert len(system.rows(state="RECEIVED", needs_attention="false")) == 3
    found = system.post("/transactions/search", {"value": "見本 2"}).json["items"]
    assert [row["order_number"] for row in found] == ["2"]
    assert [row["order_number"] for row in system.rows(order_number="2")] == ["2"]
    path = f"/deliveries/{handed_in.json['delivery_id']}"
    headers = {"Idempotency-Key": "again"}
    first = system.post(f"{path}/replay", headers=headers)
    again = system.post(f"{path}/replay", headers=headers)
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(system.get(path).json["orders"]) == 3
    assert system.get("/work").status_code == 200
