from contextlib import contextmanager

import pytest

from hub.clock import Clock
from hub.contract.secret import Secret
from hub.demo.server import DemoShopSettings, RunningDemoShop

from .browser import Visitor
from .hub_double import CALLBACK_KEY, HOOK_KEY, HubDouble, whsec


@pytest.fixture
def hub():
    with HubDouble() as double:
        yield double


@pytest.fixture
def open_shop(tmp_path):
    @contextmanager
    def opened(hook_url):
        settings = DemoShopSettings(
            data_dir=tmp_path / "shop",
            hook_url=hook_url,
            hook_secret=Secret(whsec(HOOK_KEY)),
            callback_secret=Secret(whsec(CALLBACK_KEY)),
        )
        with RunningDemoShop(settings, clock=Clock()) as shop:
            yield shop

    return opened


@pytest.fixture
def shop(open_shop, hub):
    with open_shop(hub.url) as running:
        yield running


@pytest.fixture
def visitor(shop):
    visitor = Visitor(shop.url)
    yield visitor
    visitor.session.close()
