"""Japanese phone numbers."""

import re
import unicodedata

_MARKS = re.compile(r"[\s()./\-‐‑‒–—―−ー]")
_ABROAD = re.compile(r"^(?:\+|010|00)?81(?:0)?(?=[1-9][0-9]{8,9}$)")
_DOMESTIC = re.compile(r"0[1-9][0-9]{8,9}")


def normal_phone(text: str) -> str:
    """Return a phone number as 10 or 11 digits, "" where the text is none.

    A number written for callers from abroad (+81) is written as at home.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    if not plain.startswith("0") or plain.startswith(("0081", "01081")):
        plain = _ABROAD.sub("0", plain)
    return plain if _DOMESTIC.fullmatch(plain) else ""
