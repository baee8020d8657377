"""An owner changes the settings of a connection; what is set by others stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.contract.connector import Manifest, SettingField, SettingKind
from hub.domain.known import State
from hub.flow.enroll import EnrollError, check_urls, setting_value
from hub.flow.tools import Parts
from hub.store import audit, connections, installations, open_orders, poll_cursors
from hub.store.connections import StoredConnection
from hub.store.store import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Editable:
    """A connection with the fields that a person may change."""

    connection: StoredConnection
    manifest: Manifest
    fields: Sequence[SettingField]


def editable(scope: Scope, parts: Parts, connection_id: str) -> Editable | None:
    """Return what may be changed, None for no connection of this merchant.

    Secrets are not read here, and what the installation of an app brought is its own.
    Raises UnknownConnectorError.
    """
    connection = connections.get(scope, connection_id, now=parts.clock.now())
    if connection is None:
        return None
    manifest = parts.registry.connector(connection.connector).manifest
    installed = installations.of_merchant(scope).get(connection_id)
    fixed = set(installed.settings) if installed else set()
    return Editable(
        connection=connection,
        manifest=manifest,
        fields=[
            one
            for one in manifest.settings
            if one.kind is not SettingKind.SECRET and one.name not in fixed
        ],
    )


def change_settings(
    parts: Parts,
    merchant_id: str,
    connection_id: str,
    given: Mapping[str, str],
    *,
    user_id: str,
) -> None:
    """Store settings; raises EnrollError for what cannot be one.

    HUB-CONN-006 where an entry would go by which open orders are known.
    The cart is looked at from the beginning afterwards: an order that was passed over
    for want of a setting is found (reconciliation), and none is registered twice.
    Raises LookupError for no connection of this merchant.
    """
    now = parts.clock.now()

    def work(scope: Scope) -> None:
        found = editable(scope, parts, connection_id)
        if found is None:
            raise LookupError(connection_id)
        before = found.connection.settings.values
        typed = {
            one.name: setting_value(one, given.get(one.name, ""))
            for one in found.fields
        }
        check_urls(
            found.manifest, {k: v for k, v in typed.items() if v}, parts.callbacks
        )
        _refuse_loss(scope, found, typed)
        changed = sorted(k for k, v in typed.items() if v != before.get(k, ""))
        if not changed:
            return
        kept = {name: value for name, value in {**before, **typed}.items() if value}
        connections.change_settings(scope, connection_id, kept)
        poll_cursors.begin_anew(scope, connection_id, now=now)
        audit.record(
            scope,
            user_id=user_id,
            action="change_connection",
            subject=connection_id,
            detail={"changed": changed},
            now=now,
        )

    parts.store.of(merchant_id).write(work)


def _refuse_loss(scope: Scope, found: Editable, typed: Mapping[str, str]) -> None:
    before = found.connection.settings
    is_loss = any(
        _entries(before.text(one.name)) - _entries(typed[one.name])
        for one in found.fields
        if one.keeps_entries
    )
    every = frozenset(State)
    if is_loss and open_orders.ids_of(scope, found.connection.shop_id, every):
        raise EnrollError("open orders are known by it", code="HUB-CONN-006")


def _entries(listed: str) -> set[str]:
    return {entry.strip() for entry in listed.split(",")} - {""}
