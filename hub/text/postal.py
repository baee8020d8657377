"""Japanese postal codes."""

import re
import unicodedata

_MARKS = re.compile(r"[〒\s\-‐‑‒–—―−ー]|^T(?=\d)")
_SEVEN = re.compile(r"[0-9]{7}")


def normal_postal_code(text: str) -> str:
    """Return a postal code as 150-0001, "" where the text is none."""
    digits = _MARKS.sub("", unicodedata.normalize("NFKC", text).strip())
    if not _SEVEN.fullmatch(digits):
        return ""
    return f"{digits[:3]}-{digits[3:]}"
