"""How the app of each connection stands, as a clerk reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.console.visit import Visitor
from hub.console.words import explained
from hub.flow.install_care import WARN_BEFORE
from hub.store import connections, credentials, installations
from hub.store.credentials import CredentialState, Standing
from hub.store.installations import Installation
from hub.store.store import Scope
from hub.text.catalogue import Message

UNAUTHORIZED = "HUB-CART-401"


class AppState(StrEnum):
    """What there is to say of an app, the worst first."""

    REMOVED = "removed"
    VOID = "void"
    FAILED = "failed"
    ENDING = "ending"
    PREPARING = "preparing"
    CONNECTED = "connected"


_TONES = {
    AppState.REMOVED: "stop",
    AppState.VOID: "stop",
    AppState.FAILED: "stop",
    AppState.ENDING: "wait",
    AppState.PREPARING: "wait",
    AppState.CONNECTED: "ok",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppStanding:
    """The app of one connection; `problem` says what to do, None for nothing."""

    connection_id: str
    connector: str
    shop_key: str
    title: str
    state: AppState
    tone: str
    problem: Message | None
    ends_at: datetime | None
    tag_seen_at: datetime | None

    @property
    def needs_consent(self) -> bool:
        """Tell whether the merchant has to allow the app at the cart again."""
        return self.state in (AppState.REMOVED, AppState.VOID, AppState.ENDING)


def app_standings(scope: Scope, *, now: datetime) -> dict[str, AppStanding]:
    """Return how each app of the merchant stands, by its connection."""
    installed = installations.of_merchant(scope)
    found: dict[str, AppStanding] = {}
    for connection_id, standing in credentials.standings(scope).items():
        connection = connections.get(scope, connection_id, now=now)
        if connection is not None:
            found[connection_id] = _standing(
                connection.connector, standing, installed.get(connection_id), now=now
            )
    return found


def apps_in_need(scope: Scope, *, now: datetime) -> Sequence[AppStanding]:
    """Return the apps that need a person, for 今日の仕事."""
    standings = app_standings(scope, now=now).values()
    fine = (AppState.CONNECTED, AppState.PREPARING)
    return [one for one in standings if one.state not in fine]


def _standing(
    connector: str,
    standing: Standing,
    installation: Installation | None,
    *,
    now: datetime,
) -> AppStanding:
    state = _state(standing, installation, now=now)
    code = {
        AppState.REMOVED: UNAUTHORIZED,
        AppState.VOID: UNAUTHORIZED,
        AppState.FAILED: standing.enable_code,
        AppState.ENDING: "HUB-CONSOLE-ENDING",
    }.get(state, "")
    return AppStanding(
        connection_id=standing.connection_id,
        connector=connector,
        shop_key=installation.shop_key if installation else "",
        title=installation.title if installation else "",
        state=state,
        tone=_TONES[state],
        problem=explained(code) if code else None,
        ends_at=standing.refresh_ends_at,
        tag_seen_at=installation.tag_seen_at if installation else None,
    )


def _state(
    standing: Standing, installation: Installation | None, *, now: datetime
) -> AppState:
    if installation is not None and installation.removed_at is not None:
        return AppState.REMOVED
    ends_at = standing.refresh_ends_at
    if standing.state is CredentialState.VOID or (ends_at and ends_at <= now):
        return AppState.VOID
    if standing.enable_code:
        return AppState.FAILED
    if ends_at and ends_at <= now + WARN_BEFORE:
        return AppState.ENDING
    return AppState.CONNECTED if standing.enabled_at else AppState.PREPARING


def state_word(visitor: Visitor, state: AppState) -> str:
    """Return the word of a state on a screen."""
    return visitor.say(f"app.{state.value}")
