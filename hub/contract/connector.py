"""A connector is one frozen record of functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from hub.contract.asking import Ask
from hub.contract.credentials import Credentials, Renewal
from hub.contract.embed import Embed
from hub.contract.events import CartEvent
from hub.contract.http import HttpSession
from hub.contract.inbound import InboundRequest
from hub.contract.install import Install
from hub.contract.polling import Polled
from hub.contract.probe import Probe
from hub.contract.proof import Delivery
from hub.contract.secret import Secret
from hub.contract.updates import CartUpdate, PushReceipt

CONTRACT_NUMBER = 1


class Role(StrEnum):
    """What a connection does for its shop."""

    ORDERS = "orders"
    CHANGES = "changes"
    SHIPMENTS = "shipments"
    PUSH = "push"


class SettingKind(StrEnum):
    """How a setting is entered, checked and stored."""

    TEXT = "text"
    URL = "url"
    SECRET = "secret"  # noqa: S105 - the name of a kind, no password
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """One field of the connect form; the help is a sentence for a shop clerk."""

    name: str
    kind: SettingKind
    label_ja: str
    label_en: str
    help_ja: str = ""
    help_en: str = ""
    default: str = ""
    is_required: bool = False
    choices: Sequence[str] = ()
    # A secret that the hub makes itself and shows once, when none is given.
    is_generated: bool = False
    # A comma list by which orders are known: while orders are open, none of its entries
    # may go, or the next change of those orders would take them for somebody else's.
    keeps_entries: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """HTML that a merchant pastes into a page of the shop (埋め込みタグ, S22).

    `{tag_url}` in it becomes the address of the shop's own tag. A cart whose connector
    has a `storefront` may have an address of the shop's own instead.
    """

    name: str
    title_ja: str
    title_en: str
    help_ja: str
    help_en: str
    html: str

    def pasted(self, tag_url: str) -> str:
        """Return the HTML as it is pasted."""
        return self.html.replace("{tag_url}", tag_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a connector is and needs; screens, help and the passport derive from it."""

    slug: str
    title_ja: str
    title_en: str
    contract: int
    settings: Sequence[SettingField]
    topics: Sequence[str]
    roles: Sequence[Role]
    accepted_status: int = 202
    version: str = ""
    snippets: Sequence[Snippet] = ()
    # The operator's own settings of an app: HUB_<SLUG>_<NAME> in the environment, for a
    # secret also HUB_<SLUG>_<NAME>_PREVIOUS. A connection's own setting goes before.
    app_settings: Sequence[SettingField] = ()
    # What comes to POST /hooks/<slug>, for every shop of the app.
    app_topics: Sequence[str] = ()
    # The app setting that must be "1" before the connector is there at all.
    switch: str = ""
    # Whether the cart is also told that an order came in, before its screening.
    hears_received: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one connection; a secret has its previous value in overlap."""

    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    secrets: Mapping[str, Sequence[Secret]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def text(self, name: str) -> str:
        """Return a setting, "" where it is not set."""
        return self.values.get(name, "")

    def accepted_secrets(self, name: str) -> Sequence[Secret]:
        """Return every secret accepted now, the current one first."""
        return self.secrets.get(name, ())


class Connection(Protocol):
    """What a push may use of the connection that it serves."""

    @property
    def settings(self) -> Settings:
        """Return the settings in force."""
        ...

    @property
    def http(self) -> HttpSession:
        """Return the hardened session for this connection's host."""
        ...

    def now(self) -> datetime:
        """Return the real moment."""
        ...

    def credentials(self) -> Credentials:
        """Return what the cart gave at installation, as renewed since.

        Raises CartUnauthorizedError where there is nothing, or it is known to be void.
        """
        ...

    def renew(self, using: Renewal) -> Credentials:
        """Renew under a lease of the database, and return the new credentials.

        They are read again first: where another process renewed them meanwhile, its are
        returned and `using` is not called. The new ones are committed before anyone
        uses them, the ones before are kept until then. `using` raising
        CartUnauthorizedError marks the connection as to be installed again.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """An app-level message that was proven, and whose shop it names in its body."""

    shop_key: str
    delivery: Delivery


Verify = Callable[[InboundRequest, Settings], Delivery]
Translate = Callable[[Delivery, Settings], Sequence[CartEvent]]
Push = Callable[[CartUpdate, Connection], PushReceipt]
Locate = Callable[[InboundRequest, Settings], Located]
Fetch = Callable[[Delivery, Connection], Mapping[str, bytes]]
Poll = Callable[[Connection, str], Polled]
Storefront = Callable[[InboundRequest, Settings], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """The functions of a cart.

    `verify` checks the signature only and raises SignatureError. `translate` is pure;
    () means "not for us"; it raises PayloadError or ForeignShopError. `push` is
    idempotent by `update.id` and raises CartUnavailableError or CartRefusedError.
    `probe` tests the connection without an effect at the cart; None where it cannot.

    `locate` proves a message of POST /hooks/<slug> with the app's settings and reads
    the shop from the signed body. `fetch` returns the documents that a delivery only
    names, {} where it needs none; they are stored before `translate` sees them, and a
    replay does not fetch again. `poll` looks at the cart from a cursor on ("" at
    first). `ask` is for carts that wait for an answer.

    `storefront` proves a request that the cart passes on from a page of a shop (an app
    proxy), with the app's settings, and returns the shop's key; raises SignatureError.
    The hub answers GET /front/<slug>/tag.js with that shop's tag.
    """

    manifest: Manifest
    verify: Verify
    translate: Translate
    push: Push
    probe: Probe | None = None
    locate: Locate | None = None
    fetch: Fetch | None = None
    poll: Poll | None = None
    install: Install | None = None
    embed: Embed | None = None
    ask: Ask | None = None
    storefront: Storefront | None = None
