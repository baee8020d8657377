"""Prefectures as carts spell them."""

import pytest

from hub.contract.prefectures import (
    PREFECTURES,
    normal_prefecture,
    split_prefecture,
)


def test_there_are_forty_seven():
    assert len(set(PREFECTURES)) == 47


@pytest.mark.parametrize("name", PREFECTURES)
def test_an_official_name_stays(name):
    assert normal_prefecture(name) == name


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("東京", "東京都"),
        ("　東京都 ", "東京都"),
        ("東京都(23区内)", "東京都"),
        ("東京都（２３区内）", "東京都"),
        ("京都", "京都府"),
        ("Tokyo", "東京都"),
        ("Tōkyō-to", "東京都"),
        ("TOKYO-TO", "東京都"),
        ("Kyoto-fu", "京都府"),
        ("Osaka Prefecture", "大阪府"),
        ("Hokkaidō", "北海道"),
        ("JP-01", "北海道"),
        ("jp-47", "沖縄県"),
    ],
)
def test_a_common_spelling_becomes_official(written, official):
    assert normal_prefecture(written) == official


@pytest.mark.parametrize("written", ["13", "California", "東京市", "", "都"])
def test_anything_else_stays_as_written(written):
    assert normal_prefecture(written) == written


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("東京都渋谷区神宮前", ("東京都", "渋谷区神宮前")),
        ("京都府 京都市", ("京都府", "京都市")),
        ("東京都京都府", ("東京都", "京都府")),
        ("渋谷区", ("", "渋谷区")),
        ("西東京都市", ("", "西東京都市")),
    ],
)
def test_a_prefecture_is_split_off_the_beginning_alone(address, parts):
    assert split_prefecture(address) == parts
