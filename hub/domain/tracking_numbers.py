"""Tracking numbers: one spelling, and what cannot be one (carts-japan 5.6)."""

import re
import unicodedata

SHORTEST = 5
LONGEST = 20

_DASHES = str.maketrans("", "", "-‐‑‒–—―−ー－ \t　")
_USABLE = re.compile(rf"[0-9A-Z]{{{SHORTEST},{LONGEST}}}")
_EXPONENT = re.compile(r"[0-9]\.?[0-9]*E\+?[0-9]+")


def normal_tracking_number(text: str) -> str:
    """Return the number without hyphens and spaces, "" where it cannot be reported.

    Spreadsheets' exponents and placeholders of one repeated digit cannot.
    """
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    if _EXPONENT.fullmatch(folded):
        return ""
    plain = folded.translate(_DASHES)
    if not _USABLE.fullmatch(plain) or len(set(plain)) == 1:
        return ""
    return plain if any(character.isdigit() for character in plain) else ""
