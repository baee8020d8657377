"""Messages that only a previous secret proves: once they have ended, it may go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hub import metrics
from hub.config import PREVIOUS, app_variable
from hub.contract.connector import SettingKind
from hub.contract.proof import Delivery
from hub.flow.tools import Parts
from hub.store import meters
from hub.store.store import Across


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How often a previous secret was the proof, and when last."""

    times: int
    last_at: datetime


def note(slug: str, delivery: Delivery, *, now: datetime) -> None:
    """Count a proven message of a connector where the previous secret proved it."""
    if delivery.is_by_previous_secret:
        metrics.count(metrics.PREVIOUS_SECRET, slug)
        metrics.mark(metrics.PREVIOUS_SECRET_AT, now, slug)


def seen(across: Across) -> Mapping[str, Seen]:
    """Return by connector what all processes saw."""
    sums = {(one.name, one.labels): one.value for one in meters.sums(across)}
    slugs = [
        labels[0] for name, labels in sums if name == metrics.PREVIOUS_SECRET_AT.name
    ]
    return {
        slug: Seen(
            times=sums.get((metrics.PREVIOUS_SECRET.name, (slug,)), 0),
            last_at=datetime.fromtimestamp(
                sums[metrics.PREVIOUS_SECRET_AT.name, (slug,)] / 1_000_000, UTC
            ),
        )
        for slug in slugs
    }


def given(parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield each app's slug with the variable of a previous secret that is set."""
    for slug, connector in sorted(parts.registry.connectors.items()):
        for asked in connector.manifest.app_settings:
            variable = app_variable(slug, asked.name) + PREVIOUS
            is_secret = asked.kind is SettingKind.SECRET
            if is_secret and parts.config.environment.get(variable):
                yield slug, variable
