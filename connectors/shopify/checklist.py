"""What a merchant sets up, and how each item checks itself at the shop."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.contract.connector import Connection, Settings
from hub.contract.embed import ItemState, SetupItem
from hub.contract.errors import HubError

from .api import Client
from .checklist_words import (
    BANNER,
    CHECK_ORDER,
    CHECK_TAG,
    CUSTOMER_DETAILS,
    FEE,
    METHOD_TEXT,
    MODE,
    PAYMENT_METHOD,
    PAYMENT_NAMES,
    WEBHOOKS,
)
from .gateways import is_ours, named_methods
from .manifest import MANIFEST
from .queries import query
from .subscriptions import constant_of, subscribed

_FEE_WORDS = ("手数料", "後払い料")
_LOOKED_AT = 5


_Orders = Sequence[Mapping[str, Any]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the shop showed; None is what it could not be asked."""

    topics: frozenset[str] | None = None
    ours: _Orders = None
    checked: _Orders = None
    failure: HubError | None = None


def checklist(connection: Connection) -> Iterator[SetupItem]:
    """Yield the items in the order in which they are done; writes nothing.

    Where the shop cannot be asked, its items are unknown, and the reason is raised
    after the last one.
    """
    settings = connection.settings
    seen = _look(Client(connection), settings)
    shop = settings.text("shop").removesuffix(".myshopify.com")
    admin = f"https://admin.shopify.com/store/{shop}"
    editor = f"{admin}/themes/current/editor?template=cart&addAppBlockId="
    editor += f"{settings.text('client_id')}/banner&target=mainSection"
    yield _with(WEBHOOKS, _webhooks(seen), "")
    yield _with(PAYMENT_NAMES, _done(bool(named_methods(settings))), "")
    yield replace(
        _with(PAYMENT_METHOD, _method(seen, settings), f"{admin}/settings/payments"),
        copy_text=METHOD_TEXT,
    )
    yield _with(CUSTOMER_DETAILS, _details(seen), "")
    # The theme is not ours to read; that it asks for the tag, the hub knows.
    yield _with(BANNER, ItemState.UNKNOWN, editor)
    yield _with(FEE, _fee(seen), f"{admin}/settings/shipping")
    yield MODE
    yield replace(
        _with(CHECK_ORDER, _check_order(seen), f"{admin}/orders"), copy_text=CHECK_TAG
    )
    if seen.failure is not None:
        raise seen.failure


def _look(client: Client, settings: Settings) -> _Seen:
    topics = None
    ours: _Orders = None
    try:
        topics = frozenset(
            one.topic for one in subscribed(client) if "/hooks/shopify/" in one.uri
        )
        # The newest too: Shopify may search by the very width that the name has there.
        wishes = [f"gateway:{_quoted(name)}" for name in named_methods(settings)]
        found = _orders(client, ["status:any", *wishes])
        ours = [one for one in found if is_ours(one["paymentGatewayNames"], settings)]
        checked = _orders(client, [f"tag:{_quoted(CHECK_TAG)}"])
    except HubError as failure:
        return _Seen(topics=topics, ours=ours, failure=failure)
    return _Seen(topics=topics, ours=ours, checked=checked)


def _orders(client: Client, wishes: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for wish in wishes:
        variables = {"query": wish, "first": _LOOKED_AT}
        found += client.ask(query("checklist"), variables)["orders"]["nodes"]
    return found


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _webhooks(seen: _Seen) -> ItemState:
    if seen.topics is None:
        return ItemState.UNKNOWN
    return _done(seen.topics >= frozenset(map(constant_of, MANIFEST.topics)))


def _method(seen: _Seen, settings: Settings) -> ItemState:
    """The shop cannot be asked for its methods: an order shows that one is there."""
    if seen.ours is None:
        return ItemState.UNKNOWN
    paid = [one for order in seen.ours for one in order["transactions"]]
    return _done(
        any(
            one["manualPaymentGateway"]
            and is_ours([one["formattedGateway"] or "", one["gateway"] or ""], settings)
            for one in paid
        )
    )


def _details(seen: _Seen) -> ItemState:
    """Without Shopify's approval every address is null, and nobody can be screened."""
    sent = [one for one in seen.ours or () if one["requiresShipping"]]
    if not sent:
        return ItemState.UNKNOWN
    return _done(any((one["shippingAddress"] or {}).get("address1") for one in sent))


def _fee(seen: _Seen) -> ItemState:
    """A fee shows as a line of an order; a shop that bears it has none to show."""
    titles = [
        line["title"]
        for order in seen.ours or ()
        for kind in ("lineItems", "shippingLines")
        for line in order[kind]["nodes"]
    ]
    has_fee = any(word in title for title in titles for word in _FEE_WORDS)
    return ItemState.DONE if has_fee else ItemState.UNKNOWN


def _check_order(seen: _Seen) -> ItemState:
    """The check ends cancelled: an order that stands would be invoiced."""
    if seen.checked is None:
        return ItemState.UNKNOWN
    real = [one for one in seen.checked if not one["test"]]
    return _done(bool(real) and all(one["cancelledAt"] for one in real))


def _done(is_done: bool) -> ItemState:  # noqa: FBT001 - reads as an assertion does
    return ItemState.DONE if is_done else ItemState.TO_DO


def _with(item: SetupItem, state: ItemState, link: str) -> SetupItem:
    return replace(item, state=state, link=link)
