import pytest

from hub.domain.tracking_numbers import normal_tracking_number


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("4444-1375-8703", "444413758703"),
        ("４４４４－１３７５－８７０３", "444413758703"),
        (" 4444 1375 8703　", "444413758703"),
        ("4444ー1375ー8703", "444413758703"),
        ("ab123456789jp", "AB123456789JP"),
        ("13579", "13579"),
        ("1" * 19 + "2", "1" * 19 + "2"),
    ],
)
def test_one_spelling_of_a_tracking_number(written, normal):
    assert normal_tracking_number(written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1234",
        "1" * 20 + "2",
        "000000000000",
        "0000-0000",
        "4.44414E+11",
        "4E+11",
        "4E123",
        "未定",
        "ABCDEFG",
        "4444/1375",
        "444413758703、444413758714",
    ],
)
def test_what_cannot_be_reported(written):
    assert normal_tracking_number(written) == ""
