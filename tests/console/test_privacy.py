"""個人情報の依頼: who sees them, who takes the data, and that they are destroyed."""

import json

import pytest
from flask import Flask

from tests.console.ids import new_request
from tests.console.people import logged_in
from tests.console.seed import CLERK, OWNER, VIEWER
from tests.house import House

PAGE = "/console/privacy"


def test_an_owner_takes_the_data_and_closes_the_request(
    app: Flask, house: House
) -> None:
    request_id, person = new_request(house), logged_in(app, OWNER)
    assert "回答待ち" in person.text(PAGE)
    answer = person.post(f"{PAGE}/{request_id}/download")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.data)["orders"]
    assert person.post(f"{PAGE}/{request_id}/close").status_code == 303
    assert person.post(f"{PAGE}/{request_id}/download").status_code == 404


@pytest.mark.parametrize("login", [CLERK, VIEWER])
def test_only_an_owner_takes_the_data(app: Flask, house: House, login: str) -> None:
    request_id, person = new_request(house), logged_in(app, login)
    assert request_id not in person.text(PAGE)
    assert person.post(f"{PAGE}/{request_id}/download").status_code == 403
    assert person.post(f"{PAGE}/{request_id}/close").status_code == 403
