"""How a merchant installs the hub as an app of a cart (OAuth)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from hub.contract.credentials import Credentials
from hub.contract.http import HttpSession
from hub.contract.inbound import InboundRequest

if TYPE_CHECKING:
    from hub.contract.connector import Connection, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class AppDesk:
    """What the app itself may use, before there is any connection.

    `settings` are the operator's own for this connector (`Manifest.app_settings`).
    `callback_url` is the hub's address that the cart sends the browser back to.
    """

    settings: "Settings"
    http: HttpSession
    callback_url: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallStart:
    """Where the browser goes for the merchant's consent.

    The hub binds `state` to that browser and lets it be used once.
    """

    redirect_url: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What an installation brought: the shop as the cart names it, and its tokens.

    `shop_key` names the shop at this cart for ever (atodene-demo.myshopify.com).
    `settings` are those that the installation itself knows.
    """

    shop_key: str
    credentials: Credentials
    title: str = ""
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """The steps of an installation.

    `begin` proves the cart's request and makes the address of consent. `finish` proves
    the way back (`state` is the one bound to this browser) and exchanges the code; both
    raise SignatureError. `enable` makes the cart send to `hook_url` and prepares what
    push needs; it runs again at any time and changes nothing the second time.

    `again` makes the address of consent for a shop that is known already, `renew` asks
    for new credentials through `Connection.renew`, so that those of a shop without
    orders do not end unused; None where the cart needs neither.
    """

    begin: Callable[[InboundRequest, AppDesk], InstallStart]
    finish: Callable[[InboundRequest, AppDesk, str], Installed]
    enable: Callable[["Connection", str], None]
    again: Callable[[str, AppDesk], InstallStart] | None = None
    renew: Callable[["Connection"], Credentials] | None = None
