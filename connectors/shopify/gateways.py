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
    return _listed(settings.text("payment_methods"))


def is_ours(gateways: Iterable[str], settings: Settings) -> bool:
    """Tell whether one of an order's gateways is a method that the merchant named."""
    return _is_one_of(gateways, named_methods(settings))


def is_by_extension(gateways: Iterable[str], settings: Settings) -> bool:
    """Tell whether an order was paid through the payments extension.

    Such an order is the other app's from before it was placed: whatever else it names,
    it is neither registered nor cancelled from here.
    """
    return _is_one_of(gateways, _listed(settings.text("payments_gateway")))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in _BETWEEN.split(text) if one.strip())


def _is_one_of(gateways: Iterable[str], names: Iterable[str]) -> bool:
    named = {_folded(one) for one in names}
    return any(_folded(one) in named for one in gateways)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
