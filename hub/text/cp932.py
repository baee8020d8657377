"""What the provider's character set, Windows-31J, can hold."""

import re

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# Python gives the private area to cp932's user-defined rows, which mean nothing to
# anybody else.
_PRIVATE = re.compile("[\ue000-\uf8ff]")
# Each stands for a mark that cp932 lacks or folds away, and means the same.
_LOOKALIKES = str.maketrans(
    {
        "\u2014": "\u2015",
        "\u2013": "-",
        "\u00a5": "￥",
        "\u301c": "～",
        "\u2212": "－",
        "\u2016": "∥",
        "\u00a2": "￠",
        "\u00a3": "￡",
        "\u00ac": "￢",
        "\u00b7": "・",
    }
)


def with_lookalikes(text: str) -> str:
    """Return the text with marks that cp932 lacks written as their like in it."""
    return text.translate(_LOOKALIKES)


def fits(text: str) -> bool:
    """Tell whether cp932 holds every character of a text."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return _PRIVATE.search(text) is None


def is_plain(text: str) -> bool:
    """Tell whether a text fits into cp932 and holds no control characters."""
    return fits(text) and _CONTROL.search(text) is None


def not_in_cp932(text: str) -> tuple[str, ...]:
    """Return the characters that cp932 cannot hold, each once, in order."""
    if fits(text):
        return ()
    return tuple(dict.fromkeys(char for char in text if not fits(char)))


def control_characters(text: str) -> tuple[str, ...]:
    """Return the control characters of a text, each once, in order."""
    return tuple(dict.fromkeys(_CONTROL.findall(text)))


def without_controls(text: str) -> str:
    """Return the text with each run of control characters as nothing."""
    return _CONTROL.sub("", text)


def single_line(text: str) -> str:
    """Return a text as one line that a form can hold: control characters as spaces."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode()


def shown(char: str) -> str:
    """Return a character as a finding names it: 𠮷 (U+20BB7), or its number alone."""
    number = f"U+{ord(char):04X}"
    return f"{char} ({number})" if char.isprintable() else number
