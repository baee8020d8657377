"""A page of ours within the cart's own admin."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from hub.contract.inbound import InboundRequest
from hub.contract.install import AppDesk, Installed

if TYPE_CHECKING:
    from hub.contract.connector import Connection, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedVisit:
    """Who visits the embedded page: a shop, proven by the cart's session token."""

    shop_key: str
    person: str
    expires_at: datetime


class ItemState(StrEnum):
    """How a set-up item stands; what cannot be asked of the cart is never `DONE`."""

    DONE = "done"
    TO_DO = "to_do"
    UNKNOWN = "unknown"


class HubPart(StrEnum):
    """What of a set-up item the hub itself holds, and therefore fills in.

    `TAG` is whether the shop's pages ask for its tag (`Connector.storefront`), `MODE`
    how far the shop lets the hub go, `SETTINGS` where the connection is set up.
    """

    TAG = "tag"
    MODE = "mode"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupItem:
    """One item of the set-up checklist, in the words of a shop clerk.

    A `note` says what was found, where the state alone does not. `link` opens the
    cart's own page; the hub's is said by `is_ours`.
    """

    name: str
    state: ItemState
    title_ja: str
    title_en: str
    help_ja: str
    help_en: str
    link: str = ""
    copy_text: str = ""
    hub_part: HubPart | None = None
    note_ja: str = ""
    note_en: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """What the hub needs to show its page within the cart's admin.

    `shop_of` reads the shop of a page request for `frame-ancestors` alone; "" where
    there is none. `visit` proves a session token; raises SignatureError. `exchange`
    turns a session token into an installation (token exchange). `scripts` are addresses
    of the cart's own scripts, `meta` the names and values that they read.

    `token_function` names the function of those scripts that promises a fresh session
    token ("shopify.idToken"). `stale_headers` are sent with the 401 of a token that is
    not believed, so that the cart's script fetches another and asks again.
    """

    shop_of: Callable[[InboundRequest], str]
    frame_ancestors: Callable[[str], Sequence[str]]
    visit: Callable[[str, "Settings", datetime], EmbeddedVisit]
    exchange: Callable[[str, AppDesk], Installed]
    scripts: Sequence[str]
    meta: Callable[["Settings"], Sequence[tuple[str, str]]]
    checklist: Callable[["Connection"], Iterable[SetupItem]]
    token_function: str = ""
    stale_headers: Sequence[tuple[str, str]] = ()
