"""How a text of an order is written for the provider: one pure function a shape."""

import re
from collections.abc import Callable

from hub.provider.profile import Profile
from hub.text.cp932 import with_lookalikes
from hub.text.kana import is_reading, normal_reading
from hub.text.phones import normal_phone
from hub.text.postal import normal_postal_code
from hub.text.widths import (
    composed,
    full_width_kana,
    narrow,
    single_spaced,
    without_spaces,
    without_unseen,
)

_EMAIL = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# What no shape changes: kana and kanji in full width, plain letters, single spaces.
# Most texts are so, and are not looked at further.
_STILL = re.compile(
    "[ぁ-んァ-ヶー一-鿿々0-9A-Za-z-]+(?: [ぁ-んァ-ヶー一-鿿々0-9A-Za-z-]+)*"
)
_STILL_KANA = re.compile("[ァ-ヶー]+(?:[ 　][ァ-ヶー]+)*")
Shape = Callable[[str, Profile], str]


def plain(text: str, _profile: Profile) -> str:
    """Return a text as it is sent."""
    if _STILL.fullmatch(text):
        return text
    folded = full_width_kana(composed(without_unseen(text)))
    return single_spaced(with_lookalikes(folded))


def as_is(text: str, _profile: Profile) -> str:
    """Return a text of our own making."""
    return text


def display_order(text: str, profile: Profile) -> str:
    """Return the place of a line as it is sent (no. 23), "" where none is."""
    return text if profile.numbers_details else ""


def address(text: str, profile: Profile) -> str:
    """Return an address as it is sent (no. 4)."""
    shaped = plain(text, profile)
    return without_spaces(shaped) if profile.strips_address_spaces else shaped


def reading(text: str, _profile: Profile) -> str:
    """Return a kana reading, "" where the text is none: the element is optional."""
    if _STILL_KANA.fullmatch(text):
        return text.replace(" ", "").replace("\u3000", "")
    shaped = normal_reading(with_lookalikes(without_unseen(text)))
    return shaped if is_reading(shaped) else ""


def postal_code(text: str, profile: Profile) -> str:
    """Return a postal code as it is sent (no. 5), "" where the text is none."""
    shaped = normal_postal_code(without_unseen(text))
    return shaped if profile.has_postal_hyphen else shaped.replace("-", "")


def phone(text: str, _profile: Profile) -> str:
    """Return a phone number in digits (no. 5), "" where the text is none."""
    return normal_phone(without_unseen(text))


def email(text: str, _profile: Profile) -> str:
    """Return an e-mail address, "" where the text is none."""
    if _EMAIL.fullmatch(text):
        return text
    shaped = without_spaces(narrow(without_unseen(text)))
    return shaped if _EMAIL.fullmatch(shaped) else ""
