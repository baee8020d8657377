"""A merchant takes an installed app for one of its shops, and the hub sets it up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.contract.connector import Manifest, Role, SettingKind
from hub.contract.secret import Secret
from hub.domain.policy import Mode
from hub.flow.enroll import EnrollError, new_secret
from hub.flow.tools import Parts
from hub.store import audit, connections, credentials, installations, merchants
from hub.store.installations import Installation
from hub.store.store import Across, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person wants an installation: a shop that exists, or a new one."""

    shop_id: str = ""
    new_name: str = ""
    order_number_prefix: str = ""


def pending(parts: Parts, token: str) -> Installation | None:
    """Return what the token of this browser may claim."""
    now = parts.clock.now()
    if not token:
        return None
    return parts.store.across.read(
        lambda across: installations.pending(across, token, now=now)
    )


def takers(scope: Scope, manifest: Manifest, *, now: datetime) -> Mapping[str, bool]:
    """Tell of each shop of a merchant whether it can take this app.

    One that brings a shop's orders goes where they come from nowhere yet.
    """
    brings_orders = Role.ORDERS in manifest.roles
    return {
        shop_id: not brings_orders
        or not any(
            Role.ORDERS in one.roles
            for one in connections.of_shop(scope, shop_id, now=now)
        )
        for shop_id in merchants.shop_ids(scope)
    }


def claim(
    parts: Parts, token: str, place: Place, *, merchant_id: str, user_id: str
) -> str:
    """Connect the installation with a shop of the merchant; returns the connection.

    Raises LookupError where the token claims nothing or the shop is another's, and
    EnrollError where the shop cannot take it.
    """
    now = parts.clock.now()

    def work(across: Across) -> str:
        found = installations.pending(across, token, now=now)
        if found is None:
            raise LookupError("nothing to claim")
        manifest = parts.registry.connector(found.connector).manifest
        scope = across.of(merchant_id)
        shop_id = _shop(scope, place, manifest, now=now)
        connection_id = _connect(across, scope, found, manifest, shop_id, now=now)
        audit.record(
            scope,
            user_id=user_id,
            action="connect_app",
            subject=connection_id,
            detail={"connector": found.connector, "shop_key": found.shop_key},
            now=now,
        )
        return connection_id

    return parts.store.across.write(work)


def _shop(scope: Scope, place: Place, manifest: Manifest, *, now: datetime) -> str:
    free = takers(scope, manifest, now=now)
    if place.shop_id:
        if place.shop_id not in free:
            raise LookupError("not a shop of this merchant")
        if not free[place.shop_id]:
            raise EnrollError("the shop has its orders", code="HUB-CONN-004")
        return place.shop_id
    prefixes = [merchants.get_shop(scope, one).order_number_prefix for one in free]
    prefix = place.order_number_prefix
    if not place.new_name:
        raise EnrollError("a new shop needs a name")
    if (prefixes and not prefix) or prefix in prefixes:
        raise EnrollError("a second shop needs a prefix", code="HUB-CONN-002")
    # Nothing is registered before a person has seen what the shop would send.
    return merchants.add_shop(
        scope,
        name=place.new_name,
        mode=Mode.SHADOW,
        cutover_at=now,
        order_number_prefix=prefix,
        now=now,
    )


def _connect(
    across: Across,
    scope: Scope,
    found: Installation,
    manifest: Manifest,
    shop_id: str,
    *,
    now: datetime,
) -> str:
    values = {one.name: one.default for one in manifest.settings if one.default}
    secrets = {
        one.name: Secret(new_secret())
        for one in manifest.settings
        if one.kind is SettingKind.SECRET and one.is_generated
    }
    connection_id, hook_key, _tag = connections.add(
        scope,
        shop_id=shop_id,
        connector=found.connector,
        roles=manifest.roles,
        settings={**values, **found.settings},
        secrets=secrets,
        now=now,
    )
    given = installations.pending_credentials(across, found)
    credentials.put(scope, connection_id, given, hook_key=hook_key, now=now)
    installations.claimed(
        across, found.id, merchant_id=scope.merchant_id, connection_id=connection_id
    )
    return connection_id
