"""APIキー: only an owner sees and makes them, and a key is shown once."""

import re

import pytest
from flask import Flask

from hub.store import api_keys
from tests.console.people import logged_in
from tests.console.seed import CLERK, OWNER, VIEWER
from tests.house import House

PAGE = "/console/api-keys"


def made(app: Flask, name: str = "受注管理", scope: str = "read") -> str:
    answer = logged_in(app, OWNER).post(PAGE, name=name, scope=scope)
    assert answer.status_code == 200
    found = re.search(r'value="(hubk_[\w-]+)"', answer.text)
    assert found is not None
    return found[1]


def test_a_key_is_shown_once_and_then_only_its_last_characters(
    app: Flask, house: House
) -> None:
    token = made(app)
    page = logged_in(app, OWNER).text(PAGE)
    assert token not in page
    assert f"•••{token[-4:]}" in page
    stored = house.read(api_keys.of_merchant)
    assert token not in repr(stored)


def test_a_revoked_key_is_said_to_be_revoked(app: Flask, house: House) -> None:
    made(app, name="倉庫")
    person = logged_in(app, OWNER)
    (key,) = [one for one in house.read(api_keys.of_merchant) if one.name == "倉庫"]
    person.post(f"{PAGE}/{key.id}/revoke")
    (key,) = [one for one in house.read(api_keys.of_merchant) if one.name == "倉庫"]
    assert key.revoked_at is not None
    assert "停止済み" in person.text(PAGE)


@pytest.mark.parametrize("login", [CLERK, VIEWER])
def test_only_an_owner_sees_and_makes_keys(app: Flask, login: str) -> None:
    person = logged_in(app, login)
    assert person.get(PAGE).status_code == 403
    assert person.post(PAGE, name="x", scope="read").status_code == 403
    assert PAGE not in person.text("/console/connections")


@pytest.mark.parametrize("fields", [{"name": "x"}, {"scope": "read"}])
def test_a_key_needs_a_name_and_a_scope(
    app: Flask, house: House, fields: dict[str, str]
) -> None:
    before = len(house.read(api_keys.of_merchant))
    assert logged_in(app, OWNER).post(PAGE, **fields).status_code == 422
    assert len(house.read(api_keys.of_merchant)) == before


def test_a_key_is_on_the_audit_with_its_name_and_not_its_text(
    app: Flask, house: House
) -> None:
    token = made(app, name="会計")
    with house.parts.store.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT action, detail FROM audit WHERE action = 'issue_api_key'"
        ).all()
    assert any('"会計"' in row.detail for row in rows)
    assert not any(token in row.detail for row in rows)
