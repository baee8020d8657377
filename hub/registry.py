"""Finds the installed connectors by folder; none is named anywhere in the hub."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.contract.connector import CONTRACT_NUMBER, Connector

NAMESPACE = "connectors"


class UnknownConnectorError(LookupError):
    """No connector of this name is installed, or it could not be loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A folder that could not be used, and why, for `hub doctor`."""

    slug: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The connectors that can be used, by slug, and the folders that cannot."""

    connectors: Mapping[str, Connector]
    failures: Sequence[Failure] = ()

    def connector(self, slug: str) -> Connector:
        """Return a connector; raises UnknownConnectorError."""
        try:
            return self.connectors[slug]
        except KeyError:
            raise UnknownConnectorError(f"no connector named {slug!r}") from None


def load() -> Registry:
    """Import every folder of the namespace package; a broken one is reported."""
    connectors: dict[str, Connector] = {}
    failures: list[Failure] = []
    for slug in _slugs():
        try:
            connectors[slug] = _connector(slug)
        except Exception as error:  # noqa: BLE001 - a stranger's folder may fail anyhow
            reason = f"{type(error).__name__}: {error}"
            failures.append(Failure(slug=slug, reason=reason))
    return Registry(connectors=connectors, failures=tuple(failures))


def _slugs() -> Sequence[str]:
    try:
        namespace = importlib.import_module(NAMESPACE)
    except ModuleNotFoundError:
        return ()
    found = pkgutil.iter_modules(namespace.__path__)
    return sorted({module.name for module in found if module.ispkg})


def _connector(slug: str) -> Connector:
    module = importlib.import_module(f"{NAMESPACE}.{slug}")
    connector = getattr(module, "connector", None)
    if not isinstance(connector, Connector):
        raise TypeError("the package has no `connector = Connector(...)`")
    manifest = connector.manifest
    if manifest.slug != slug:
        raise ValueError(f"the manifest says {manifest.slug!r}, the folder {slug!r}")
    if manifest.contract != CONTRACT_NUMBER:
        raise ValueError(
            f"it was written for contract {manifest.contract}, "
            f"this hub speaks contract {CONTRACT_NUMBER}"
        )
    return connector
