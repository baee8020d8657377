"""No callback reaches the inside, however its URL is written or its name resolves."""

import errno
import json
import socket
from pathlib import Path

import pytest

from hub.contract.addresses import is_denied, read_target
from hub.contract.http import AddressRefusedError, NotSentError, PublicHttp
from tests.contract.raw_server import EMPTY_OK, says, serving

CORPUS = Path(__file__).with_name("corpus") / "refused_urls.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
PUBLIC = "198.41.0.4"


def send(http: PublicHttp, url: str) -> None:
    http.post(url, body=b"{}", headers={}, total_seconds=1.0, cap_bytes=1024)


@pytest.fixture
def dialled(monkeypatch):
    """Every address that was connected to; nothing leaves this machine."""
    addresses: list[str] = []

    class Recorder(socket.socket):
        def connect(self, address):
            addresses.append(address[0])
            raise OSError(errno.ECONNREFUSED, "recorded")

    monkeypatch.setattr("hub.contract.deadline.socket.socket", Recorder)
    return addresses


def test_the_corpus_has_more_than_a_hundred_urls():
    assert len(ROWS) > 100


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["url"][:60])
def test_a_hostile_url_connects_nowhere(row, dialled):
    http = PublicHttp(resolve=lambda _host, _port: row["resolves_to"])
    with pytest.raises(NotSentError):
        send(http, row["url"].replace("{port}", "8090"))
    assert dialled == []


def test_a_listener_on_loopback_sees_no_hostile_url():
    with serving(says(EMPTY_OK)) as canary:
        http = PublicHttp(resolve=lambda _host, _port: ["127.0.0.1"])
        for row in ROWS:
            with pytest.raises(NotSentError):
                send(http, row["url"].replace("{port}", str(canary.port)))
    assert canary.connections == 0


NAMELESS = [r for r in ROWS if not r["resolves_to"] and r["group"] != "name"]


@pytest.mark.parametrize("row", NAMELESS, ids=lambda row: row["url"][:60])
def test_a_hostile_url_without_a_name_is_refused_when_it_is_saved(row):
    with pytest.raises(AddressRefusedError):
        PublicHttp().check_url(row["url"].replace("{port}", "8090"))


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.jp/hub/callback",
        "https://SHOP.example.jp:443/a/@b?c=d%20e&f=[1]",
        "https://xn--wgv71a119e.jp?x=1",
        "https://198.41.0.4/",
        "https://[2400:cb00::1]/",
        "https://a_b.example.com/",
    ],
)
def test_an_honest_url_may_be_saved(url):
    PublicHttp().check_url(url)


def test_an_honest_name_is_dialled_at_the_address_that_was_checked(dialled):
    with pytest.raises(NotSentError):
        send(PublicHttp(resolve=lambda *_: [PUBLIC]), "https://shop.example.jp/")
    assert dialled == [PUBLIC]


def test_a_rebinding_name_is_never_followed_inside(dialled):
    turns = 0

    def alternating(_host, _port):
        nonlocal turns
        turns += 1
        return [PUBLIC] if turns % 2 else ["127.0.0.1"]

    http = PublicHttp(resolve=alternating)
    for _ in range(200):
        with pytest.raises(NotSentError):
            send(http, "https://rebinding.example.jp/")
    assert (turns, set(dialled), len(dialled)) == (200, {PUBLIC}, 100)


def test_a_connection_that_ends_elsewhere_carries_no_byte(monkeypatch):
    with serving(says(EMPTY_OK)) as canary:
        end = ("127.0.0.1", canary.port)

        class Diverted(socket.socket):
            def connect(self, _address):
                super().connect(end)

        monkeypatch.setattr("hub.contract.deadline.socket.socket", Diverted)
        with pytest.raises(AddressRefusedError):
            send(PublicHttp(resolve=lambda *_: [PUBLIC]), "https://shop.example.jp/")
    assert canary.requests == []


def test_an_exception_of_the_operator_holds_for_its_port_alone():
    with serving(says(EMPTY_OK)) as server, serving(says(EMPTY_OK)) as other:
        http = PublicHttp(allow=[server.netloc])
        send(http, server.url)
        with pytest.raises(AddressRefusedError):
            send(http, other.url)
        http.close()
    assert (server.connections, other.connections) == (1, 0)


def test_an_exception_for_a_name_covers_where_it_resolves():
    with serving(says(EMPTY_OK)) as server:
        http = PublicHttp(
            allow=[f"shop.example.jp:{server.port}"], resolve=lambda *_: ["127.0.0.1"]
        )
        send(http, f"http://shop.example.jp:{server.port}/")
        http.close()
    assert server.connections == 1


@pytest.mark.parametrize("address", ["198.41.0.4", "2400:cb00::1", "::ffff:198.41.0.4"])
def test_a_public_address_is_not_denied(address):
    assert not is_denied(address)


def test_the_port_defaults_to_the_one_of_the_scheme():
    assert read_target("https://shop.example.jp/").netloc == "shop.example.jp:443"
