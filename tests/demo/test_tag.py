"""The demo shop carries its hub's tag where it is told of one."""

import pytest
import requests

from hub.clock import Clock
from hub.contract.secret import Secret
from hub.demo.server import DemoShopSettings, RunningDemoShop

from .hub_double import CALLBACK_KEY, HOOK_KEY, push, whsec

TAG = "http://127.0.0.1:1/tag/0123456789abcdef.js"


@pytest.fixture
def tagged(tmp_path, hub):
    settings = DemoShopSettings(
        data_dir=tmp_path / "shop",
        hook_url=hub.url,
        hook_secret=Secret(whsec(HOOK_KEY)),
        callback_secret=Secret(whsec(CALLBACK_KEY)),
        tag_url=TAG,
    )
    with RunningDemoShop(settings, clock=Clock()) as shop:
        yield shop


@pytest.mark.parametrize(
    ("path", "placement"), [("/cart", "cart"), ("/payment-methods", "payment-method")]
)
def test_a_page_carries_the_hubs_tag(tagged, path, placement):
    with requests.Session() as session:
        answer = session.get(tagged.url + path)
    assert f'data-atobarai="{placement}"' in answer.text
    assert f'<script src="{TAG}" async>' in answer.text
    assert TAG in answer.headers["Content-Security-Policy"]
    assert "sample-banner" not in answer.text


def test_a_proven_ping_is_answered_and_kept_as_nothing(tagged):
    ping = {"type": "ping", "id": "ping_1", "occurred_at": "2026-11-25T00:00:00Z"}
    assert push(tagged.url, ping, webhook_id="ping_1").status_code == 200
