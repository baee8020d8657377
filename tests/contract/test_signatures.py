"""Exactly the valid messages of the corpus are proven, and nothing else is raised."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.contract.signatures import (
    Algorithm,
    Encoding,
    HmacScheme,
    Signed,
    is_standard_secret,
    sign_standard,
    verify_hmac,
    verify_standard,
)

CORPUS = Path(__file__).with_name("corpus") / "signatures.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
NOW = datetime.fromtimestamp(1795392000, UTC)
SECRET = Secret("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3")


def written_out(value) -> str:
    if isinstance(value, str):
        return value
    return str(value["before"] + value["unit"] * value["times"] + value["after"])


def request_of(headers, body: bytes) -> InboundRequest:
    return InboundRequest(
        method="POST",
        query="",
        headers=[(name, written_out(value)) for name, value in headers],
        body=body,
        received_at=NOW,
    )


def verify(row) -> None:
    request = request_of(row["headers"], row["body"].encode("latin-1"))
    secrets = [Secret(text) for text in row["secrets"]]
    now = datetime.fromtimestamp(row["now"], UTC)
    options = row["scheme"]
    if options == "standard":
        verify_standard(request, secrets, now=now)
        return
    scheme = HmacScheme(
        header=options["header"],
        prefix=options.get("prefix", ""),
        encoding=Encoding(options.get("encoding", "hex")),
        algorithm=Algorithm(options.get("algorithm", "sha256")),
        signed=Signed(options.get("signed", "{body}")),
        timestamp_header=options.get("timestamp_header", ""),
    )
    verify_hmac(request, secrets, scheme=scheme, now=now)


def named(row) -> str:
    return str(row["case"])


@pytest.mark.parametrize("row", [r for r in ROWS if r["valid"]], ids=named)
def test_a_valid_message_is_proven(row):
    verify(row)


@pytest.mark.parametrize("row", [r for r in ROWS if not r["valid"]], ids=named)
def test_any_other_message_is_refused(row):
    with pytest.raises(SignatureError):
        verify(row)


def test_the_refusal_never_tells_which_check_failed():
    words = set()
    for row in ROWS:
        if not row["valid"]:
            with pytest.raises(SignatureError) as caught:
                verify(row)
            words.add(str(caught.value))
    assert len(words) == 1


def test_a_signed_message_is_proven_by_its_receiver():
    headers = sign_standard(
        message_id="upd_1", sent_at=NOW, body=b"{}", secrets=[SECRET]
    )
    request = request_of(headers.items(), b"{}")
    assert verify_standard(request, [SECRET], now=NOW) == "upd_1"


def test_a_message_is_signed_by_every_secret_in_force():
    old = Secret("whsec_b2xkLXNlY3JldC1vZi0yNC1ieXRlcw==")
    headers = sign_standard(
        message_id="upd_1", sent_at=NOW, body=b"{}", secrets=[SECRET, old]
    )
    request = request_of(headers.items(), b"{}")
    assert verify_standard(request, [old], now=NOW) == "upd_1"


@pytest.mark.parametrize("message_id", ["", "a.b", "あ", "a b"])
def test_an_id_that_no_receiver_could_split_is_not_signed(message_id):
    with pytest.raises(ValueError, match="plain id"):
        sign_standard(message_id=message_id, sent_at=NOW, body=b"", secrets=[SECRET])


def test_nothing_is_signed_without_a_secret():
    with pytest.raises(ValueError, match="secret"):
        sign_standard(message_id="a", sent_at=NOW, body=b"", secrets=[Secret("")])


def test_every_changed_byte_of_a_signed_body_is_refused():
    body = b'{"type":"order.cancelled","order":{"number":"A-1001"}}'
    headers = sign_standard(message_id="m", sent_at=NOW, body=body, secrets=[SECRET])
    for position in range(len(body)):
        changed = bytearray(body)
        changed[position] ^= 0x01
        with pytest.raises(SignatureError):
            verify_standard(
                request_of(headers.items(), bytes(changed)), [SECRET], now=NOW
            )


@pytest.mark.parametrize(("seconds", "is_proven"), [(1, 1), (299, 1), (301, 0)])
def test_a_captured_message_lives_five_minutes(seconds, is_proven):
    headers = sign_standard(message_id="m", sent_at=NOW, body=b"", secrets=[SECRET])
    later = NOW + timedelta(seconds=seconds)
    try:
        verify_standard(request_of(headers.items(), b""), [SECRET], now=later)
        proven = True
    except SignatureError:
        proven = False
    assert proven is bool(is_proven)


@given(some.text(), some.text(), some.text(), some.binary())
def test_no_header_raises_anything_else(message_id, timestamp, signature, body):
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
    }
    with pytest.raises(SignatureError):
        verify_standard(request_of(headers.items(), body), [SECRET], now=NOW)


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "ひみつ"]
)
def test_a_weak_or_broken_secret_is_told_from_a_usable_one(text):
    assert is_standard_secret(SECRET)
    assert not is_standard_secret(Secret(text))
