from collections.abc import Iterator

import pytest

from tests.flow.specimens import cancelled, order, shipped
from tests.journeys.installation import Installation, installed, until


@pytest.fixture(
    params=["embedded", pytest.param("at scale", marks=pytest.mark.postgres)]
)
def installation(request, tmp_path) -> Iterator[Installation]:
    """On SQLite with the embedded Valkey, and on PostgreSQL with Redis."""
    env: dict[str, str] = {}
    if request.param == "at scale":
        env["HUB_DATABASE_URL"] = request.getfixturevalue("postgres_url")
        env["HUB_REDIS_URL"] = request.getfixturevalue("redis_url")
    with installed(tmp_path, env) as opened:
        yield opened


def test_orders_walk_from_webhook_to_report_and_survive_a_power_cut(installation):
    first, second = installation.enroll("見本茶舗", "見本書店")
    # Five at once make one order.
    assert first.send_at_once(order("A-1"), times=5) == [200, 200, 200, 200, 202]
    first.hears("screening.ok")
    first.send(shipped("A-1"))
    first.hears("screening.ok", "shipping.accepted")
    assert first.cart.heard[-1]["invoice"]["evidence"] == "computed"

    # Looked at by a person at the provider, found by asking.
    first.send(order("A-2", name="見本審査中 茂"))
    first.hears("screening.pending", "screening.ok")

    # A cancellation that comes before its order.
    first.send(cancelled("A-3"))
    first.hears("transaction.cancelled")
    first.send(order("A-3"))

    # What was received when everything died is worked off afterwards.
    installation.hub.kill()
    installation.start_web_alone()
    assert first.send(order("A-4")) == 202
    installation.hub.kill()
    installation.start()
    until(lambda: _states(installation)["A-4"] == "APPROVED")

    # The other merchant was told nothing of all this, and has its own orders.
    assert second.cart.heard == []
    assert second.send(order("B-1")) == 202
    second.hears("screening.ok")
    assert _states(installation) == {
        "A-1": "SHIPPED",
        "A-2": "APPROVED",
        "A-4": "APPROVED",
        "B-1": "APPROVED",
    }
    assert len(installation.ledger()) == 4


def _states(installation: Installation) -> dict[str, str]:
    states = {row["shop_order_id"]: row["state"] for row in installation.ledger()}
    return {"A-4": "", **states}
