"""What a named person decides about a shop's tag: each version audited (S22)."""

from datetime import date

from hub.clock import tokyo_date
from hub.domain.banner import MaterialKind, Placement, is_approved
from hub.domain.policy import Mode
from hub.flow.deeds import Deed, InterventionError, carry_out
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import merchants, tag_material
from hub.store.store import Scope

LARGEST_BYTES = 65_536
_ENCODINGS = ("utf-8-sig", "cp932")


def needs_official(parts: Parts) -> bool:
    """Tell whether real buyers would see the tag: the provider is no sandbox."""
    config = parts.config
    return bool(config.provider_url) and not config.provider_is_sandbox


def may_go_automatic(scope: Scope, parts: Parts, shop_id: str) -> bool:
    """Tell whether a shop's tag shows nothing that the operator did not see (S22)."""
    if not needs_official(parts):
        return True
    found = tag_material.current(scope, shop_id)
    return is_approved({place: material.kind for place, material in found.items()})


def keep_official(
    parts: Parts,
    merchant_id: str,
    shop_id: str,
    placement: Placement,
    *,
    body: bytes,
    user_id: str,
) -> None:
    """Keep what the operator gave for a placement, verbatim; shown at once.

    Raises InterventionError where it is empty, too large or not a text.
    """
    if not body.strip() or len(body) > LARGEST_BYTES:
        raise InterventionError("empty or too large", code="HUB-TAG-002")
    encoding = _encoding(body)
    detail = {"kind": MaterialKind.OFFICIAL.value, "bytes": str(len(body))}

    def work(scope: Scope) -> set[Lane]:
        _require_shop(scope, shop_id)
        tag_material.add(
            scope,
            shop_id,
            placement,
            kind=MaterialKind.OFFICIAL,
            body=body,
            encoding=encoding,
            user_id=user_id,
            now=parts.clock.now(),
        )
        return set()

    deed = _deed(shop_id, placement, detail, user_id=user_id)
    carry_out(parts, merchant_id, deed, work)


def confirm_own(
    parts: Parts,
    merchant_id: str,
    shop_id: str,
    placement: Placement,
    *,
    confirmed_on: date,
    user_id: str,
) -> None:
    """Note that the operator approved our drawing, or what the shop pasted itself.

    Raises InterventionError for a day that has not come yet.
    """
    if confirmed_on > tokyo_date(parts.clock.business_now()):
        raise InterventionError("the day is in the future", code="HUB-TAG-004")
    day = confirmed_on.isoformat()

    def work(scope: Scope) -> set[Lane]:
        _require_shop(scope, shop_id)
        tag_material.add(
            scope,
            shop_id,
            placement,
            kind=MaterialKind.CONFIRMED,
            confirmed_on=day,
            user_id=user_id,
            now=parts.clock.now(),
        )
        return set()

    detail = {"kind": MaterialKind.CONFIRMED.value, "confirmed_on": day}
    deed = _deed(shop_id, placement, detail, user_id=user_id)
    carry_out(parts, merchant_id, deed, work)


def back_to_sample(
    parts: Parts,
    merchant_id: str,
    shop_id: str,
    placement: Placement,
    *,
    user_id: str,
) -> None:
    """Show our own drawing as a 見本 again; refused while a live shop is 自動."""

    def work(scope: Scope) -> set[Lane]:
        _require_shop(scope, shop_id)
        is_live = merchants.get_shop(scope, shop_id).mode is Mode.AUTOMATIC
        if is_live and needs_official(parts):
            raise InterventionError("the shop is live", code="HUB-TAG-005")
        tag_material.add(
            scope,
            shop_id,
            placement,
            kind=MaterialKind.SAMPLE,
            user_id=user_id,
            now=parts.clock.now(),
        )
        return set()

    detail = {"kind": MaterialKind.SAMPLE.value}
    deed = _deed(shop_id, placement, detail, user_id=user_id)
    carry_out(parts, merchant_id, deed, work)


def _deed(
    shop_id: str, placement: Placement, detail: dict[str, str], *, user_id: str
) -> Deed:
    return Deed(
        user_id=user_id,
        action="tag_material",
        subject=shop_id,
        detail={"placement": placement.value, **detail},
    )


def _require_shop(scope: Scope, shop_id: str) -> None:
    if shop_id not in merchants.shop_ids(scope):
        raise InterventionError("no such shop", code="HUB-ACT-404")


def _encoding(body: bytes) -> str:
    """Return how the text is written; operators still send Shift_JIS."""
    for encoding in _ENCODINGS:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return encoding
    raise InterventionError("not a text", code="HUB-TAG-003")
