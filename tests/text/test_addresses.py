import pytest

from hub.text import addresses


@pytest.mark.parametrize(
    ("street", "parts"),
    [
        ("神宮前1-2-3見本ハイツ405", ("神宮前1-2-3", "見本ハイツ405")),
        ("１−２−３　見本ハイツ４０５", ("１−２−３", "見本ハイツ４０５")),
        ("1丁目2番3号 見本荘", ("1丁目2番3号", "見本荘")),
        ("1-2-3A棟", ("1-2-3", "A棟")),
        ("2の3の4見本荘", ("2の3の4", "見本荘")),
        ("1-2-3-405", ("1-2-3-405", "")),
        ("見本ハイツ405号室", ("見本ハイツ405号室", "")),
        ("神宮前", ("神宮前", "")),
        ("㍿1-2見本", ("㍿1-2見本", "")),
    ],
)
def test_a_building_is_split_off_behind_the_number(street, parts):
    assert addresses.split_building(street) == parts


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("1丁目2番3号", "1-2-3"),
        ("１丁目２番地の３", "1-2-3"),
        ("見本ハイツ405号室", "見本ハイツ405号室"),
        ("1-2-3(インターホン405)", "1-2-3"),
        ("見本荘【裏口】2号館", "見本荘2号館"),
    ],
)
def test_an_address_is_shortened_without_losing_its_number(text, short):
    assert addresses.shortened(text) == short


def test_an_address_is_compared_in_one_width_without_spaces():
    assert addresses.folded("渋谷区　１−２ ﾊｲﾂ") == "渋谷区1−2ハイツ"
