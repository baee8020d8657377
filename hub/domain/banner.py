"""What a shop's pages say about deferred payment before an order (S14, S19, S22)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Placement(StrEnum):
    """Where a shop's page shows something; the value of `data-atobarai`."""

    CART = "cart"
    PAYMENT_METHOD = "payment-method"
    BADGE = "badge"


# S22: the two pages that must carry the operator's banner and tag.
REQUIRED = (Placement.CART, Placement.PAYMENT_METHOD)


class MaterialKind(StrEnum):
    """What the newest version of a placement is."""

    OFFICIAL = "official"
    CONFIRMED = "confirmed"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerRules:
    """The pages of a shop on which its tag is looked for."""

    page_urls: Mapping[Placement, str] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """Return the document that is stored."""
        urls = {place.value: url for place, url in self.page_urls.items()}
        return {"page_urls": urls}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read the stored document; a missing key means its default."""
        urls = document.get("page_urls", {})
        return cls(
            page_urls={place: urls[place] for place in Placement if urls.get(place)}
        )


def is_approved(kinds: Mapping[Placement, MaterialKind]) -> bool:
    """Tell whether nothing that the operator did not see is shown (S22)."""
    return all(
        kinds.get(place, MaterialKind.SAMPLE) is not MaterialKind.SAMPLE
        for place in REQUIRED
    )
