"""A house that webhooks come to; nobody needs its provider."""

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.app import create_app
from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard
from tests.flow.conftest import migrated_url, postgres_template, sqlite_template
from tests.house import HOOK_SECRET, House, running_house

__all__ = ["migrated_url", "postgres_template", "sqlite_template"]

NOWHERE = "http://127.0.0.1:1/api/"

Sign = Callable[..., dict[str, str]]


@pytest.fixture
def house(tmp_path: Path, migrated_url: str) -> Iterator[House]:
    with running_house(
        tmp_path,
        provider_url=NOWHERE,
        control_url="",
        database_url=migrated_url,
        is_migrated=True,
    ) as opened:
        opened.open()
        yield opened


@pytest.fixture
def client(house: House) -> FlaskClient:
    return create_app(house.parts).test_client()


def signed(house: House, body: bytes, *, message_id: str = "") -> dict[str, str]:
    """Return the headers with which the shop of the house proves a body."""
    headers = sign_standard(
        message_id=message_id or secrets.token_hex(8),
        sent_at=house.clock.now(),
        body=body,
        secrets=[Secret(HOOK_SECRET)],
    )
    return {"Content-Type": "application/json", **headers}


def written(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
