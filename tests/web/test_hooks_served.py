"""The same answers over a real socket, on the default server."""

import json
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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
            return session.post(url or self.url(), data=body, headers=sent, timeout=60)

    def raw(self, head: str, body: bytes, *, cut: bool = False) -> int:
        """Send bytes, perhaps close our half, and return the status."""
        path = f"/hooks/generic_webhook/{self.house.hook_key}"
        lines = [f"POST {path} HTTP/1.1", "Host: hub", head]
        lines += [f"{k}: {v}" for k, v in signed(self.house, body).items()]
        with socket.create_connection(("127.0.0.1", self.port)) as wire:
            wire.settimeout(60)
            wire.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            if cut:
                wire.shutdown(socket.SHUT_WR)
            answer = wire.recv(65536)
        return int(answer.split(b" ", 2)[1])


@contextmanager
def web_process(house: House, role: str) -> Iterator[Served]:
    config = house.parts.config
    text = json.dumps(
        {
            "data_dir": str(config.data_dir),
            "database_url": config.database_url,
            "redis_url": config.redis_url,
            "provider_url": config.provider_url,
            "callback_allow": [],
            "environment": {},
            "connectors": [],
        }
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.victim", role, "nowhere", text],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield Served(house, int(process.stdout.readline()))
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Served]]:
    """One house whose webhooks are answered before Flask, and by Flask."""
    folder = tmp_path_factory.mktemp("served")
    with running_house(folder, provider_url=NOWHERE, control_url="") as house:
        house.open()
        with web_process(house, "web") as web, web_process(house, "flask") as flask:
            yield {"web": web, "flask": flask}


@pytest.fixture(params=["web", "flask"])
def served(request: pytest.FixtureRequest, both: dict[str, Served]) -> Served:
    return both[request.param]


def test_a_new_delivery_is_accepted(served: Served) -> None:
    assert served.post().status_code == 202


def test_a_duplicate_is_200(served: Served) -> None:
    message_id = secrets.token_hex(8)
    headers = signed(served.house, ORDER, message_id=message_id)
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
    house.until(lambda: served.post().status_code == 410)
    set_disabled(is_disabled=False)
    house.until(lambda: served.post().status_code == 202)


PATH = "/hooks/generic_webhook/KEY"
LONG = ORDER + b" " * 100_000

# (method, path with KEY for the hook key, further header lines, body)
ALIKE: dict[str, tuple[str, str, list[str], bytes]] = {
    "a new one": ("POST", PATH, [], ORDER),
    "a new one with a query": ("POST", PATH + "?a=%E3%81%82&b", [], ORDER),
    "a new large one": ("POST", PATH, [], LONG),
    "an empty one": ("POST", PATH, [], b""),
    "a plain header twice": ("POST", PATH, ["Accept: a", "Accept: b"], ORDER),
    "another signature": ("POST", PATH, ["Webhook-Id: other"], ORDER),
    "a large one that is not proven": ("POST", PATH, ["webhook-id: x"], LONG),
    "an unknown key": ("POST", PATH.replace("KEY", "A" * 27), [], ORDER),
    "an endless key": ("POST", PATH.replace("KEY", "A" * 5000), [], ORDER),
    "a key with a tail": ("POST", PATH + "A" * 64, [], ORDER),
    "an unknown connector": ("POST", "/hooks/nobody/KEY", [], ORDER),
    "an escape in the key": ("POST", PATH.replace("KEY", "%41%2f"), [], ORDER),
    "a slash at the end": ("POST", PATH + "/", [], ORDER),
    "doubled slashes": ("POST", "/" + PATH, [], ORDER),
    "one of an app that is none": ("POST", "/hooks/generic_webhook", [], ORDER),
    "one of nobody's app": ("POST", "/hooks/nobody", [], ORDER),
    "a compressed one of an app": (
        "POST",
        "/hooks/shopify",
        ["Content-Encoding: gzip"],
        ORDER,
    ),
    "no key": ("POST", "/hooks/generic_webhook/", [], ORDER),
    "another method": ("GET", PATH, [], b""),
    "a compressed one": ("POST", PATH, ["Content-Encoding: gzip"], ORDER),
    "a repeated signature": ("POST", PATH, ["webhook-signature: v1,AAAA"], ORDER),
}


def answer_of(served: Served, name: str) -> tuple[str, list[str], bytes]:
    method, path, more, body = ALIKE[name]
    own = dict(signed(served.house, body))
    if name.startswith(("another signature", "a large one that")):
        own.pop("webhook-id")
    lines = [f"{method} {path.replace('KEY', served.house.hook_key)} HTTP/1.1"]
    lines += ["Host: hub", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{k}: {v}" for k, v in own.items()] + more
    with socket.create_connection(("127.0.0.1", served.port)) as wire:
        wire.settimeout(60)
        wire.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        whole = b"".join(iter(lambda: wire.recv(65536), b""))
    head, _, content = whole.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    return status, [h for h in headers if not h.startswith("date:")], content


@pytest.mark.parametrize("name", ALIKE)
def test_an_answer_before_flask_is_flasks_answer(
    both: dict[str, Served], name: str
) -> None:
    assert answer_of(both["web"], name) == answer_of(both["flask"], name)


def test_what_comes_twice_at_once_over_both_ways_is_one_delivery(
    both: dict[str, Served],
) -> None:
    house = both["web"].house
    headers = signed(house, ORDER, message_id=secrets.token_hex(8))
    before = len(house.deliveries())
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(
            lambda n: both[("web", "flask")[n % 2]].post(headers=headers).status_code,
            range(8),
        )
        assert sorted(answers) == [200] * 7 + [202]
    assert len(house.deliveries()) == before + 1
