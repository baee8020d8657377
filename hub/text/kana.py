"""Kana readings of names."""

import re

from hub.text.widths import composed, full_width_kana, wide, without_spaces

_HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_READING = re.compile("[ァ-ヺ・-ヾＡ-Ｚａ-ｚ０-９．，’‘－　゛゜]*")
_KANA = re.compile("[ァ-ヺー]")
_ALL_KANA = re.compile("[ァ-ヺ・ー]+")
_DASHES = str.maketrans("‐‑–—―−", "－－－－－－")


def katakana(text: str) -> str:
    """Return the text with hiragana written in katakana."""
    return text.translate(_HIRAGANA)


def normal_reading(text: str) -> str:
    """Return a reading in full-width katakana without spaces."""
    folded = katakana(full_width_kana(composed(text)))
    return wide(without_spaces(folded).translate(_DASHES)).replace("＇", "’")


def is_reading(text: str) -> bool:
    """Tell whether a text consists of full-width kana, letters, digits and marks."""
    return _READING.fullmatch(text) is not None


def readable_part(text: str) -> str:
    """Return a reading without what is no kana, "" where hardly any kana stands in it.

    Kanji mean that the name stands there instead of its reading.
    """
    shaped = normal_reading(text)
    kept = "".join(_READING.findall(shaped))
    has_kanji = any("一" <= char <= "鿿" for char in shaped)
    return "" if has_kanji or not _KANA.search(kept) else kept


def kana_of(name: str) -> str:
    """Return the reading of a name that is written in kana itself, else ""."""
    shaped = normal_reading(name)
    return shaped if shaped and _ALL_KANA.fullmatch(shaped) else ""
