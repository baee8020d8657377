"""Finding a shop as an operator names it, over all merchants."""

from collections.abc import Sequence

from hub.flow.tools import Parts
from hub.store import merchants


def find_shop(
    parts: Parts, wanted: str, *, merchant_id: str = ""
) -> Sequence[tuple[str, str]]:
    """Return (merchant, shop) of each shop with this id or name, ids first."""
    found = parts.store.across.read(
        lambda across: merchants.shops_named(across, wanted)
    )
    if merchant_id:
        found = [pair for pair in found if pair[0] == merchant_id]
    by_id = [pair for pair in found if pair[1] == wanted]
    return by_id or found
