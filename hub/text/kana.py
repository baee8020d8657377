"""Kana readings of names."""

import re

from hub.text.widths import composed, full_width_kana, wide, without_spaces

_HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_READING = re.compile("[ァ-ヺ・-ヾＡ-Ｚａ-ｚ０-９．，’‘－　゛゜]*")
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
