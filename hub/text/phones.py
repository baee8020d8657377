"""Japanese phone numbers."""

import re
import unicodedata
from functools import cache

_MARKS = re.compile(r"[\s()./\-‐‑‒–—―−ー]")
_ABROAD = re.compile(r"^(?:\+|010|00)?81(?:0)?(?=[1-9][0-9]{8,9}$)")
_DOMESTIC = re.compile(r"0[1-9][0-9]{8,9}")
_LENGTHS = (10, 11)
# Calls that the callee pays for, or that no person answers: 0120, 0800, 0570, 0990.
# The two spellings that nearly every number has; the rest is looked at closely.
_USUAL = re.compile("0[1-9][0-9]{0,3}-?[0-9]{1,4}-?[0-9]{3,4}")
_FREE = re.compile("0(?:120[0-9]{6}|800[0-9]{7}|570[0-9]{6}|990[0-9]{6})")
_MOBILE = re.compile("0[5-9]0[1-9][0-9]{7}")
# What people type where a number is demanded: one digit throughout, or 12345678.
_DUMMY = re.compile(r"0[0-9]{1,2}(?:([0-9])\1{6,}|[0-9]?12345678)")
_EXTENSION = re.compile("(?:内線|内|ext\\.?|#|x)[:： ]?[0-9]+.*$", re.IGNORECASE)
_BETWEEN = re.compile("[/,;、・|]|または|もしくは")
# Excel eats the zero that a number begins with.
_WITHOUT_ZERO = re.compile("(?:[5-9]0[1-9][0-9]{7}|[1-9][0-9]{8})")


def normal_phone(text: str) -> str:
    """Return a phone number as 10 or 11 digits, "" where the text is none.

    A number written for callers from abroad (+81) is written as at home.
    """
    if _USUAL.fullmatch(text):
        plain = text.replace("-", "")
        return plain if len(plain) in _LENGTHS else ""
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    if not plain.startswith("0") or plain.startswith(("0081", "01081")):
        plain = _ABROAD.sub("0", plain)
    return plain if _DOMESTIC.fullmatch(plain) else ""


def repaired_phone(text: str) -> str:
    """Return the number that is most likely meant by a text that is none, or "".

    Extensions and second numbers are left out, a lost first zero is put back.
    """
    first = _BETWEEN.split(_EXTENSION.sub("", unicodedata.normalize("NFKC", text)))[0]
    found = normal_phone(first)
    if found:
        return found
    plain = _MARKS.sub("", first)
    if _WITHOUT_ZERO.fullmatch(plain) and _is_planned(f"0{plain}"):
        return f"0{plain}"
    return ""


def is_free_call(number: str) -> bool:
    """Tell whether a normal number is one that no buyer lives behind."""
    return _FREE.fullmatch(number) is not None


def is_plausible(number: str) -> bool:
    """Tell whether a normal number can exist in Japan's numbering plan."""
    return not _DUMMY.fullmatch(number) and _is_planned(number)


def _is_planned(number: str) -> bool:
    if _MOBILE.fullmatch(number):
        return True
    return any(pattern.fullmatch(number[1:]) for pattern in _plan())


@cache
def _plan() -> tuple[re.Pattern[str], ...]:
    # Imported on first use: it takes a tenth of a second, and its own functions take
    # a third of the time that a whole check may.
    from phonenumbers.phonemetadata import PhoneMetadata

    japan = PhoneMetadata.metadata_for_region("JP")
    if japan is None:
        raise LookupError("the numbering plans lack Japan's")
    kinds = (
        japan.fixed_line,
        japan.mobile,
        japan.voip,
        japan.personal_number,
        japan.pager,
    )
    patterns = [kind.national_number_pattern for kind in kinds if kind]
    return tuple(re.compile(pattern) for pattern in patterns if pattern)
