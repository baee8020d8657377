"""Japanese postal codes."""

import re
import unicodedata

_MARKS = re.compile(r"[〒\s\-‐‑‒–—―−ー]|^T(?=\d)")
_SEVEN = re.compile(r"[0-9]{7}")
_USUAL = re.compile("[0-9]{3}-[0-9]{4}")


def normal_postal_code(text: str) -> str:
    """Return a postal code as 150-0001, "" where the text is none."""
    if _USUAL.fullmatch(text):
        return text
    digits = _MARKS.sub("", unicodedata.normalize("NFKC", text).strip())
    if not _SEVEN.fullmatch(digits):
        return ""
    return f"{digits[:3]}-{digits[3:]}"


def repaired_postal_code(text: str) -> str:
    """Return the code that is most likely meant by a text that is none, or "".

    Spreadsheets eat the zero that a code of Hokkaido, Aomori or Akita begins with.
    """
    digits = re.sub("[^0-9]", "", unicodedata.normalize("NFKC", text))
    if len(digits) not in (6, 7):
        return ""
    return normal_postal_code(digits.zfill(7))
