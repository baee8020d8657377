"""The OpenAPI document: valid, stable, and costing nothing until it is asked for."""

import json
import subprocess
import sys
from pathlib import Path

from flask import Flask
from openapi_spec_validator import validate

from hub.api.application import openapi_text
from hub.app import create_app
from tests.api.client import Documented
from tests.house import House

ROOT = Path(__file__).parents[2]
COPY = ROOT / "docs" / "openapi.json"
REFRESH = "python3 run.py hub openapi > docs/openapi.json"
MEASURE = """
import sys
import hub.cli
for name in ("flask_smorest", "apispec", "webargs"):
    assert name not in sys.modules, name
"""


def test_the_document_is_openapi_3_1(documented: Documented) -> None:
    assert documented.document["openapi"] == "3.1.0"
    validate(documented.document)


def test_the_committed_copy_is_the_document(app: Flask) -> None:
    assert COPY.read_text("utf-8") == openapi_text(app), f"refresh it: {REFRESH}"


def test_the_document_is_served_to_everybody(house: House) -> None:
    client = create_app(house.parts).test_client()
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.get_json() == json.loads(COPY.read_text("utf-8"))


def test_every_problem_has_an_address_that_explains_it(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/api/v1/problems/HUB-API-401")
    assert answer.get_json()["code"] == "HUB-API-401"
    assert client.get("/api/v1/problems/HUB-NONE-000").status_code == 404


def test_the_command_line_pays_nothing_for_the_api() -> None:
    subprocess.run([sys.executable, "-c", MEASURE], check=True, cwd=ROOT)


def test_the_application_makes_the_api_when_it_is_first_called(house: House) -> None:
    app = create_app(house.parts)
    assert not [rule for rule in app.url_map.iter_rules() if "/api/" in rule.rule]
    assert app.test_client().get("/api/v1/me").status_code == 401
    assert app.test_client().get("/api").mimetype == "application/problem+json"
