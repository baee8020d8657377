"""Full width and half width, composed forms, and marks that nobody sees."""

import re
import unicodedata

_KEPT_AS_WRITTEN = re.compile("([\uf900-\ufaff]+)")
_HALF_KANA = re.compile("[\uff61-\uff9f]+")
_LONE_MARKS = str.maketrans({"\u3099": "゛", "\u309a": "゜"})
_WIDE_ASCII = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
_NARROW_ASCII = {narrow: wide for wide, narrow in _WIDE_ASCII.items()}
_UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef]"
)
# Not \s: it would take control characters for spaces and hide them from lint.
_SPACES = re.compile("[ \t\r\n\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


def composed(text: str) -> str:
    """Return the composed form (NFC), but names' own variants of kanji as written.

    NFC would turn U+FA19, a form of 神 that names are spelled with, into U+795E.
    """
    if unicodedata.is_normalized("NFC", text):
        return text
    pieces = _KEPT_AS_WRITTEN.split(text)
    return "".join(
        piece if index % 2 else unicodedata.normalize("NFC", piece)
        for index, piece in enumerate(pieces)
    )


def full_width_kana(text: str) -> str:
    """Return the text with half-width kana and its marks written in full width."""
    return _HALF_KANA.sub(
        lambda run: unicodedata.normalize("NFKC", run[0]).translate(_LONE_MARKS), text
    )


def narrow(text: str) -> str:
    """Return the text with full-width ASCII written in half width."""
    return text.translate(_WIDE_ASCII)


def wide(text: str) -> str:
    """Return the text with ASCII written in full width."""
    return text.translate(_NARROW_ASCII)


def without_unseen(text: str) -> str:
    """Return the text without joiners, variation selectors and direction marks."""
    return _UNSEEN.sub("", text)


def single_spaced(text: str) -> str:
    """Return the text with each run of spaces and line ends as one space, trimmed."""
    return _SPACES.sub(_one_space, text).strip(" \u3000")


def without_spaces(text: str) -> str:
    """Return the text without any space or line end."""
    return _SPACES.sub("", text)


def _one_space(run: re.Match[str]) -> str:
    return "\u3000" if "\u3000" in run[0] else " "
