"""Joining by keyboard alone in Chromium, wide and narrow."""

from typing import TYPE_CHECKING

import pytest

from hub.sandbox.testing import RunningSandbox

if TYPE_CHECKING:
    from playwright.sync_api import Page

IS_WIDER = "document.documentElement.scrollWidth > window.innerWidth"


def fits(page: "Page") -> bool:
    return not page.evaluate(IS_WIDER)


def press(page: "Page", name: str) -> None:
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [1280, 390])
def test_an_applicant_joins_by_keyboard(
    page: "Page", sandbox: RunningSandbox, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{sandbox.control_url}/applications/new")
    press(page, "申込を送る")
    page.get_by_text("入力に誤りがあります").wait_for()
    assert fits(page)
    page.goto(f"{sandbox.control_url}/applications/new?sample=corporation")
    page.get_by_label("会社名・屋号").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="書類待ち").wait_for()
    assert fits(page)
    press(page, "選んだ書類を用意する")
    page.get_by_label("郵送にかかる日数").fill("0")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="加盟審査中").wait_for()
    page.get_by_role("link", name="審査デスクで判定する").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="承認する").wait_for()
    assert fits(page)
    # Enter in the reason decides nothing; the focused button does.
    page.get_by_label("理由を自分で書く").press("Enter")
    assert page.get_by_role("button", name="承認する").is_visible()
    press(page, "承認する")
    page.get_by_role("link", name="申込者の画面").click()
    page.get_by_text("連携パスワード").first.wait_for()
    assert fits(page)
