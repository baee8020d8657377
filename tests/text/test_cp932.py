import pytest

from hub.text import cp932


@pytest.mark.parametrize("text", ["髙﨑", "①㈱ⅰ", "～－∥", "plain", "", "神"])
def test_windows_japanese_passes(text):
    assert cp932.not_in_cp932(text) == ()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("𠮷野", ("𠮷",)),
        ("茶🍵と🍵", ("🍵",)),
        ("é♥é", ("é", "♥")),
        ("a\ud800", ("\ud800",)),
        ("\ufffe", ("\ufffe",)),
    ],
)
def test_what_the_set_lacks_is_named_once(text, missing):
    assert cp932.not_in_cp932(text) == missing


@pytest.mark.parametrize(
    ("written", "sent"),
    [("1—2", "1―2"), ("¥500", "￥500"), ("〜", "～"), ("1−2", "1－2"), ("A·B", "A・B")],
)
def test_lookalikes_stand_in(written, sent):
    assert cp932.with_lookalikes(written) == sent


def test_lookalikes_survive_the_round_trip():
    sent = cp932.with_lookalikes("—–¥〜−‖¢£¬·")
    assert sent.encode("cp932").decode("cp932") == sent


def test_control_characters_are_found():
    assert cp932.control_characters("a\x00b\x0b\x7f\x85\x00") == (
        "\x00",
        "\x0b",
        "\x7f",
        "\x85",
    )


@pytest.mark.parametrize(
    ("char", "words"),
    [("𠮷", "𠮷 (U+20BB7)"), ("\x0b", "U+000B"), ("\ud800", "U+D800")],
)
def test_a_character_is_named(char, words):
    assert cp932.shown(char) == words
