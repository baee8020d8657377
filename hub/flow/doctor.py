"""`hub doctor`: what is wrong with this installation, and what to do about it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from hub.config import PREVIOUS, app_variable
from hub.contract.connector import SettingKind
from hub.domain.business_calendar import covered_until
from hub.flow import previous_secrets
from hub.flow.fetching import SILENT_AFTER
from hub.flow.tools import Parts
from hub.store import inbox_documents, poll_cursors, provider_codes
from hub.store.engine import StorageError
from hub.store.schema import is_current

LEAST_FREE_BYTES = 1_000_000_000
CALENDAR_AHEAD = timedelta(days=90)
# A cart may bring a message a day late, signed as it was then.
_SECRET_QUIET = timedelta(days=2)


class Health(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing that was looked at."""

    name: str
    health: Health
    text: str


def diagnose(parts: Parts) -> Iterator[Diagnosis]:
    """Yield every thing that was looked at, well or not."""
    for look in (_database, _schema, _key, _bell, _provider, _connectors, _disk):
        yield look(parts)
    yield from _app_settings(parts)
    yield from _previous_secrets(parts)
    yield _calendar(parts)
    yield _provider_codes(parts)
    yield _carts(parts)
    yield _metrics(parts)


def _said(name: str, text: str, health: Health = Health.OK) -> Diagnosis:
    return Diagnosis(name=name, health=health, text=text)


def _tried(name: str, look: Callable[[], Diagnosis]) -> Diagnosis:
    try:
        return look()
    except (SQLAlchemyError, StorageError, OSError) as error:
        return _said(name, f"{type(error).__name__}: {error}", Health.FAILURE)


def _database(parts: Parts) -> Diagnosis:
    def look() -> Diagnosis:
        parts.store.check()
        kind = "SQLite" if parts.config.is_embedded else "PostgreSQL"
        return _said("database", f"{kind}, durable")

    return _tried("database", look)


def _schema(parts: Parts) -> Diagnosis:
    def look() -> Diagnosis:
        if is_current(parts.store.engine):
            return _said("schema", "current")
        return _said("schema", "old: run `hub migrate`", Health.FAILURE)

    return _tried("schema", look)


def _key(parts: Parts) -> Diagnosis:
    path = parts.config.key_file or parts.config.data_dir / "hub.key"
    if path.stat().st_mode & 0o077:
        text = f"{path} can be read by others: chmod 600 {path}"
        return _said("key file", text, Health.FAILURE)
    backup = Path(f"{path}.backed-up")
    if not backup.exists():
        text = (
            f"keep a copy of {path} somewhere else: without it nobody can read the "
            f"stored orders. Then write `touch {backup}`"
        )
        return _said("key file", text, Health.WARNING)
    return _said("key file", "0600, with a backup")


def _bell(parts: Parts) -> Diagnosis:
    if parts.bell.is_reachable():
        return _said("bell", "Redis or Valkey answers")
    text = "no answer: orders are kept and worked off a few seconds later"
    return _said("bell", text, Health.WARNING)


def _provider(parts: Parts) -> Diagnosis:
    url = parts.config.provider_url
    if not url:
        return _said("provider", "HUB_PROVIDER_URL is not set", Health.FAILURE)
    if parts.config.provider_is_sandbox:
        return _said("provider", f"sandbox at {url}")
    return _said("provider", url)


def _connectors(parts: Parts) -> Diagnosis:
    if parts.registry.failures:
        broken = "; ".join(f"{f.slug}: {f.reason}" for f in parts.registry.failures)
        return _said("connectors", broken, Health.FAILURE)
    known = [
        *sorted(parts.registry.connectors),
        *(f"{slug} (off)" for slug in sorted(parts.registry.switched_off)),
    ]
    return _said("connectors", ", ".join(known))


def _app_settings(parts: Parts) -> Iterator[Diagnosis]:
    """Tell which of each app's settings the operator gave; never what they are."""
    environment = parts.config.environment
    for slug, connector in sorted(parts.registry.connectors.items()):
        asked = {
            app_variable(slug, one.name): one for one in connector.manifest.app_settings
        }
        if not asked:
            continue
        known = {
            name
            for name, one in asked.items()
            if environment.get(name)
            or (one.kind is SettingKind.SECRET and environment.get(name + PREVIOUS))
        }
        absent = [n for n, one in asked.items() if one.is_required and n not in known]
        said = ", ".join(f"{n} ({'set' if n in known else 'default'})" for n in asked)
        # Nobody who does not offer the app misses anything.
        is_half = bool(known and absent)
        text = f"{said}; still needed: {', '.join(absent)}" if is_half else said
        health = Health.WARNING if is_half else Health.OK
        yield _said(f"app {slug}", text, health)


def _previous_secrets(parts: Parts) -> Iterator[Diagnosis]:
    """Tell of each secret that is to go whether carts still sign by it."""
    for slug, variable in previous_secrets.given(parts):
        yield _tried(f"secret {slug}", partial(_previous_secret, parts, slug, variable))


def _previous_secret(parts: Parts, slug: str, variable: str) -> Diagnosis:
    found = parts.store.across.read(previous_secrets.seen).get(slug)
    # When it was replaced nobody wrote down, so silence alone does not let it go.
    goes = f"remove {variable} once it is revoked at the cart"
    if found is None:
        return _said(f"secret {slug}", f"no message was signed by it; {goes}")
    last = f"{found.times} so far, the last at {found.last_at:%Y-%m-%d %H:%M} UTC"
    if parts.clock.now() - found.last_at < _SECRET_QUIET:
        text = f"still gets messages that {variable} signed ({last}): keep it"
        return _said(f"secret {slug}", text, Health.WARNING)
    return _said(
        f"secret {slug}", f"no message was signed by it lately ({last}); {goes}"
    )


def _disk(parts: Parts) -> Diagnosis:
    free = shutil.disk_usage(parts.config.data_dir).free
    text = f"{free // 1_000_000} MB free"
    return _said("disk", text, Health.OK if free > LEAST_FREE_BYTES else Health.WARNING)


def _metrics(parts: Parts) -> Diagnosis:
    if parts.config.metrics_token:
        return _said("metrics", "/metrics asks for HUB_METRICS_TOKEN")
    if parts.config.trusts_nearness:
        return _said("metrics", "/metrics answers this machine only")
    text = "/metrics answers nobody: set HUB_METRICS_TOKEN, or HUB_TRUSTED_PROXIES"
    return _said("metrics", text, Health.WARNING)


def _calendar(parts: Parts) -> Diagnosis:
    until = covered_until()
    today = parts.clock.business_now().date()
    health = Health.OK if until - today > CALENDAR_AHEAD else Health.FAILURE
    return _said("business calendar", f"known until {until}", health)


def _provider_codes(parts: Parts) -> Diagnosis:
    """Name the provider's codes that nobody wrote down; its list is not public."""

    def look() -> Diagnosis:
        known = parts.profile.already_cancelled_code
        seen = parts.store.across.read(provider_codes.seen)
        unknown = [
            f"{one.code or '(none)'} at {one.point or '(nothing)'} in {one.operation}"
            f" x{one.times}"
            for one in seen
            if one.code != known
        ]
        if not unknown:
            return _said("provider codes", "none but the known ones were seen")
        text = f"seen, and explained by their point only: {', '.join(unknown)}"
        return _said("provider codes", text)

    return _tried("provider codes", look)


def _carts(parts: Parts) -> Diagnosis:
    """Name the connections whose carts are silent for over an hour."""

    def look() -> Diagnosis:
        before = parts.clock.now() - SILENT_AFTER
        across = parts.store.across
        failing = across.read(
            lambda found: poll_cursors.all_failing(found, before=before)
        )
        waiting = across.read(
            lambda found: inbox_documents.count_waiting(found, before=before)
        )
        said = [
            f"connection {one.connection_id} not compared since"
            f" {one.since:%Y-%m-%d %H:%M} UTC: {one.code}"
            for one in failing
        ]
        if waiting:
            said.append(f"{waiting} deliveries wait for what their carts do not give")
        if not said:
            return _said("carts asked", "all of them answer")
        return _said("carts asked", "; ".join(said), Health.WARNING)

    return _tried("carts asked", look)
