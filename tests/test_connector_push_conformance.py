"""What every connector must hold when it tells its cart how a transaction stands."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from hub.contract.connector import Connector, SettingKind
from hub.contract.errors import (
    CartGoneError,
    CartRefusedError,
    CartUnavailableError,
    HubError,
)
from hub.contract.http import AnswerLostError, NotSentError, PublicHttp
from hub.contract.testing.persons import CANARY, MOMENT, update
from hub.contract.testing.session import ScriptedConnection, ScriptedSession, answer
from tests.connectors_under_test import Installed, of_every_connector
from tests.contract.raw_server import EMPTY_OK, says, serving

pytestmark = of_every_connector

PRIVATE_URLS = (
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "https://localhost:{port}/",
    "https://[::1]:{port}/",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://user@127.0.0.1:{port}/",
    "file:///etc/passwd",
)


def pushing(
    installed: Installed, session: Any, **values: str
) -> tuple[Connector, ScriptedConnection]:
    settings = installed.a_reading().settings
    settings = replace(settings, values={**settings.values, **values})
    connection = ScriptedConnection(settings=settings, http=session, moment=MOMENT)
    return installed.connector, connection


def push_error(installed: Installed, *answers: Any) -> HubError:
    connector, connection = pushing(installed, ScriptedSession(*answers))
    with pytest.raises((CartUnavailableError, CartRefusedError)) as caught:
        connector.push(update(), connection)
    return caught.value


def test_an_update_is_told_under_the_same_id_each_time(installed):
    session = ScriptedSession()
    connector, connection = pushing(installed, session)
    for _ in range(2):
        assert connector.push(update("upd_7"), connection).status == 200
    first, again = session.posted
    assert first.body == again.body
    assert "upd_7" in f"{dict(again.headers)} {again.body.decode()}"


def test_a_call_to_the_cart_is_bounded(installed):
    session = ScriptedSession()
    connector, connection = pushing(installed, session)
    connector.push(update(), connection)
    assert all(posted.total_seconds <= 30 for posted in session.posted)
    assert all(posted.cap_bytes <= 1_000_000 for posted in session.posted)


def test_gone_is_gone(installed):
    assert isinstance(push_error(installed, answer(410)), CartGoneError)


@pytest.mark.parametrize(
    ("asked", "kept"), [("30", 30), ("0", 1), ("999999", 3600), ("", None), ("x", None)]
)
def test_the_wait_that_the_cart_asks_for_is_kept_within_an_hour(installed, asked, kept):
    error = push_error(installed, answer(503, retry_after=asked))
    assert isinstance(error, CartUnavailableError)
    assert error.retry_after_seconds == kept


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 422, 429, 500, 502])
def test_no_other_answer_is_a_receipt(installed, status):
    error = push_error(installed, answer(status, b"<html>not JSON"))
    assert not isinstance(error, CartGoneError)


@pytest.mark.parametrize("lost", [NotSentError("x"), AnswerLostError("x")])
def test_a_cart_that_does_not_answer_is_told_again(installed, lost):
    assert isinstance(push_error(installed, lost), CartUnavailableError)


def test_no_push_tells_a_log_or_an_error_about_persons(installed, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    told = ""
    for status in (302, 400, 410, 500):
        error = push_error(installed, answer(status, CANARY.encode()))
        told += f"{error!r} {error.__cause__!r} {error.__context__!r}"
    captured = capsys.readouterr()
    assert CANARY not in told + caplog.text + captured.out + captured.err


def test_no_callback_reaches_a_private_network(installed):
    urls = [
        s for s in installed.connector.manifest.settings if s.kind is SettingKind.URL
    ]
    with serving(says(EMPTY_OK)) as canary:
        for field in urls:
            for url in PRIVATE_URLS:
                target = {field.name: url.replace("{port}", str(canary.port))}
                connector, connection = pushing(installed, PublicHttp(), **target)
                with pytest.raises((CartUnavailableError, CartRefusedError)):
                    connector.push(update(), connection)
    assert canary.connections == 0
