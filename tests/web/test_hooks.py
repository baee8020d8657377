"""The intake answers of architecture 6, one row at a time, on both databases."""

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import create_app
from hub.contract.inbound import InboundRequest
from hub.contract.proof import Delivery
from hub.flow import receive
from hub.store import connections
from hub.store.store import open_store
from tests.flow.specimens import order
from tests.house import House, same_parts
from tests.web.conftest import signed, written

ORDER = written(order())
CLOSED = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def path_of(house: House, *, key: str = "", connector: str = "generic_webhook") -> str:
    return f"/hooks/{connector}/{key or house.hook_key}"


def post(
    client: FlaskClient,
    house: House,
    body: bytes = ORDER,
    *,
    headers: Mapping[str, str] | None = None,
) -> TestResponse:
    sent = {**signed(house, body), **(headers or {})}
    return client.post(path_of(house), data=body, headers=sent)


def said(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.data, sorted(answer.headers.items())


def code_of(answer: TestResponse) -> Any:
    assert answer.mimetype == "application/problem+json"
    return answer.get_json(force=True)["code"]


def test_a_new_delivery_is_accepted(client: FlaskClient, house: House) -> None:
    assert post(client, house).status_code == 202


def test_an_accepted_delivery_stands_in_the_inbox_with_its_bytes(
    client: FlaskClient, house: House
) -> None:
    post(client, house)
    (row,) = house.deliveries()
    assert row.body_length == len(ORDER)


def test_a_duplicate_is_200(client: FlaskClient, house: House) -> None:
    headers = signed(house, ORDER, message_id="message-1")
    answers = [
        client.post(path_of(house), data=ORDER, headers=headers).status_code
        for _ in range(2)
    ]
    assert answers == [202, 200]


def test_five_at_once_are_one_delivery(house: House) -> None:
    app = create_app(house.parts)
    headers = signed(house, ORDER, message_id="message-1")

    def send(_number: int) -> int:
        client = app.test_client()
        return client.post(path_of(house), data=ORDER, headers=headers).status_code

    with ThreadPoolExecutor(5) as threads:
        answers = sorted(threads.map(send, range(5)))
    assert (answers, len(house.deliveries())) == ([200, 200, 200, 200, 202], 1)


def unproven(client: FlaskClient, house: House) -> dict[str, TestResponse]:
    headers = signed(house, ORDER)
    bare = {"Content-Type": "application/json"}
    other = {**headers, "webhook-signature": "v1,AAAA"}
    stale = {**headers, "webhook-timestamp": "1"}

    def to(path: str, sent: dict[str, str], body: bytes = ORDER) -> TestResponse:
        return client.post(path, data=body, headers=sent)

    return {
        "no signature": to(path_of(house), bare),
        "another signature": to(path_of(house), other),
        "another body": to(path_of(house), headers, ORDER + b" "),
        "another time": to(path_of(house), stale),
        "an unknown key": to(path_of(house, key="A" * 27), headers),
        "an endless key": to(path_of(house, key="A" * 5000), headers),
        "an unknown connector": to(path_of(house, connector="nobody"), headers),
    }


def test_whoever_is_not_proven_gets_the_same_401(
    client: FlaskClient, house: House
) -> None:
    """T-04: nobody learns from an answer whether a key exists."""
    answers = {name: said(answer) for name, answer in unproven(client, house).items()}
    first = answers["no signature"]
    assert first[0] == 401
    assert {name for name, answer in answers.items() if answer != first} == set()


def test_whoever_is_not_proven_leaves_nothing(
    client: FlaskClient, house: House
) -> None:
    unproven(client, house)
    assert house.deliveries() == []


def test_an_unknown_key_costs_a_proof_as_a_known_one_does(house: House) -> None:
    kept = house.parts.registry.connector("generic_webhook")
    proofs: list[str] = []

    def counting(request: InboundRequest, settings: Any) -> Delivery:
        proofs.append(request.method)
        return kept.verify(request, settings)

    slow = replace(
        house.parts.registry,
        connectors={"generic_webhook": replace(kept, verify=counting)},
    )
    client = create_app(replace(house.parts, registry=slow)).test_client()
    client.post(path_of(house, key="A" * 27), data=ORDER, headers=signed(house, ORDER))
    assert len(proofs) == 1


def test_a_body_shorter_than_its_length_is_400(
    client: FlaskClient, house: House
) -> None:
    answer = client.post(
        path_of(house),
        data=ORDER,
        headers=signed(house, ORDER),
        environ_overrides={"CONTENT_LENGTH": str(len(ORDER) + 1)},
    )
    assert (answer.status_code, code_of(answer)) == (400, "HUB-HOOK-400")
    assert house.deliveries() == []


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip", "aes128gcm"])
def test_a_content_encoding_is_415(
    client: FlaskClient, house: House, encoding: str
) -> None:
    answer = post(client, house, headers={"Content-Encoding": encoding})
    assert (answer.status_code, code_of(answer)) == (415, "HUB-HOOK-415")


def test_a_body_over_the_cap_is_413(client: FlaskClient, house: House) -> None:
    body = b"x" * (house.parts.config.body_limit + 1)
    answer = post(client, house, body)
    assert (answer.status_code, code_of(answer)) == (413, "HUB-HOOK-413")


def test_a_body_of_the_cap_is_taken(client: FlaskClient, house: House) -> None:
    body = b" " * house.parts.config.body_limit
    assert post(client, house, body).status_code == 202


def disable(house: House) -> None:
    now = house.clock.now()
    house.parts.store.of(house.merchant_id).write(
        lambda scope: connections.set_disabled(
            scope, house.connection_id, disabled_at=now
        )
    )


def test_a_disabled_connection_is_410(client: FlaskClient, house: House) -> None:
    disable(house)
    answer = post(client, house)
    assert (answer.status_code, code_of(answer)) == (410, "HUB-HOOK-410")


def test_a_stranger_does_not_learn_that_a_connection_is_disabled(
    client: FlaskClient, house: House
) -> None:
    disable(house)
    answer = post(client, house, headers={"webhook-signature": "v1,AAAA"})
    assert answer.status_code == 401


def test_a_redis_that_is_down_is_still_202(client: FlaskClient, house: House) -> None:
    assert not house.parts.bell.is_reachable()
    assert post(client, house).status_code == 202


def assert_not_now(answer: TestResponse) -> None:
    assert (answer.status_code, code_of(answer)) == (503, "HUB-HOOK-503")
    assert 30 <= int(answer.headers["Retry-After"]) < 60


def test_a_postgres_that_is_down_is_503(house: House, tmp_path: Path) -> None:
    store = open_store(CLOSED, house.parts.store.keys.vault, data_dir=tmp_path)
    down = same_parts(house, store=store)
    try:
        assert_not_now(post(create_app(down.parts).test_client(), house))
    finally:
        store.close()


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_a_sqlite_file_that_is_gone_is_503_until_it_is_back(
    client: FlaskClient, house: House, tmp_path: Path
) -> None:
    database, away = tmp_path / "hub.sqlite", tmp_path / "away.sqlite"
    post(client, house)
    house.parts.store.close()
    shutil.move(database, away)
    database.mkdir()
    assert_not_now(post(client, house))
    house.parts.store.close()
    database.rmdir()
    shutil.move(away, database)
    assert post(client, house).status_code == 202


def test_too_many_waiting_deliveries_are_503(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "MOST_WAITING", -1)
    assert_not_now(post(client, house))


def test_a_disk_that_is_nearly_full_is_503(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "LEAST_FREE_BYTES", 1 << 62)
    assert_not_now(post(client, house))


def test_another_method_is_405(client: FlaskClient, house: House) -> None:
    answer = client.get(path_of(house))
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)


UNREADABLE = {
    "cut": b'{"type": "order.placed", "order": {',
    "no JSON": b"\xff\xfe\x00",
    "an unknown kind": written({"type": "order.eaten", "order": {"number": "A-1"}}),
    "no order": written({"type": "order.placed"}),
    "nothing": b"",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_proven_body_that_cannot_be_read_is_kept_and_set_aside(
    client: FlaskClient, house: House, name: str
) -> None:
    assert post(client, house, UNREADABLE[name]).status_code == 202
    house.settle()
    (row,) = house.deliveries()
    assert (row.state, row.reason_code) == ("quarantined", "HUB-HOOK-422")


def rotate(house: House, *, overlap: timedelta) -> str:
    until = house.clock.now() + overlap
    return house.parts.store.of(house.merchant_id).write(
        lambda scope: connections.rotate_hook_key(
            scope, house.connection_id, overlap_until=until
        )
    )


def test_a_new_hook_key_works_at_once(client: FlaskClient, house: House) -> None:
    key = rotate(house, overlap=timedelta(hours=1))
    path = path_of(house, key=key)
    answer = client.post(path, data=ORDER, headers=signed(house, ORDER))
    assert answer.status_code == 202


def test_an_old_hook_key_works_during_the_overlap(
    client: FlaskClient, house: House
) -> None:
    rotate(house, overlap=timedelta(hours=1))
    assert post(client, house).status_code == 202


def test_an_old_hook_key_is_unknown_after_the_overlap(
    client: FlaskClient, house: House
) -> None:
    rotate(house, overlap=timedelta(hours=1))
    house.move_real(hours=2)
    assert post(client, house).status_code == 401
