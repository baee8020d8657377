"""What of a set-up checklist the hub itself holds: states, findings and links."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.console.visit import Visitor
from hub.contract.embed import HubPart, ItemState, SetupItem
from hub.domain.policy import Mode

# A tag that no page asked for this long may have gone with a new theme.
SEEN_LONG_AGO = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the hub holds of one connection; `base` is where its console stands."""

    connection_id: str
    mode: Mode
    tag_seen_at: datetime | None
    base: str = ""


def filled_in(
    visitor: Visitor, items: Iterable[SetupItem], held: Held
) -> list[SetupItem]:
    """Return the items with what the hub holds; those of the cart as they are."""
    return [_filled_in(visitor, one, held) for one in items]


def _filled_in(visitor: Visitor, item: SetupItem, held: Held) -> SetupItem:
    match item.hub_part:
        case HubPart.TAG:
            return _tag(visitor, item, held.tag_seen_at)
        case HubPart.MODE:
            return _mode(visitor, item, held)
        case HubPart.SETTINGS:
            path = f"/console/connections/{held.connection_id}/settings"
            return replace(item, link=held.base + path, is_ours=True)
        case None:
            return item


def _tag(visitor: Visitor, item: SetupItem, seen_at: datetime | None) -> SetupItem:
    if seen_at is None:
        note = visitor.say("app.tag_not_seen")
        return _noted(item, ItemState.TO_DO, note)
    when = visitor.show.short(seen_at)
    if seen_at < visitor.parts.clock.now() - SEEN_LONG_AGO:
        note = visitor.say("app.tag_seen_long_ago", when=when)
        return _noted(item, ItemState.UNKNOWN, note)
    return _noted(item, ItemState.DONE, visitor.say("app.tag_seen", when=when))


def _mode(visitor: Visitor, item: SetupItem, held: Held) -> SetupItem:
    state = ItemState.TO_DO if held.mode is Mode.SHADOW else ItemState.DONE
    note = visitor.say(
        "app.mode_now",
        mode=visitor.say(f"mode.{held.mode.value}"),
        text=visitor.say(f"mode.{held.mode.value}_text"),
    )
    link = f"{held.base}/console/connections"
    return replace(_noted(item, state, note), link=link, is_ours=True)


def _noted(item: SetupItem, state: ItemState, note: str) -> SetupItem:
    # Said in the visitor's language; a page shows one of the two.
    return replace(item, state=state, note_ja=note, note_en=note)
