"""How an app is installed at a cart: consent, the way back, and installing again."""

import hmac
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from hub import log
from hub.contract.connector import Connector
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.install import AppDesk, Install, Installed, InstallStart
from hub.flow.resuming import resume
from hub.flow.tools import Parts
from hub.registry import UnknownConnectorError
from hub.store import connections, credentials, installations
from hub.store.store import Across

# The browser that began an installation shows this on the way back.
STATE_COOKIE = "hub_install"
STATE_PATH = "/install"
# The browser that finished an installation brings this to the console.
CLAIM_COOKIE = "hub_claim"
CLAIM_PATH = "/console/install"

_logger = log.get("install")


class NoAppError(LookupError):
    """The connector is not an app, or the operator does not offer it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where the browser goes for consent, and the cookie that it brings back."""

    redirect_url: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What an installation led to: a token to claim it, or whose it is already."""

    claim_token: str = field(default="", repr=False)
    merchant_id: str = ""
    connection_id: str = ""


def install_of(parts: Parts, slug: str) -> tuple[Connector, Install]:
    """Return the app of a connector; raises NoAppError."""
    try:
        connector = parts.registry.connector(slug)
    except UnknownConnectorError as error:
        raise NoAppError(slug) from error
    if connector.install is None:
        raise NoAppError(slug)
    return connector, connector.install


def offered(parts: Parts, slug: str) -> tuple[Connector, Install]:
    """Return the app of a connector that the operator offers; raises NoAppError."""
    connector, install = install_of(parts, slug)
    settings = parts.config.of_app(connector.manifest)
    for asked in connector.manifest.app_settings:
        is_given = settings.text(asked.name) or settings.accepted_secrets(asked.name)
        if asked.is_required and not is_given:
            raise NoAppError(slug)
    return connector, install


def desk_of(parts: Parts, connector: Connector) -> AppDesk:
    """Return what an app may use before there is a connection."""
    slug = connector.manifest.slug
    return AppDesk(
        settings=parts.config.of_app(connector.manifest),
        http=parts.callbacks,
        callback_url=f"{parts.config.public_url}/install/{slug}/callback",
        now=parts.clock.now(),
    )


def begin(parts: Parts, slug: str, request: InboundRequest) -> Way:
    """Prove the cart's request and begin; raises NoAppError or SignatureError."""
    connector, install = offered(parts, slug)
    return _way(parts, slug, install.begin(request, desk_of(parts, connector)))


def begin_again(parts: Parts, slug: str, shop_key: str) -> Way:
    """Begin for a shop that a merchant has connected already; raises NoAppError."""
    connector, install = offered(parts, slug)
    if install.again is None:
        raise NoAppError(slug)
    return _way(parts, slug, install.again(shop_key, desk_of(parts, connector)))


def _way(parts: Parts, slug: str, start: InstallStart) -> Way:
    now = parts.clock.now()
    parts.store.across.write(
        lambda across: installations.begin_state(across, slug, start.state, now=now)
    )
    seal = _seal(parts, slug, start.state)
    return Way(redirect_url=start.redirect_url, cookie=f"{start.state}.{seal}")


def finish(parts: Parts, slug: str, request: InboundRequest, cookie: str) -> Arrived:
    """Prove the way back and keep what it brought.

    Raises NoAppError, SignatureError, CartUnavailableError or CartRefusedError. The
    state is used up first, whatever follows (T-18).
    """
    connector, install = offered(parts, slug)
    state, _, seal = cookie.rpartition(".")
    expected = _seal(parts, slug, state)
    if not state or not hmac.compare_digest(seal.encode(), expected.encode()):
        raise SignatureError("this browser did not begin the installation")
    now = parts.clock.now()
    if not parts.store.across.write(
        lambda across: installations.use_state(across, slug, state, now=now)
    ):
        raise SignatureError("the state is used up or too old")
    installed = install.finish(request, desk_of(parts, connector), state)
    return keep(parts, slug, installed)


def keep(
    parts: Parts,
    slug: str,
    installed: Installed,
    *,
    life: timedelta = installations.CLAIM_LIFE,
) -> Arrived:
    """Store an installation: a known shop's goes on, another waits to be claimed."""

    def work(across: Across) -> Arrived:
        return _kept(across, parts, slug, installed, life=life)

    try:
        arrived = parts.store.across.write(work)
    except IntegrityError:
        # The same shop came twice at the same moment; now it is known.
        arrived = parts.store.across.write(work)
    _logger.info("installed", connector=slug, connection_id=arrived.connection_id)
    return arrived


def _kept(
    across: Across, parts: Parts, slug: str, installed: Installed, *, life: timedelta
) -> Arrived:
    now = parts.clock.now()
    found = installations.find(across, slug, installed.shop_key)
    if found is None or not found.is_claimed:
        token = installations.put_pending(
            across,
            connector=slug,
            shop_key=installed.shop_key,
            title=installed.title,
            settings=installed.settings,
            given=installed.credentials,
            life=life,
            now=now,
        )
        return Arrived(claim_token=token)
    scope = across.of(found.merchant_id)
    credentials.put_again(scope, found.connection_id, installed.credentials, now=now)
    connections.resume(scope, found.connection_id)
    resume(scope, parts, found.connection_id)
    installations.installed_again(across, found.id, now=now)
    return Arrived(merchant_id=found.merchant_id, connection_id=found.connection_id)


def _seal(parts: Parts, slug: str, state: str) -> str:
    return parts.store.keys.vault.keyed_hash("install_state", f"{slug}/{state}")
