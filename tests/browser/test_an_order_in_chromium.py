import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+/\S*)")


class Demo:
    """`hub demo`, as a newcomer starts it."""

    def __init__(self, folder: Path) -> None:
        ports = {
            "--port": free_port(),
            "--sandbox-port": free_port(),
            "--control-port": free_port(),
            "--shop-port": free_port(),
        }
        arguments = [text for pair in ports.items() for text in map(str, pair)]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hub.cli", "demo", *arguments],
            cwd=ROOT,
            env={**clean, "PYTHONPATH": str(ROOT), "HUB_DATA_DIR": str(folder)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        greeting = ""
        while "Ctrl-C" not in greeting:
            line = self.process.stdout.readline()
            assert line, "the demo ended before it greeted"
            greeting += line
        self.shop, self.keeper, self.console, self.desk = ADDRESS.findall(greeting)
        login = re.search(r"(\S+@\S+) +/ +(\S+)", greeting)
        assert login is not None
        self.login, self.password = login.groups()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    yield running
    assert running.stop() == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_an_order_placed_by_hand_is_screened_shipped_and_told(
    demo: Demo, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(demo.shop)
    page.locator('form[action="/cart/add"] button').first.click()
    page.goto(f"{demo.shop}checkout")
    page.get_by_role("link", name=re.compile("すぐに審査OK")).click()
    page.get_by_role("checkbox", name=re.compile("同意する")).check()
    page.get_by_role("button", name="注文を確定する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "ご注文ありがとうございます"
    )
    page.goto(page.url.removesuffix("/completed"))
    expect(page.get_by_role("main")).to_contain_text("審査OK", timeout=60_000)
    order_page = page.url

    page.goto(demo.keeper)
    page.get_by_role("link", name=re.compile(r"^D-\d{8}-\d{4}$")).first.click()
    number = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name=re.compile("出荷")).first.click()
    page.goto(order_page)
    expect(page.get_by_role("main")).to_contain_text("発行予定日", timeout=60_000)

    ledger = requests.Session().get(
        f"{demo.desk}sandbox/ledger?shop_order_id={number}", timeout=60
    )
    (one,) = json.loads(ledger.content)["transactions"]
    assert one["state"] == "SHIPPED"


def test_the_console_of_the_demo_opens_with_the_printed_login(
    demo: Demo, page: Page
) -> None:
    page.goto(demo.console)
    page.locator('input[name="login"]').fill(demo.login)
    page.locator('input[type="password"]').fill(demo.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")
