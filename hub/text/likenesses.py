"""What a character that the provider's set lacks may be written as instead.

These are proposals for a person or a shop's rule: unlike the lookalikes of `cp932`,
each changes how a name is spelled.
"""

import unicodedata

from hub.text.cp932 import fits
from hub.text.widths import without_unseen

# Variants of kanji that names and goods are spelled with, and the form in the set.
_PAIRS = (
    "𠮷吉 𡈽土 𣘺橋 𠀋丈 𦚰脇 𡧃寅 槗橋 吴呉 吳呉 陈陳 张張 刘劉 赵趙 "
    "杨楊 黃黄 內内 溫温 㟢崎 𥔎碕 凞熙 戶戸 鷗鴎 鹼鹸 噓嘘 俠侠 繫繋 "
    "蟬蝉 摑掴 塡填 顚顛 剝剥 頰頬 麵麺 瘦痩 𠮟叱"
)
_VARIANTS = {pair[0]: pair[1] for pair in _PAIRS.split()}
# Letters that no decomposition turns into a letter and a mark.
_LETTERS = {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "đ": "d"}
_DASHES = dict.fromkeys("\u2010\u2011\u2012\ufe58\ufe63", "-")
_KNOWN = _VARIANTS | _LETTERS | _DASHES
# So: emoji and signs. Sk: their skin tones. Me: the box around a number.
_DROPPED = frozenset({"So", "Sk", "Me", "Cf"})
# Where a character was lost, or is a shop's own, nobody knows what it stood for.
_LOST = "\ufffd"


def liked(char: str) -> str | None:
    """Return what a missing character is written as, "" to drop it, None for none."""
    if char in _KNOWN:
        return _KNOWN[char]
    folded = unicodedata.normalize("NFKC", char)
    if fits(folded):
        return folded
    # é is e for a machine; a person decides whether the name survives it.
    bare = "".join(
        part
        for part in unicodedata.normalize("NFKD", char)
        if not unicodedata.combining(part)
    )
    if bare and fits(bare):
        return bare
    is_dropped = unicodedata.category(char) in _DROPPED and char != _LOST
    return "" if is_dropped else None


def with_likenesses(text: str) -> str | None:
    """Return the text in characters of the set, None where one has no likeness."""
    if fits(text):
        return text
    seen = without_unseen(text)
    written = [char if fits(char) else liked(char) for char in seen]
    return None if None in written else "".join(part or "" for part in written)
