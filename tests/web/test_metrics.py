"""/metrics: true over all processes, silent to strangers, without a name in it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Request
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from hub import metrics
from hub.app import create_app
from hub.config import Config
from hub.flow.meters import flush
from hub.flow.sweep import sweep
from hub.web.metrics import may_read
from tests.flow.specimens import order
from tests.house import House, same_parts
from tests.web.conftest import signed, written

# Nothing of it has happened in this test.
COUNTED_LATER = {
    "hub_intake_answers_total",
    "hub_intake_previous_secret_total",
    "hub_intake_previous_secret_timestamp_seconds",
}
Series = tuple[str, frozenset[tuple[str, str]]]


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    metrics.take()
    yield
    metrics.take()


def scraped(house: House, **headers: str) -> dict[Series, float]:
    client = create_app(house.parts).test_client()
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value_of(found: dict[Series, float], name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def configured(house: House, **settings: Any) -> House:
    return same_parts(house, config=replace(house.parts.config, **settings))


def test_what_waits_is_counted_in_the_database(house: House) -> None:
    house.send(order("A-1"))
    house.send(order("A-2"))
    found = scraped(house)
    assert value_of(found, "hub_deliveries_waiting") == 2
    assert value_of(found, "hub_oldest_age_seconds", what="delivery") >= 0
    house.settle()
    found = scraped(house)
    assert value_of(found, "hub_deliveries_waiting") == 0
    kind = {"target": "provider", "state": "planned"}
    assert value_of(found, "hub_operations_open", **kind) == 2


def test_an_answer_to_a_webhook_is_counted_by_connector_and_receipt(
    house: House,
) -> None:
    client = create_app(house.parts).test_client()
    path = f"/hooks/generic_webhook/{house.hook_key}"
    body = written(order("A-3"))
    headers = signed(house, body, message_id="one")
    for _ in range(2):
        client.post(path, data=body, headers=headers)
    client.post(path, data=body, headers={"Content-Type": "application/json"})
    client.post("/hooks/nobody/none", data=body)
    found = scraped(house)

    def counted(connector: str, receipt: str) -> float:
        labels = {"connector": connector, "receipt": receipt}
        return value_of(found, "hub_intake_answers_total", **labels)

    assert counted("generic_webhook", "new") == 1
    assert counted("generic_webhook", "duplicate") == 1
    assert counted("generic_webhook", "unproven") == 1
    assert counted("", "unproven") == 1


def test_a_call_to_the_provider_is_counted_by_what_came_back(house: House) -> None:
    house.hear(order("A-4"))
    found = scraped(house)
    labels = {"operation": "register", "verdict": "notsent"}
    assert value_of(found, "hub_provider_calls_total", **labels) == 1
    count = value_of(found, "hub_provider_call_seconds_count", operation="register")
    bucket = value_of(
        found, "hub_provider_call_seconds_bucket", operation="register", le="+Inf"
    )
    assert count == bucket == 1


def test_counts_of_several_processes_meet(house: House) -> None:
    for _process in range(3):
        metrics.count(metrics.PUSHES, "generic_webhook", "delivered")
        flush(house.parts)
    labels = {"connector": "generic_webhook", "outcome": "delivered"}
    assert value_of(scraped(house), "hub_pushes_total", **labels) == 3


def test_a_bucket_holds_those_below_it(house: House) -> None:
    for seconds in (0.05, 0.2, 3, 500):
        metrics.observe(metrics.PROVIDER_SECONDS, seconds, "inquire")
    found = scraped(house)

    def bucket(bound: str) -> float:
        labels = {"operation": "inquire", "le": bound}
        return value_of(found, "hub_provider_call_seconds_bucket", **labels)

    assert [bucket(one) for one in ("0.1", "0.25", "5.0", "120.0", "+Inf")] == [
        *(1, 2, 3, 3, 4)
    ]
    total = value_of(found, "hub_provider_call_seconds_sum", operation="inquire")
    assert total == pytest.approx(503.25)


def test_a_sweep_and_a_drain_leave_their_moment(house: House) -> None:
    sweep(house.parts)
    moment = datetime(2026, 11, 25, tzinfo=UTC)
    metrics.mark(metrics.DRAINED, moment, "absorb")
    found = scraped(house)
    assert value_of(found, "hub_sweep_timestamp_seconds") == pytest.approx(
        house.clock.now().timestamp(), abs=60
    )
    drained = value_of(found, "hub_lane_drained_timestamp_seconds", lane="absorb")
    assert drained == moment.timestamp()


def test_counts_that_could_not_be_written_are_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics.count(metrics.PUSHES, "generic_webhook", "delivered")

    def fails(*_arguments: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("hub.flow.meters.meters.add", fails)
        flush(house.parts)
    labels = {"connector": "generic_webhook", "outcome": "delivered"}
    assert value_of(scraped(house), "hub_pushes_total", **labels) == 1


def test_an_idle_process_writes_nothing(house: House) -> None:
    metrics.take()
    house.read(lambda _scope: None)
    house.parts.store.of(house.merchant_id).write(lambda _scope: None)
    assert metrics.take() == []


def test_no_merchant_is_named_unless_asked_for(house: House) -> None:
    house.send(order("A-5", name="見本 秘密"))
    client = create_app(house.parts).test_client()
    text = client.get("/metrics").text
    for secret in (house.merchant_id, "見本", "A-5", house.hook_key):
        assert secret not in text
    asked = configured(house, metrics_per_merchant=True)
    found = scraped(asked)
    assert value_of(found, "hub_deliveries_waiting", merchant=house.merchant_id) == 1


def test_what_runs_here_is_told(house: House) -> None:
    (build,) = [
        dict(labels) for name, labels in scraped(house) if name == "hub_build_info"
    ]
    assert build["database"] in ("sqlite", "postgresql")
    assert build["version"]


@pytest.mark.parametrize(
    ("settings", "address", "token", "expected"),
    [
        ({}, "127.0.0.1", "", True),
        ({}, "::1", "", True),
        ({}, "203.0.113.5", "", False),
        # Behind a proxy that is not believed, everybody comes from this machine.
        ({"public_url": "https://hub.example"}, "127.0.0.1", "", False),
        (
            {
                "public_url": "https://hub.example",
                "trusted_proxies": ("127.0.0.1/32",),
            },
            "127.0.0.1",
            "",
            True,
        ),
        ({"metrics_token": "t0ken"}, "203.0.113.5", "t0ken", True),
        ({"metrics_token": "t0ken"}, "203.0.113.5", "wrong", False),
        ({"metrics_token": "t0ken"}, "127.0.0.1", "", False),
    ],
)
def test_only_this_machine_or_the_token_reads(
    settings: dict[str, Any], address: str, token: str, expected: bool
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    builder = EnvironBuilder(
        headers=Headers(headers), environ_base={"REMOTE_ADDR": address}
    )
    asking = Request(builder.get_environ())
    assert may_read(asking, Config(data_dir=Path("var"), **settings)) is expected


def test_a_stranger_learns_nothing(house: House) -> None:
    client = create_app(configured(house, metrics_token="t0ken").parts).test_client()
    answer = client.get("/metrics")
    absent = client.get("/nothing")
    assert (answer.status_code, answer.data) == (404, absent.data)


def test_the_rules_in_the_documentation_name_metrics_that_exist(house: House) -> None:
    house.send(order("A-6"))
    house.settle()
    metrics.observe(metrics.PROVIDER_SECONDS, 0.2, "inquire")
    metrics.count(metrics.PUSHES, "generic_webhook", "delivered")
    metrics.mark(metrics.DRAINED, house.clock.now(), "absorb")
    sweep(house.parts)
    names = {name for name, _labels in scraped(house)}
    # A histogram's name stands for its parts.
    names |= {name.removesuffix("_bucket") for name in names}
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    told = set(re.findall(r"\bhub_\w+", text))
    assert {"hub_attention", "hub_sweep_timestamp_seconds"} <= told
    assert told - names - COUNTED_LATER == set()
