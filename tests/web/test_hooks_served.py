"""The same answers over a real socket, on the default server."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from hub.store import connections
from tests.flow.specimens import order
from tests.house import House, running_house
from tests.web.conftest import NOWHERE, signed, written

ROOT = Path(__file__).resolve().parents[2]
ORDER = written(order())


@dataclass(frozen=True, slots=True)
class Served:
    """A house whose web process listens."""

    house: House
    port: int

    def url(self, *, key: str = "", connector: str = "generic_webhook") -> str:
        path = f"/hooks/{connector}/{key or self.house.hook_key}"
        return f"http://127.0.0.1:{self.port}{path}"

    def post(
        self,
        body: bytes = ORDER,
        *,
        url: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        sent = {**signed(self.house, body), **(headers or {})}
        with requests.Session() as session:
            return session.post(url or self.url(), data=body, headers=sent, timeout=20)

    def raw(self, head: str, body: bytes, *, cut: bool = False) -> int:
        """Send bytes, perhaps close our half, and return the status."""
        path = f"/hooks/generic_webhook/{self.house.hook_key}"
        lines = [f"POST {path} HTTP/1.1", "Host: hub", head]
        lines += [f"{k}: {v}" for k, v in signed(self.house, body).items()]
        with socket.create_connection(("127.0.0.1", self.port)) as wire:
            wire.settimeout(20)
            wire.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            if cut:
                wire.shutdown(socket.SHUT_WR)
            answer = wire.recv(65536)
        return int(answer.split(b" ", 2)[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with running_house(folder, provider_url=NOWHERE, control_url="") as house:
        house.open()
        config = house.parts.config
        text = json.dumps(
            {
                "data_dir": str(config.data_dir),
                "database_url": config.database_url,
                "redis_url": config.redis_url,
                "provider_url": config.provider_url,
                "callback_allow": [],
            }
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.victim", "web", "nowhere", text],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        yield Served(house, int(process.stdout.readline()))
        process.terminate()
        process.communicate(timeout=30)


def test_a_new_delivery_is_accepted(served: Served) -> None:
    assert served.post().status_code == 202


def test_a_duplicate_is_200(served: Served) -> None:
    headers = signed(served.house, ORDER, message_id="message-1")
    assert [served.post(headers=headers).status_code for _ in range(2)] == [202, 200]


def test_whoever_is_not_proven_gets_the_same_401(served: Served) -> None:
    answers = [
        served.post(headers={"webhook-signature": "v1,AAAA"}),
        served.post(headers={"webhook-signature": ""}),
        served.post(url=served.url(key="A" * 27)),
        served.post(url=served.url(connector="nobody")),
    ]
    seen = {
        (
            answer.status_code,
            answer.content,
            tuple(
                sorted(
                    (name, value)
                    for name, value in answer.headers.items()
                    if name.lower() != "date"
                )
            ),
        )
        for answer in answers
    }
    assert [status for status, _body, _headers in seen] == [401]


def test_a_cut_body_is_400_and_not_kept(served: Served) -> None:
    before = len(served.house.deliveries())
    assert served.raw(f"Content-Length: {len(ORDER) + 1}", ORDER, cut=True) == 400
    assert len(served.house.deliveries()) == before


def test_a_content_encoding_is_415(served: Served) -> None:
    assert served.post(headers={"Content-Encoding": "gzip"}).status_code == 415


def test_a_body_over_the_cap_is_413(served: Served) -> None:
    limit = served.house.parts.config.body_limit
    assert served.raw(f"Content-Length: {limit + 1}", b"x" * (limit + 1)) == 413


def test_an_unreadable_body_is_kept(served: Served) -> None:
    assert served.post(b"{").status_code == 202


def test_a_disabled_connection_is_410_within_its_second(served: Served) -> None:
    house = served.house
    served.post()

    def set_disabled(*, is_disabled: bool) -> None:
        moment = house.clock.now() if is_disabled else None
        house.parts.store.of(house.merchant_id).write(
            lambda scope: connections.set_disabled(
                scope, house.connection_id, disabled_at=moment
            )
        )

    set_disabled(is_disabled=True)
    house.until(lambda: served.post().status_code == 410, seconds=5)
    set_disabled(is_disabled=False)
    house.until(lambda: served.post().status_code == 202, seconds=5)
