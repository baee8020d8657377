"""What the page says on which a buyer waits, without a house behind it."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

import hub.console
import hub.web
from hub.web.waiting_page import WaitState, drawn, said_of

ROOM = Path(hub.web.__file__).parent
WORDS = tomllib.loads((ROOM / "wait_words.toml").read_text("utf-8"))
CONSOLE_CSS = Path(hub.console.__file__).parent / "static" / "console.css"
OPEN = {WaitState.SCREENING, WaitState.SLOW}
UNTIL = datetime(2026, 11, 29, 3, 5, tzinfo=UTC)


def themes(css: str) -> list[dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in blocks]


@pytest.mark.parametrize("state", WaitState)
def test_every_state_is_said_in_both_languages(state: WaitState) -> None:
    japanese, english = (said_of(state, language) for language in ("ja", "en"))
    assert re.search("[ぁ-ん]", japanese.title)
    assert not re.search("[ぁ-ん]", english.title + english.text)
    assert english.text.endswith(".")


def test_words_fill_in_the_same_values_in_both_languages() -> None:
    for section in WORDS.values():
        for entry in section.values():
            values = [re.findall(r"{\w+}", entry[name]) for name in ("ja", "en")]
            assert values[0] == values[1], entry


def test_an_open_application_alone_may_be_withdrawn() -> None:
    assert {state for state in WaitState if said_of(state, "ja").may_leave} == OPEN
    assert not said_of(WaitState.SLOW, "ja", is_over=True).may_leave


def test_a_long_wait_says_until_when_in_japans_time() -> None:
    assert "11月29日 12:05" in said_of(WaitState.SLOW, "ja", until=UNTIL).note
    assert "12:05 on 29 November" in said_of(WaitState.SLOW, "en", until=UNTIL).note
    assert said_of(WaitState.SCREENING, "ja", until=UNTIL).note == ""


def test_who_is_led_back_reads_what_to_do_where_that_fails() -> None:
    for state in (WaitState.GRANTED, WaitState.DENIED, WaitState.LEFT):
        assert "お店のページ" in said_of(state, "ja").note


def test_a_refusal_gives_no_reason() -> None:
    said = said_of(WaitState.DENIED, "ja", until=UNTIL)
    assert re.search("審査|与信|信用|NG", said.title + said.text) is None


@pytest.mark.parametrize("page", ["", "/wait/x"])
def test_a_page_has_nothing_inline(page: str) -> None:
    html = drawn(said_of(WaitState.SLOW, "ja"), "ja", page=page, refresh=5)
    assert re.search(r"<style|\sstyle=|\son\w+=|javascript:", html) is None
    assert re.findall("<script(?![^>]*src=)", html) == []


def test_without_scripts_the_page_loads_itself_again() -> None:
    html = drawn(said_of(WaitState.SLOW, "ja"), "ja", page="/wait/x", refresh=5)
    refreshes = '<noscript><meta http-equiv="refresh" content="5;url=/wait/x">'
    assert refreshes in html


def test_the_colours_are_those_of_the_console() -> None:
    own = themes((ROOM / "static" / "wait.css").read_text())
    consoles = themes(CONSOLE_CSS.read_text())
    assert len(own) == len(consoles) == 2
    for ours, theirs in zip(own, consoles, strict=True):
        assert ours.items() <= theirs.items()
