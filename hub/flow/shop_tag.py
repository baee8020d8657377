"""What a shop's tag shows: the operator's material, or our drawing, a 見本 (S22)."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.contract.money import Yen
from hub.domain.banner import MaterialKind, Placement
from hub.flow.tag_markup import Node, read_markup
from hub.flow.tools import Parts
from hub.store import merchants, tag_material
from hub.store.store import Across


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTag:
    """What the tag of one connection shows; `fee` is what the buyer pays (S19).

    `official` holds the tree of each placement that has the operator's material; a
    placement in `sampled` is our own drawing that nobody has confirmed.
    """

    fee: Yen | None
    credit_limit: Yen
    official: Mapping[Placement, list[Node]]
    sampled: frozenset[Placement]


def tag_of(parts: Parts, tag_key: str) -> ShopTag | None:
    """Return what a tag shows; None where nobody has the key, or it is disabled."""

    def work(across: Across) -> ShopTag | None:
        place = tag_material.place_of(across, tag_key)
        if place is None or place.is_disabled:
            return None
        scope = across.of(place.merchant_id)
        shop = merchants.get_shop(scope, place.shop_id)
        # A row that was changed by hand is shown to nobody (hub verify names it).
        kept = {
            placement: material
            for placement, material in tag_material.current(
                scope, place.shop_id
            ).items()
            if material.is_whole
        }
        return ShopTag(
            fee=shop.lint.fee,
            credit_limit=shop.rules.credit_limit,
            official={
                placement: read_markup(material.html).nodes
                for placement, material in kept.items()
                if material.kind is MaterialKind.OFFICIAL
            },
            sampled=frozenset(
                placement
                for placement in Placement
                if placement not in kept or kept[placement].kind is MaterialKind.SAMPLE
            ),
        )

    return parts.store.across.read(work)
