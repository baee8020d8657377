"""The parts of a Japanese address: its house number, its building, its length."""

import re
import unicodedata

# What folding leaves as it is, but for spaces: most addresses.
_STILL = re.compile("[ぁ-んァ-ヶー一-鿿々0-9A-Za-z |-]*")
_SPACES = re.compile(r"\s+")
_DIGIT = re.compile("[0-9]")
_NUMERALS = "0-9一二三四五六七八九十百千〇"
# 無番地 and 番外地 are numbers too: they say that there is none.
_HOUSE = re.compile(
    f"無番地|番外地|番地(?:なし|無し|無)|[0-9]|[{_NUMERALS}](?:丁目|番(?![町丁])|号|地割)"
    # Kyoto tells a house by its crossing: 四条通烏丸東入ル.
    "|[上下](?:る|ル|がる|がル)|[東西]入"
)
_DASH = "[-‐‑–—―−－ー～〜]"
_NUMBER = rf"[0-9]+(?:(?:丁目|番地?|号|{_DASH}|の|ノ)+[0-9]+)*(?:丁目|番地?|号)?"
# A number, and then what no number goes on with: the building.
_SPLIT = re.compile(
    rf"^(?P<street>.*?{_NUMBER})(?![0-9]|{_DASH}|丁目|番|号|室|地割|の[0-9]|ノ[0-9])"
    r"[\s\u3000]*(?P<building>\S.*)$"
)
_ROOM = re.compile(r"[0-9]+(?:号室|号|階|[Ff])?$")
_BUILDING = re.compile(
    "ビル|マンション|ハイツ|コーポ|アパート|荘(?![一-龥])|ハイム|レジデンス|メゾン|パレス|タワー"
    "|コート|ヴィラ|ビラ|プラザ|ハウス|グラン|号室|号館|団地|寮|階"
)
_NOTES = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_COUNTED = (
    (re.compile("([0-9]+)丁目(?=[0-9])"), r"\1-"),
    (re.compile("([0-9]+)番地?(?:の)?(?=[0-9])"), r"\1-"),
    (re.compile("([0-9]+)(?:番地|番|号)(?!室|館|棟|線|地)"), r"\1"),
)


def folded(text: str) -> str:
    """Return an address as it is compared: one width, without spaces."""
    if _STILL.fullmatch(text):
        return text.replace(" ", "")
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def has_house_number(text: str) -> bool:
    """Tell whether an address names a house number, or says that there is none."""
    return _HOUSE.search(folded(text)) is not None


def has_only_room_number(text: str) -> bool:
    """Tell whether the only number of an address is that of a room in a building."""
    plain = folded(text)
    first = _DIGIT.search(plain)
    if first is None or _BUILDING.search(plain[: first.start()]) is None:
        return False
    return _ROOM.fullmatch(plain[first.start() :]) is not None


def split_building(street: str) -> tuple[str, str]:
    """Return a street and the building that is written behind its number, "" for none.

    The text itself is not changed, only cut.
    """
    narrow = unicodedata.normalize("NFKC", street)
    if len(narrow) != len(street):
        return street, ""
    found = _SPLIT.match(narrow)
    if found is None:
        return street, ""
    cut = len(found["street"])
    return street[:cut].rstrip(), street[cut:].strip(" \u3000")


def shortened(text: str) -> str:
    """Return a part of an address without notes in brackets, its numbers as 1-2-3."""
    short = _NOTES.sub("", unicodedata.normalize("NFKC", text))
    for pattern, written in _COUNTED:
        short = pattern.sub(written, short)
    return short.strip()
