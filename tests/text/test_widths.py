import pytest

from hub.text import widths


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("カ\u3099", "ガ"),
        ("髙﨑", "髙﨑"),
        ("\ufa19田か\u3099", "\ufa19田が"),
        ("e\u0301", "é"),
    ],
)
def test_text_is_composed_and_name_variants_stay(written, sent):
    assert widths.composed(written) == sent


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("ﾐﾎﾝ ﾊﾅｺ", "ミホン ハナコ"),
        ("ｶﾞｷﾞﾊﾟ", "ガギパ"),
        ("ｳﾞｨ", "ヴィ"),
        ("ﾞ", "゛"),
        ("｢ｱ･ｲ｣｡､ｰ", "「ア・イ」。、ー"),
        ("見本①㈱ＡＢ", "見本①㈱ＡＢ"),
    ],
)
def test_half_width_kana_becomes_full_width_and_nothing_else(written, sent):
    assert widths.full_width_kana(written) == sent


def test_full_width_ascii_becomes_narrow():
    assert widths.narrow("ａＢ１２＠～！　") == "aB12@~! "


def test_narrow_ascii_becomes_full_width():
    assert widths.wide("Smith-1 ") == "Ｓｍｉｔｈ－１　"


def test_marks_that_nobody_sees_are_dropped():
    assert widths.without_unseen("葛\U000e0100飾\u200d\ufeff\u202e区\ufe0f") == "葛飾区"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("見本　 花子", "見本　花子"),
        (" 見本\t花子\r\n", "見本 花子"),
        ("見本\u00a0花子\u2028", "見本 花子"),
        ("　", ""),
    ],
)
def test_runs_of_spaces_become_one(written, sent):
    assert widths.single_spaced(written) == sent


def test_addresses_lose_their_spaces():
    assert widths.without_spaces("東京都　渋谷区 1-2\u00a03\n") == "東京都渋谷区1-23"
