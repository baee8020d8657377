"""The guide's code is what a shop copies, so it must work as it stands."""

import re
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.generic_webhook import connector
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard
from hub.contract.testing.specimens import outcome_of, settings_of

GUIDE = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


def block(language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert match
    return match[1]


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_the_five_lines_send_an_order_that_is_read():
    lines = block("bash").strip().splitlines()
    assert len(lines) == 5
    script = "\n".join(lines[:4]).replace("whsec_…", SECRET)
    said = subprocess.run(
        ["bash", "-c", f'{script}\nprintf "%s\\n" "$ID" "$TS" "$SIG" "$BODY"'],
        capture_output=True,
        text=True,
        check=True,
    )
    message_id, timestamp, signature, body = said.stdout.strip().split("\n")
    request = InboundRequest(
        method="POST",
        query="",
        headers=[
            ("webhook-id", message_id),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", f"v1,{signature}"),
        ],
        body=body.encode(),
        received_at=datetime.fromtimestamp(int(timestamp), UTC),
    )
    outcome = outcome_of(connector, request, settings_of({}, {"secret": [SECRET]}))
    assert [event["event"] for event in outcome["events"]] == ["OrderPlaced"]


def checked(language: str, body: bytes, headers: dict[str, str]) -> bool:
    assert language == "python"
    names: dict[str, object] = {}
    exec(block("python"), names)
    is_from_hub = names["is_from_hub"]
    assert callable(is_from_hub)
    return bool(is_from_hub(body, headers, SECRET))


def signed_now(body: bytes) -> dict[str, str]:
    now = datetime.fromtimestamp(time.time(), UTC)
    return dict(
        sign_standard(
            message_id="upd_1", sent_at=now, body=body, secrets=[Secret(SECRET)]
        )
    )


def test_the_python_of_the_guide_believes_a_callback():
    assert checked("python", b'{"a":1}', signed_now(b'{"a":1}'))


def test_the_python_of_the_guide_refuses_a_changed_callback():
    assert not checked("python", b'{"a":2}', signed_now(b'{"a":1}'))


@pytest.mark.skipif(not shutil.which("php"), reason="PHP is not installed")
def test_the_php_of_the_guide_believes_a_callback():
    headers = signed_now(b"{}")
    pairs = ", ".join(f"'{name}' => '{value}'" for name, value in headers.items())
    code = (
        f"{block('php')}\necho is_from_hub('{{}}', [{pairs}], '{SECRET}') ? 'y' : 'n';"
    )
    said = subprocess.run(
        ["php", "-r", code], capture_output=True, text=True, check=True
    )
    assert said.stdout == "y"
