"""The form that tracking numbers of a service have, each row with its source.

The check is the same for Yamato, Sagawa and Japan Post (7DR), so it cannot tell whose
parcel it is. A row that is only presumed is never a reason to stop by itself.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """How the last digit follows from the others; it is always a soft check."""

    NONE = "none"
    MOD_7 = "mod_7"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberForm:
    """One row: lengths in digits, and whether a wrong one rules a number out."""

    lengths: frozenset[int]
    check: Check
    is_length_sure: bool
    source: str
    takes_s10: bool = False


def _twelve(source: str, *, takes_s10: bool = False) -> NumberForm:
    return NumberForm(
        lengths=frozenset({12}),
        check=Check.MOD_7,
        is_length_sure=True,
        source=source,
        takes_s10=takes_s10,
    )


def _presumed(*lengths: int, check: Check = Check.NONE, source: str) -> NumberForm:
    return NumberForm(
        lengths=frozenset(lengths),
        check=check,
        is_length_sure=False,
        source=source,
        takes_s10=check is Check.MOD_7,
    )


_7DR = "carts 5.6 [C/D] S-7dr, verified [M]"
_POST = "carts 5.6 [C], verified [M]"
FORMS: dict[str, NumberForm] = {
    "12": _twelve(_7DR),
    "nekopos": _twelve(_7DR),
    "kuroneko_yupacket": _twelve(_7DR),
    "11": _twelve(_POST),
    "16": _twelve(_POST, takes_s10=True),
    "yupacket": _twelve(_POST),
    "yupacket_post": _twelve(_POST),
    "yupacket_plus": _twelve(_POST),
    "click_post": _twelve(_POST),
    "letterpack_light": _twelve(_POST),
    "letterpack_plus": _twelve(_POST),
    "15": _presumed(11, check=Check.MOD_7, source="carts 5.6 [I]"),
    "recorded": _presumed(11, check=Check.MOD_7, source="carts 5.6 [I]"),
    "14": _presumed(10, source="carts 5.6 [I]"),
    "18": _presumed(10, 11, 12, source="carts 5.6 [I]"),
}
_S10 = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def is_mod_7(number: str) -> bool:
    """Tell whether the last digit is the rest of the others by seven (7DR)."""
    return int(number[:-1]) % 7 == int(number[-1])


def is_s10(number: str) -> bool:
    """Tell whether it is an item of the world's posts, its digit right (UPU S10)."""
    found = _S10.fullmatch(number)
    if found is None:
        return False
    weighed = zip(found[1], _S10_WEIGHTS, strict=True)
    rest = 11 - sum(int(digit) * weight for digit, weight in weighed) % 11
    return {10: 0, 11: 5}.get(rest, rest) == int(found[2])
