"""Every acceptance case of shopify.md 9 is a test by its number, and no other is."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ROOMS = (HERE, ROOT / "tests")
NUMBERED = re.compile(r"test_(case|extra)_([0-9]{2})_.", re.ASCII)
ASKED = {
    f"{kind}_{number}"
    for kind, cases in tomllib.loads((HERE / "acceptance.toml").read_text()).items()
    for number in cases
}


def numbered(path):
    """Return the numbered tests of a file, each with the number that it names."""
    text = path.read_text("utf-8")
    if not NUMBERED.search(text):
        return []
    return [
        ("_".join(found.groups()), one)
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.FunctionDef) and (found := NUMBERED.match(one.name))
    ]


FOUND = [
    (number, test)
    for room in ROOMS
    for path in sorted(room.rglob("test_*.py"))
    for number, test in numbered(path)
]


@pytest.mark.parametrize("number", sorted(ASKED))
def test_every_number_is_a_test(number):
    assert number in {name for name, _ in FOUND}


def test_no_test_names_a_number_that_is_none():
    assert {number for number, _ in FOUND} <= ASKED


def test_every_numbered_test_claims_something():
    empty = [test.name for _, test in FOUND if not claims(test)]
    assert empty == []


def claims(test):
    return any(
        isinstance(one, ast.Assert)
        or (isinstance(one, ast.Attribute) and one.attr == "raises")
        for one in ast.walk(test)
    )
