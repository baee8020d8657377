"""The reading of the buyer's name: Shopify has no field for it (shopify.md 2.5)."""

import unicodedata
from collections.abc import Sequence

from hub.contract.connector import Settings

DEFAULT_ATTRIBUTES = "フリガナ,氏名カナ,kana,ふりがな"


def kana_of(attributes: Sequence[tuple[str, str]], settings: Settings) -> str:
    """Return the first attribute that the merchant named and the buyer filled in.

    The names count in the merchant's order, not in the buyer's.
    """
    names = settings.text("kana_attributes").strip() or DEFAULT_ATTRIBUTES
    filled = {
        _folded(name): value.strip()
        for name, value in reversed(attributes)
        if value.strip()
    }
    wanted = (_folded(name) for name in names.replace("、", ",").split(","))
    return next((filled[name] for name in wanted if name in filled), "")


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
