"""`hub api-keys`: for operators, who have no login."""

import json

import pytest
from click.testing import CliRunner

from hub.cli.api import api_keys, openapi
from hub.store import api_keys as stored_keys
from tests.house import House


@pytest.fixture
def environment(house: House) -> dict[str, str]:
    return {
        "HUB_DATA_DIR": str(house.parts.config.data_dir),
        "HUB_PROVIDER_URL": house.parts.config.provider_url,
    }


def test_a_key_is_made_listed_and_revoked(
    house: House, environment: dict[str, str]
) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(api_keys, words, env=environment)
        assert result.exit_code == 0, result.output
        return result.stdout

    merchant = ("--merchant", house.merchant_id)
    made = json.loads(
        run("add", *merchant, "--name", "基幹", "--scope", "read", "--json")
    )
    listed = run("list", *merchant)
    assert made["key_id"] in listed
    assert made["key"] not in listed
    run("revoke", *merchant, made["key_id"])
    keys = house.read(stored_keys.of_merchant)
    assert next(key for key in keys if key.id == made["key_id"]).revoked_at


def test_a_key_of_nobody_is_not_made(environment: dict[str, str]) -> None:
    words = ("add", "--merchant", "0" * 26, "--name", "x")
    result = CliRunner().invoke(api_keys, words, env=environment)
    assert result.exit_code == 1
    assert "no merchant" in result.output


def test_the_document_is_printed(environment: dict[str, str]) -> None:
    result = CliRunner().invoke(openapi, env=environment)
    assert json.loads(result.stdout)["openapi"] == "3.1.0"
