"""Tracking numbers: one spelling, what cannot be one, and what is unlikely to be one.

A hard fault keeps a number from being reported. A soft one may be wrong about the
number: it is shown, and stops the report only where the shop wants it to.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.tracking_forms import FORMS, Check, is_mod_7, is_s10

SHORTEST = 5
LONGEST = 20


class NumberFault(StrEnum):
    """What is wrong with a tracking number."""

    MISSING = "missing"
    PLACEHOLDER = "placeholder"
    EXPONENT = "exponent"
    UNREADABLE = "unreadable"
    LETTERS = "letters"
    LOST_ZERO = "lost_zero"
    LENGTH = "length"
    UNLIKELY_LENGTH = "unlikely_length"
    CHECK_DIGIT = "check_digit"
    OTHER_CARRIER = "other_carrier"
    REUSED = "reused"


SOFT = frozenset(
    {
        NumberFault.UNLIKELY_LENGTH,
        NumberFault.CHECK_DIGIT,
        NumberFault.OTHER_CARRIER,
        NumberFault.REUSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A number in one spelling, "" where it cannot be reported, and its faults.

    `hint` is a number that the writer may have meant; it is never used by itself.
    """

    written: str
    number: str = ""
    faults: tuple[NumberFault, ...] = ()
    hint: str = ""

    @property
    def is_usable(self) -> bool:
        """Tell whether nothing hard speaks against it."""
        return bool(self.number)


_DASHES = str.maketrans("", "", "-‐‑‒–—―−ー－ \t　")
_USABLE = re.compile(rf"[0-9A-Z]{{{SHORTEST},{LONGEST}}}")
_EXPONENT = re.compile(r"[0-9]\.?[0-9]*E\+?[0-9]+")
_FLOAT = re.compile(r"([0-9]{8,})\.0+")
_BETWEEN = re.compile(r"[,、;/|\r\n\t・]+")
# Spaces group the digits of one number, or stand between numbers that are whole.
_WHOLE = 8
_WORDS = frozenset(
    {
        *("なし", "無し", "無", "ナシ", "未定", "不明", "後日", "後ほど", "未発行"),
        *("手渡し", "店頭", "ダミー", "テスト", "DUMMY", "TEST", "NONE", "NULL"),
        *("N/A", "NA", "TBD", "追跡なし", "番号なし", "X", "XXX"),
    }
)
_LADDERS = ("12345678901234567890", "01234567890123456789", "98765432109876543210")


def normal_tracking_number(text: str) -> str:
    """Return the number without hyphens and spaces, "" where it cannot be reported.

    Spreadsheets' exponents and placeholders of one repeated digit cannot.
    """
    return judge_number(text).number


def split_numbers(text: str) -> tuple[str, ...]:
    """Return the numbers that are written into one field, as they are written."""
    if _folded(text) in _WORDS:
        return (text,)
    found: list[str] = []
    for piece in _BETWEEN.split(unicodedata.normalize("NFKC", text)):
        words = piece.split()
        is_several = len(words) > 1 and all(
            sum(letter.isdigit() for letter in word) >= _WHOLE for word in words
        )
        found.extend(words if is_several else [piece.strip()])
    # Said twice is said once.
    return tuple(dict.fromkeys(piece for piece in found if piece)) or ("",)


def judge_number(written: str, service: str = "") -> Judged:
    """Return one number judged by the form that numbers of a service have."""
    folded = _folded(written)
    fault = _unusable(folded)
    if fault is not None:
        return Judged(written=written, faults=(fault,))
    whole = _FLOAT.fullmatch(folded)
    number = whole[1] if whole else folded.translate(_DASHES)
    return _judged_by_form(written, number, service)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


def _unusable(folded: str) -> NumberFault | None:
    plain = folded.translate(_DASHES)
    if folded in _WORDS:
        return NumberFault.PLACEHOLDER
    if not plain:
        return NumberFault.MISSING
    if _EXPONENT.fullmatch(folded):
        return NumberFault.EXPONENT
    if _FLOAT.fullmatch(folded):
        return None
    if not _USABLE.fullmatch(plain) or not any(sign.isdigit() for sign in plain):
        return NumberFault.UNREADABLE
    is_ladder = any(ladder.startswith(plain) for ladder in _LADDERS)
    return NumberFault.PLACEHOLDER if len(set(plain)) == 1 or is_ladder else None


def _judged_by_form(written: str, number: str, service: str) -> Judged:
    form = FORMS.get(service)
    if form is None:
        return Judged(written=written, number=number)
    if is_s10(number) and not form.takes_s10:
        foreign = (NumberFault.LETTERS, NumberFault.OTHER_CARRIER)
        return Judged(written=written, faults=foreign)
    if not number.isdigit():
        if is_s10(number):
            return Judged(written=written, number=number)
        return Judged(written=written, faults=(NumberFault.LETTERS,))
    if len(number) not in form.lengths:
        return _judged_length(written, number, service)
    is_checked = form.check is Check.MOD_7 and not is_mod_7(number)
    soft = (NumberFault.CHECK_DIGIT,) if is_checked else ()
    return Judged(written=written, number=number, faults=soft)


def _judged_length(written: str, number: str, service: str) -> Judged:
    form = FORMS[service]
    # 12 digits that pass the check are a parcel of Yamato, Sagawa or Japan Post, and 11
    # are registered mail; a length that is only presumed rules nothing out.
    looks_other = len(number) in (11, 12) and is_mod_7(number)
    other = (NumberFault.OTHER_CARRIER,) if looks_other else ()
    if not form.is_length_sure:
        unlikely = (NumberFault.UNLIKELY_LENGTH, *other)
        return Judged(written=written, number=number, faults=unlikely)
    padded = number.zfill(max(form.lengths))
    missing = len(padded) - len(number)
    if 0 < missing <= 2 and form.check is Check.MOD_7 and is_mod_7(padded):
        lost = (NumberFault.LOST_ZERO, *other)
        return Judged(written=written, faults=lost, hint=padded)
    return Judged(written=written, faults=(NumberFault.LENGTH, *other))
