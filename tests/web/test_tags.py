"""`GET /tag/<tag_key>.js`: what it shows, and how it is sent."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.exc import SQLAlchemyError

from hub.app import create_app
from hub.contract.money import Yen
from hub.domain.banner import Placement
from hub.domain.lint_rules import LintRules
from hub.flow import tag_deeds
from hub.store import connections, merchants, tables
from hub.store.store import Scope
from hub.web import tags
from tests.house import House, running_house
from tests.web.conftest import NOWHERE

CLERK = "0" * 26
OFFICIAL = '<a href="http://c.atodene.jp/rule/" target="_blank"><img src="b.gif"></a>'


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all tests here, whose shop begins each of them anew."""
    folder = tmp_path_factory.mktemp("tags")
    with running_house(folder, provider_url=NOWHERE, control_url="") as opened:
        opened.open()
        yield opened


@pytest.fixture(scope="module")
def app(house: House) -> Flask:
    return create_app(house.parts)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(autouse=True)
def anew(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tags, "FRESH_SECONDS", 0.0)
    yield

    def forget(scope: Scope) -> None:
        scope.connection.execute(delete(tables.tag_material))
        connections.set_disabled(scope, house.connection_id, disabled_at=None)
        shop = merchants.lock_shop(scope, house.shop_id)
        assert shop is not None
        merchants.save_rules(scope, replace(shop, lint=LintRules()))

    house.parts.store.of(house.merchant_id).write(forget)


def tag_key(house: House) -> str:
    found = house.parts.store.of(house.merchant_id).read(
        lambda scope: connections.get(scope, house.connection_id, now=house.clock.now())
    )
    assert found is not None
    return found.tag_key


@pytest.fixture
def url(house: House) -> str:
    return f"/tag/{tag_key(house)}.js"


def shown(client: FlaskClient, url: str) -> dict[str, Any]:
    """Return the literal of the script: what it shows at each placement."""
    script = client.get(url).get_data(as_text=True)
    found = re.search(r"\}\)\(document,(\{.*\})\);\n\Z", script, re.DOTALL)
    assert found is not None, script[:80]
    literal: dict[str, Any] = json.loads(found[1])
    return literal


def texts(node: Any) -> str:
    if isinstance(node, str):
        return node
    children = node[2:] if node and isinstance(node[0], str) else node
    return "".join(texts(child) for child in children)


def keep(house: House, placement: Placement, body: bytes) -> None:
    tag_deeds.keep_official(
        house.parts,
        house.merchant_id,
        house.shop_id,
        placement,
        body=body,
        user_id=CLERK,
    )


def test_our_own_drawing_is_marked_as_a_sample(client: FlaskClient, url: str) -> None:
    for placement in ("cart", "payment-method", "badge"):
        assert "見本" in texts(shown(client, url)[placement]["ja"])
        assert "Sample" in texts(shown(client, url)[placement]["en"])


def test_the_limit_is_the_shops_before_tax(client: FlaskClient, url: str) -> None:
    assert "50,000円(税抜)" in texts(shown(client, url)["cart"]["ja"])
    assert "¥50,000 (before tax)" in texts(shown(client, url)["payment-method"]["en"])


def test_a_fee_is_named_only_where_the_shop_set_one(
    client: FlaskClient, house: House, url: str
) -> None:
    assert "手数料" not in texts(shown(client, url)["payment-method"]["ja"])

    def charge(scope: Any) -> None:
        shop = merchants.lock_shop(scope, house.shop_id)
        assert shop is not None
        lint = replace(shop.lint, fee=Yen(330))
        merchants.save_rules(scope, replace(shop, lint=lint))

    house.parts.store.of(house.merchant_id).write(charge)
    for placement in ("cart", "payment-method"):
        assert "330円(税込)" in texts(shown(client, url)[placement]["ja"])


def test_the_operators_material_takes_the_place_of_the_drawing(
    client: FlaskClient, house: House, url: str
) -> None:
    keep(house, Placement.CART, OFFICIAL.encode())
    found = shown(client, url)
    assert found["cart"] == {
        "any": [
            [
                "a",
                {"href": "http://c.atodene.jp/rule/", "target": "_blank"},
                ["img", {"src": "b.gif"}],
            ]
        ]
    }
    assert "badge" not in found
    assert "見本" in texts(found["payment-method"]["ja"])


def test_material_in_shift_jis_is_read(
    client: FlaskClient, house: House, url: str
) -> None:
    keep(house, Placement.CART, "<b>後払い～</b>".encode("cp932"))
    assert shown(client, url)["cart"]["any"] == [["b", {}, "後払い～"]]


def test_a_drawing_that_was_approved_is_no_sample(
    client: FlaskClient, house: House, url: str
) -> None:
    tag_deeds.confirm_own(
        house.parts,
        house.merchant_id,
        house.shop_id,
        Placement.CART,
        confirmed_on=date(2026, 11, 1),
        user_id=CLERK,
    )
    assert "見本" not in texts(shown(client, url)["cart"]["ja"])


def test_material_that_was_changed_by_hand_is_not_shown(
    client: FlaskClient, house: House, url: str
) -> None:
    keep(house, Placement.CART, OFFICIAL.encode())
    house.parts.store.of(house.merchant_id).write(
        lambda scope: scope.connection.execute(
            update(tables.tag_material).values(body=b"<script>1</script>")
        )
    )
    assert "script" not in json.dumps(shown(client, url)["cart"])
    assert "見本" in texts(shown(client, url)["cart"]["ja"])


@pytest.mark.parametrize("key", ["0" * 16, "nobody", "ab-_9", "f" * 64])
def test_a_key_that_nobody_has_gets_a_script_that_does_nothing(
    client: FlaskClient, key: str
) -> None:
    answer = client.get(f"/tag/{key}.js")
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).startswith("/* ")
    assert answer.mimetype == "text/javascript"


def test_a_disabled_connection_shows_nothing(
    client: FlaskClient, house: House, url: str
) -> None:
    house.parts.store.of(house.merchant_id).write(
        lambda scope: connections.set_disabled(
            scope, house.connection_id, disabled_at=house.clock.now()
        )
    )
    assert client.get(url).data == client.get(f"/tag/{'0' * 16}.js").data


def test_the_headers_are_those_of_a_script_for_other_sites(
    client: FlaskClient, url: str
) -> None:
    headers = client.get(url).headers
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"].startswith("public, max-age=300")
    assert headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in headers


def test_an_unchanged_tag_is_304(client: FlaskClient, url: str) -> None:
    etag = client.get(url).headers["ETag"]
    again = client.get(url, headers={"If-None-Match": f'"x", {etag}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag


def test_a_changed_tag_is_sent_again(
    client: FlaskClient, house: House, url: str
) -> None:
    etag = client.get(url).headers["ETag"]
    keep(house, Placement.CART, OFFICIAL.encode())
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_the_packed_tag_is_the_same_and_small(client: FlaskClient, url: str) -> None:
    packed = client.get(url, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 6000
    plain = client.get(url, headers={"Accept-Encoding": "gzip;q=0"})
    assert gzip.decompress(packed.data) == plain.data


def test_head_answers_without_a_body(client: FlaskClient, url: str) -> None:
    answer = client.head(url)
    assert answer.data == b""
    assert int(answer.headers["Content-Length"]) > 1000


def test_no_other_method_and_no_other_path_is_a_tag(
    client: FlaskClient, url: str
) -> None:
    assert client.post(url).status_code == 404
    assert client.get("/tag/").status_code == 404
    assert client.get("/tag/a/b.js").status_code == 404


def test_a_database_that_fails_leaves_what_was_shown(
    client: FlaskClient, house: House, url: str
) -> None:
    before = client.get(url).data
    house.parts.store.engine.dispose()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tags, "tag_of", _fails)
        assert client.get(url).data == before
        other = create_app(house.parts).test_client().get(url)
    assert other.status_code == 200
    assert other.headers["Cache-Control"] == "no-store"


def _fails(*_arguments: object) -> None:
    raise SQLAlchemyError


def test_a_process_answers_a_while_from_memory(
    client: FlaskClient, house: House, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "FRESH_SECONDS", 60.0)
    client.get(url)
    monkeypatch.setattr(tags, "tag_of", _fails)
    assert client.get(url).status_code == 200


def test_strangers_keys_fill_no_memory(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "MOST_KEPT", 8)
    layer = tags.Tags(house.parts, create_app(house.parts).wsgi_app)
    for number in range(40):
        layer._script(f"{number:016x}")
    assert len(layer._kept) == 8


def test_the_tag_names_no_secret_and_no_other_key(
    client: FlaskClient, house: House, url: str
) -> None:
    script = client.get(url).get_data(as_text=True)
    for secret in (house.hook_key, house.merchant_id, house.shop_id, "whsec_"):
        assert secret not in script
