"""What a shop receives, and what the connector makes of its answer."""

import json
from dataclasses import replace

import pytest

from connectors.generic_webhook.push import body_of, push
from hub.contract.connector import Settings
from hub.contract.errors import CartRefusedError, CartUnavailableError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.contract.signatures import verify_standard
from hub.contract.testing.persons import MOMENT, update
from hub.contract.testing.session import ScriptedConnection, ScriptedSession, answer

NEW = Secret("whsec_bmV3LWNhbGxiYWNrLXNlY3JldC0yNGJ5dA==")
OLD = Secret("whsec_b2xkLWNhbGxiYWNrLXNlY3JldC0yNGJ5dA==")


def connection(session, *secrets, url="https://shop.example.jp/hub"):
    settings = Settings(
        values={"callback_url": url}, secrets={"callback_secret": list(secrets)}
    )
    return ScriptedConnection(settings=settings, http=session, moment=MOMENT)


def test_the_callback_is_the_documented_json():
    told = json.loads(body_of(update()))
    assert told["type"] == "screening.hold"
    assert told["occurred_at"] == "2026-11-23T00:00:00Z"
    assert told["order"] == {"number": "A-1001"}
    assert told["may_ship"] == "check"
    assert told["invoice"] == {
        "expected_issue_on": "2026-11-24",
        "evidence": "computed",
    }
    assert told["shipment"] == {"tracking_number": "444413758703"}


def test_what_is_not_known_yet_is_null():
    told = json.loads(body_of(replace(update(), invoice=None, tracking_number="")))
    assert (told["invoice"], told["shipment"]) == (None, None)


def test_the_message_says_what_it_means_and_what_to_do():
    told = json.loads(body_of(update()))["message"]
    assert told["code"] == "HUB-GEN-001"
    assert told["ja"].count("。") >= 3


def test_a_code_that_nobody_wrote_down_does_not_stop_the_callback():
    told = json.loads(body_of(replace(update(), message_code="HUB-NOT-999")))
    assert told["message"] == {"code": "HUB-NOT-999", "ja": "保留", "en": "ON_HOLD"}


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_the_callback_is_signed_by_both_secrets_while_they_overlap(secret):
    session = ScriptedSession()
    push(update(), connection(session, NEW, OLD))
    posted = session.posted[0]
    request = InboundRequest(
        method="POST",
        query="",
        headers=list(posted.headers.items()),
        body=posted.body,
        received_at=MOMENT,
    )
    assert verify_standard(request, [secret], now=MOMENT) == "upd_0001"


def test_a_connection_without_a_callback_url_is_for_a_person():
    with pytest.raises(CartRefusedError, match="no callback URL"):
        push(update(), connection(ScriptedSession(), NEW, url=""))


def test_a_connection_without_a_callback_secret_is_for_a_person():
    with pytest.raises(CartRefusedError, match="no callback secret"):
        push(update(), connection(ScriptedSession()))


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500, 503])
def test_any_answer_but_gone_is_tried_again(status):
    with pytest.raises(CartUnavailableError, match=str(status)):
        push(update(), connection(ScriptedSession(answer(status)), NEW))


def test_a_wait_given_as_a_date_is_counted_from_now():
    later = answer(503, retry_after="Mon, 23 Nov 2026 00:02:00 GMT")
    with pytest.raises(CartUnavailableError) as caught:
        push(update(), connection(ScriptedSession(later), NEW))
    assert caught.value.retry_after_seconds == 120
