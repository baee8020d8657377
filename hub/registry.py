"""Finds the installed connectors by folder; none is named anywhere in the hub."""

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from hub.contract.connector import CONTRACT_NUMBER, Connector, Manifest

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
    """The connectors that can be used, by slug, and the folders that cannot.

    `switched_off` are there and not used, because the operator did not switch them on
    (`Manifest.switch`): for everything else they are as good as not installed.
    """

    connectors: Mapping[str, Connector]
    failures: Sequence[Failure] = ()
    switched_off: Mapping[str, Connector] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def connector(self, slug: str) -> Connector:
        """Return a connector; raises UnknownConnectorError."""
        try:
            return self.connectors[slug]
        except KeyError:
            raise UnknownConnectorError(f"no connector named {slug!r}") from None

    def switched(self, is_on: Callable[[Manifest], bool]) -> "Registry":
        """Return the registry without what the operator did not switch on."""
        everyone = {**self.switched_off, **self.connectors}
        on = {slug: one for slug, one in everyone.items() if is_on(one.manifest)}
        off = {slug: one for slug, one in everyone.items() if slug not in on}
        return replace(self, connectors=on, switched_off=off)


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


def folder_of(slug: str) -> Path | None:
    """Return the folder of an installed connector, without importing it."""
    found = importlib.util.find_spec(NAMESPACE)
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place) / slug
        if (folder / "__init__.py").is_file():
            return folder
    return None


def load_folder(folder: Path) -> Connector:
    """Import a connector from its folder, wherever it lies; raises what it raises."""
    folder = folder.resolve()
    name = f"{NAMESPACE}.{folder.name}"
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{folder} is not a package")
    for loaded in [one for one in sys.modules if f"{one}.".startswith(f"{name}.")]:
        del sys.modules[loaded]
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        return _connector_of(module, folder.name)
    except BaseException:
        del sys.modules[name]
        raise


def passport(connector: Connector) -> dict[str, Any]:
    """Return what a connector says of itself, as JSON."""
    manifest = connector.manifest
    needed = ("manifest", "verify", "translate", "push")
    optional = [field.name for field in fields(Connector) if field.name not in needed]
    capabilities = [name for name in optional if getattr(connector, name) is not None]
    return {
        "slug": manifest.slug,
        "title_ja": manifest.title_ja,
        "title_en": manifest.title_en,
        "version": manifest.version,
        "contract": manifest.contract,
        "capabilities": [*capabilities, *(["snippets"] if manifest.snippets else [])],
        "roles": [role.value for role in manifest.roles],
        "topics": list(manifest.topics),
        "settings": [field.name for field in manifest.settings],
    }


def _connector(slug: str) -> Connector:
    return _connector_of(importlib.import_module(f"{NAMESPACE}.{slug}"), slug)


def _connector_of(module: ModuleType, slug: str) -> Connector:
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
