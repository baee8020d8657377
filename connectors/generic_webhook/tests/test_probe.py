"""What the connection test asks of a shop, and what it makes of the answers."""

import json

import pytest

from connectors.generic_webhook.probe import probe
from hub.contract.connector import Settings
from hub.contract.http import AddressRefusedError, AnswerLostError, NotSentError
from hub.contract.inbound import InboundRequest
from hub.contract.probe import Outcome
from hub.contract.secret import Secret
from hub.contract.signatures import verify_standard
from hub.contract.testing.persons import MOMENT
from hub.contract.testing.session import ScriptedConnection, ScriptedSession, answer

GOOD = Secret("whsec_bmV3LWNhbGxiYWNrLXNlY3JldC0yNGJ5dA==")
TAKEN, REFUSED = answer(204), answer(401)


def steps(session, *, values=None, incoming=(GOOD,), outgoing=(GOOD,)):
    settings = Settings(
        values={"callback_url": "https://shop.example.jp/hub", **(values or {})},
        secrets={"secret": list(incoming), "callback_secret": list(outgoing)},
    )
    connection = ScriptedConnection(settings=settings, http=session, moment=MOMENT)
    return {step.code: step.outcome for step in probe(connection)}


def proves(posted, secret):
    request = InboundRequest(
        method="POST",
        query="",
        headers=list(posted.headers.items()),
        body=posted.body,
        received_at=MOMENT,
    )
    return bool(verify_standard(request, [secret], now=MOMENT))


def test_a_shop_that_checks_is_fine():
    assert steps(ScriptedSession(TAKEN, REFUSED)) == {
        "HUB-TEST-111": Outcome.OK,
        "HUB-TEST-131": Outcome.OK,
        "HUB-TEST-138": Outcome.OK,
    }


def test_the_ping_is_signed_and_names_no_order():
    session = ScriptedSession(TAKEN, REFUSED)
    steps(session)
    first, second = session.posted
    assert proves(first, GOOD)
    assert set(json.loads(first.body)) == {"type", "id", "occurred_at"}
    assert json.loads(first.body)["type"] == "ping"
    with pytest.raises(Exception, match="not proven"):
        proves(second, GOOD)


def test_a_shop_that_believes_anybody_is_warned():
    assert steps(ScriptedSession(TAKEN))["HUB-TEST-135"] is Outcome.WARNING


@pytest.mark.parametrize("status", [301, 400, 401, 404, 500])
def test_any_other_answer_is_a_failure(status):
    found = steps(ScriptedSession(answer(status)))
    assert found["HUB-TEST-132"] is Outcome.FAILED


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotSentError("x"), "HUB-TEST-134"),
        (AnswerLostError("x"), "HUB-TEST-134"),
        (AddressRefusedError("x"), "HUB-TEST-137"),
    ],
)
def test_no_answer_is_a_failure(error, code):
    assert steps(ScriptedSession(error))[code] is Outcome.FAILED


def test_a_shop_without_a_callback_is_not_called():
    session = ScriptedSession()
    found = steps(session, values={"callback_url": ""})
    assert found["HUB-TEST-133"] is Outcome.SKIPPED
    assert session.posted == []


@pytest.mark.parametrize("outgoing", [(), (Secret("short"),)])
def test_a_secret_that_signs_nothing_is_a_failure(outgoing):
    found = steps(ScriptedSession(), outgoing=outgoing)
    assert found["HUB-TEST-136"] is Outcome.FAILED


@pytest.mark.parametrize("incoming", [(), (Secret("whsec_c2hvcnQ="),)])
def test_a_secret_that_proves_nobody_is_a_failure(incoming):
    found = steps(ScriptedSession(TAKEN, REFUSED), incoming=incoming)
    assert found["HUB-TEST-112"] is Outcome.FAILED


def test_a_plain_hmac_takes_any_long_secret():
    values, secret = {"scheme": "hmac"}, Secret("a-secret-of-the-cart-itself")
    found = steps(ScriptedSession(TAKEN, REFUSED), values=values, incoming=(secret,))
    assert found["HUB-TEST-111"] is Outcome.OK
