"""The front page teaches: every row of it, pasted as it stands, brings its outcome."""

from pathlib import Path

import pytest
from lxml import html

from hub.sandbox import (
    recipes_calls,
    recipes_errors,
    recipes_joining,
    recipes_later,
    recipes_screening,
)
from hub.sandbox.faults import FaultKind
from hub.sandbox.parcels import FATES
from hub.sandbox.payments import HABITS
from hub.sandbox.recipes import Recipe
from hub.sandbox.rules import Rules
from hub.sandbox.screening import SPECIMENS
from hub.sandbox.tables import ERROR_TEXTS, State
from hub.sandbox.words import HISTORY, NOT_ADVANCED, PAYMENTS, RULES
from tests.sandbox.curl import run

SECTIONS: tuple[tuple[Recipe, ...], ...] = (
    recipes_calls.CALLS,
    recipes_screening.MARKS,
    recipes_screening.SCREENING,
    recipes_later.PARCELS,
    recipes_later.PAYMENTS,
    recipes_later.MONEY,
    recipes_calls.FAULTS,
    recipes_joining.JOINING,
    recipes_errors.ERRORS,
)
PROGRAMS = ("curl ", "printf ")
SHOWS = {recipe.key: recipe.shows for section in SECTIONS for recipe in section}


def text_of(code):
    return "".join(code.itertext())


def page(shop):
    answer = shop.send(shop.control_url, "/", b"", method="GET")
    return html.fromstring(answer.body.decode())


def rows(shop):
    return {
        row.get("data-recipe"): [text_of(code) for code in row.iter("code")]
        for row in page(shop).iter("tr")
        if row.get("data-recipe")
    }


def test_a_stranger_walks_the_page_from_the_top_and_sees_what_it_promises(
    shop, tmp_path: Path
):
    there = rows(shop)
    assert set(there) == set(SHOWS)
    wrong = []
    for key, codes in there.items():
        answers = []
        for line in codes:
            if line.startswith(PROGRAMS):
                answers.append(run(line, tmp_path))
            # The code of an error heads its row and is what the row promises.
            elif answers and SHOWS[key].encode() not in answers[-1]:
                wrong.append((key, answers[-1][-300:]))
        assert answers, key
    assert wrong == []
    seen = shop.send(
        shop.control_url, "/sandbox/ledger", b"", method="GET"
    ).body.decode()
    history = {name for name in HISTORY if f'"what":"{name}"' in seen}
    assert set(HISTORY) - history == set()
    states = {state for state in State if f'"state":"{state}"' in seen}
    # So much time has passed that no approval of the walk is left.
    assert states == set(State) - {State.APPROVED}
    payments = {name for name in PAYMENTS if f'"payment_state":"{name}"' in seen}
    assert payments == set(PAYMENTS)


def test_each_thing_that_can_happen_has_a_row():
    keys = set(SHOWS)
    assert set(ERROR_TEXTS) <= keys
    assert {specimen.mark for specimen in SPECIMENS} <= keys
    assert {fate.ending for fate in FATES} <= keys
    assert {habit.mark for habit in HABITS} <= keys
    promised = " ".join(SHOWS.values())
    assert [why for why in NOT_ADVANCED if f'"{why}"' not in promised] == [
        "clearing_runs"
    ]
    assert set(RULES) == set(Rules.__slots__)


def test_every_fault_has_a_line_on_its_page(shop, tmp_path: Path):
    answer = shop.send(shop.control_url, "/faults", b"", method="GET")
    codes = [
        text_of(code) for code in html.fromstring(answer.body.decode()).iter("code")
    ]
    lines = [code for code in codes if code.startswith("curl ")]
    assert len(lines) == len(FaultKind) + 1
    for line in lines:
        assert b'"error"' not in run(line, tmp_path), line


@pytest.mark.parametrize("name", ["front", "rules"])
def test_the_other_lines_of_the_page_are_taken(shop, tmp_path: Path, name):
    tree = page(shop)
    section = tree.get_element_by_id("rules" if name == "rules" else "time")
    lines = [text_of(code) for code in section.iter("code")]
    assert lines
    for line in lines:
        assert b'"error"' not in run(line, tmp_path), line


def test_a_sample_body_is_kept_as_a_file_and_sent(shop, tmp_path: Path):
    section = page(shop).get_element_by_id("connect")
    lines = [text_of(code) for code in section.iter("code")]
    kept, sent = (line for line in lines if "order.xml" in line)
    run(kept, tmp_path)
    assert b"<result>OK" in run(sent, tmp_path)
