import pytest

from hub.text import kana


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("みほん　はなこ", "ミホンハナコ"),
        ("ﾐﾎﾝ ﾊﾅｺ", "ミホンハナコ"),
        ("ゔぃおら", "ヴィオラ"),
        ("ハ\u3099ラ", "バラ"),
        ("Smith", "Ｓｍｉｔｈ"),
        ("オブライエン・O'Brien", "オブライエン・Ｏ’Ｂｒｉｅｎ"),
        ("ジョン—ポール", "ジョン－ポール"),
    ],
)
def test_a_reading_is_full_width_katakana(written, sent):
    assert kana.normal_reading(written) == sent
    assert kana.is_reading(sent)


@pytest.mark.parametrize("text", ["見本ハナコ", "ﾊﾅｺ", "ハナコ♥", "はなこ", "x"])
def test_other_text_is_no_reading(text):
    assert not kana.is_reading(text)
