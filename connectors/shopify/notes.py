"""One line of ours in the order's note, beside what people wrote there."""

from hub.contract.updates import CartUpdate, MayShip
from hub.text.catalogue import message

PREFIX = "【後払い】"
# Shopify cuts a longer note; a merchant's own words go before ours.
LONGEST = 5000

MAY_SHIP = {
    MayShip.YES: "発送OK",
    MayShip.NO: "発送しないで",
    MayShip.CHECK: "確認が必要",
}


def sentences(update: CartUpdate) -> str:
    """Return what happened and what to do next, in Japanese."""
    try:
        entry = message(update.message_code)
    except KeyError:
        # The state without its sentence is better than nothing.
        return update.state_label
    return f"{entry.what.ja}{entry.next.ja}"


def merged_note(note: str, update: CartUpdate) -> str:
    """Return the note with our one line as it is now; all other lines stay."""
    number = update.provider_transaction_id
    parts = [update.state_label, MAY_SHIP[update.may_ship]]
    if number:
        parts.append(f"お問合せ番号(アトディーネ) {number}")
    line = PREFIX + " / ".join(parts)
    others = [one for one in note.splitlines() if not one.startswith(PREFIX)]
    merged = "\n".join([*others, line])
    return merged if len(merged) <= LONGEST else note
