"""Whether an order is paid by one of the methods that the merchant named.

For a manual method Shopify tells the name that the merchant typed, and nothing else
(shopify.md 2.4, 3.3); widths and spaces are typed differently on every keyboard.
"""

import re
import unicodedata
from collections.abc import Iterable

from hub.contract.connector import Settings

_BETWEEN = re.compile(r"[,、，\n]")


def named_methods(settings: Settings) -> tuple[str, ...]:
    """Return the names that the merchant typed, as typed."""
    typed = _BETWEEN.split(settings.text("payment_methods"))
    return tuple(one.strip() for one in typed if one.strip())


def is_ours(gateways: Iterable[str], settings: Settings) -> bool:
    """Tell whether one of an order's gateways is a method that the merchant named."""
    named = {_folded(one) for one in named_methods(settings)}
    return any(_folded(one) in named for one in gateways)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
