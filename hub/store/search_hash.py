"""Keyed hashes of normalised personal values: found by whole value, never readable."""

import unicodedata

from hub.store.vault import Vault

_DROPPED = str.maketrans("", "", " 　-‐–—―−ー－()（）.・")


def normalised(value: str) -> str:
    """Return a value as it is compared: one width, one case, no spaces or hyphens."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return folded.translate(_DROPPED)


def search_hash(
    vault: Vault, *, merchant_id: str, column: str, value: str
) -> str | None:
    """Return the hash to store or to look for, None for an empty value."""
    plain = normalised(value)
    if not plain:
        return None
    return vault.keyed_hash(f"search/{merchant_id}/{column}", plain)
