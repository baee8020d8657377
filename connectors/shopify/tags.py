"""One tag per order says how it stands; Shopify compares tags without case."""

from collections.abc import Sequence

from hub.contract.updates import CartUpdate, MayShip

PREFIX = "atodene:"

_WORDS = {
    "RECEIVED": "審査中",
    "REGISTERING": "審査中",
    "SCREENING": "審査中",
    "ON_HOLD": "保留",
    "AUTHORIZED": "OK",
    "DECLINED": "NG",
    "SHIPMENT_REPORTED": "出荷報告済",
    "CANCELLED": "取消",
}
_LOOK = "要確認"


def tag_of(update: CartUpdate) -> str:
    """Return the tag of an update.

    Warehouses pick by it, so it says OK only while the order may ship.
    """
    word = _WORDS.get(update.state, _LOOK)
    if word == "OK" and update.may_ship is not MayShip.YES:
        word = _LOOK
    return f"{PREFIX}{word}"


def tag_changes(
    tags: Sequence[str], wanted: str
) -> tuple[Sequence[str], Sequence[str]]:
    """Return the tags to add and to remove; a merchant's own are never touched."""
    ours = [one for one in tags if one.casefold().startswith(PREFIX)]
    is_there = any(one.casefold() == wanted.casefold() for one in ours)
    old = [one for one in ours if one.casefold() != wanted.casefold()]
    return ([] if is_there else [wanted]), old


def is_living(tags: Sequence[str]) -> bool:
    """Tell whether tags of ours speak of a transaction that has not ended."""
    ended = f"{PREFIX}{_WORDS['CANCELLED']}"
    return any(one.casefold().startswith(PREFIX) and one != ended for one in tags)


def says_ok(tags: Sequence[str]) -> bool:
    """Tell whether a tag of ours says that the goods may leave, or have left."""
    words = (_WORDS["AUTHORIZED"], _WORDS["SHIPMENT_REPORTED"])
    ok = {f"{PREFIX}{word}".casefold() for word in words}
    return any(one.casefold() in ok for one in tags)
