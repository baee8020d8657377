"""The settings in force of a connection: the operator's for the app, then its own."""

from dataclasses import replace

from hub.config import merged
from hub.contract.connector import Manifest, Settings
from hub.flow.tools import Parts
from hub.registry import UnknownConnectorError
from hub.store.connections import StoredConnection


def app_settings(parts: Parts, slug: str) -> Settings:
    """Return the operator's settings of a connector; none where it is not installed."""
    try:
        manifest = parts.registry.connector(slug).manifest
    except UnknownConnectorError:
        return Settings()
    return parts.config.of_app(manifest)


def in_force(
    parts: Parts, connection: StoredConnection, manifest: Manifest
) -> StoredConnection:
    """Return the connection with the settings that its connector's functions see."""
    if not manifest.app_settings:
        return connection
    app = parts.config.of_app(manifest)
    return replace(connection, settings=merged(app, connection.settings))
