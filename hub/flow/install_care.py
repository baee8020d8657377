"""What keeps an installed app alive: its cart knows our address, its access lives.

`tend` runs beside the sweep, because it waits for carts, which the sweep must not.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.contract.errors import CartRefusedError, HubError
from hub.flow.connection_view import let_in
from hub.flow.install import NoAppError, install_of
from hub.flow.tools import Parts
from hub.store import connections, credentials, enabling, installations
from hub.store.connections import StoredConnection
from hub.store.credentials import StoredCredentials
from hub.store.store import Scope

PERIOD_SECONDS = 30.0
# Credentials that nobody used for this long are renewed, so that none end unused.
UNUSED = timedelta(hours=24)
_AGAIN = timedelta(hours=1)
# From here on a person is told that the cart will soon renew no more.
WARN_BEFORE = timedelta(days=14)
_FIRST_SECONDS, _LONGEST_SECONDS = 30, 3600
_DEFECT = "HUB-GEN-001"

_logger = log.get("install")


def tend_beside(parts: Parts, *, should_stop: Callable[[], bool]) -> threading.Thread:
    """Tend every half minute in a thread of its own until told to stop."""

    def loop() -> None:
        while not should_stop():
            try:
                tend(parts)
            except (SQLAlchemyError, OSError) as error:
                _logger.warning("tend_failed", error_type=type(error).__name__)
            deadline = time.monotonic() + PERIOD_SECONDS
            while not should_stop() and time.monotonic() < deadline:
                time.sleep(0.1)

    thread = threading.Thread(target=loop, name="tend", daemon=True)
    thread.start()
    return thread


def tend(parts: Parts) -> None:
    """Look once at every app: what is to be set up, and whose access lay unused."""
    now = parts.clock.now()
    across = parts.store.across
    for merchant_id, connection_id in across.read(
        lambda found: enabling.due(found, now=now)
    ):
        enable(parts, merchant_id, connection_id)
    for merchant_id, connection_id in across.read(
        lambda found: credentials.long_unused(found, before=now - UNUSED, now=now)
    ):
        touch(parts, merchant_id, connection_id)


def enable(parts: Parts, merchant_id: str, connection_id: str) -> str:
    """Make the cart send to our address; returns why it does not, "" where it does.

    Tried again by `tend` until it is done, or until only a person can help.
    """
    store = parts.store.of(merchant_id)
    now = parts.clock.now()
    tries = store.write(partial(enabling.take, connection_id=connection_id, now=now))
    if tries is None:
        return ""
    code, is_hopeless = _asked(parts, merchant_id, connection_id)
    now = parts.clock.now()
    if not code:
        store.write(partial(enabling.note_done, connection_id=connection_id, now=now))
        return ""
    seconds = min(_FIRST_SECONDS * 2 ** min(tries, 10), _LONGEST_SECONDS)
    due_at = None if is_hopeless else now + timedelta(seconds=seconds)
    store.write(
        lambda scope: enabling.note_failure(
            scope, connection_id, code=code, due_at=due_at
        )
    )
    _logger.warning("enable_failed", connection_id=connection_id, code=code)
    return code


def enable_now(parts: Parts, merchant_id: str, connection_id: str) -> str:
    """Try at once, because a person asks; returns why it failed, "" for success."""
    now = parts.clock.now()
    parts.store.of(merchant_id).write(
        lambda scope: enabling.ask(scope, connection_id, now=now)
    )
    return enable(parts, merchant_id, connection_id)


def _asked(parts: Parts, merchant_id: str, connection_id: str) -> tuple[str, bool]:
    """Return the code of what went wrong, and whether trying again is of no use."""
    try:
        connection, held = _read(parts, merchant_id, connection_id)
        _connector, install = install_of(parts, connection.connector)
        with let_in(parts, connection) as view:
            install.enable(view, hook_url_of(parts, connection, held))
    except CartRefusedError as error:
        return error.code, True
    except HubError as error:
        return error.code, False
    except Exception as error:  # noqa: BLE001 - a stranger's connector may fail anyhow
        _logger.warning("enable_defect", error_type=type(error).__name__)
        return _DEFECT, False
    return "", False


def hook_url_of(
    parts: Parts, connection: StoredConnection, held: StoredCredentials
) -> str:
    """Return the address that the cart of a connection sends to: it is a secret."""
    public = parts.config.public_url
    return f"{public}/hooks/{connection.connector}/{held.hook_key}"


def touch(parts: Parts, merchant_id: str, connection_id: str) -> None:
    """Renew credentials that lay unused, so that they do not end; once, whatever."""
    store = parts.store.of(merchant_id)
    now = parts.clock.now()
    held = _renewed(parts, merchant_id, connection_id)
    if held is not None:
        store.write(partial(credentials.note_use, stored=held, now=now))
        return
    # In an hour again, rather than every half minute.
    seen_at = now - UNUSED + _AGAIN
    store.write(lambda scope: credentials.postpone(scope, connection_id, seen_at))


def _renewed(
    parts: Parts, merchant_id: str, connection_id: str
) -> StoredCredentials | None:
    """Return what was looked after, None where that failed."""
    try:
        connection, held = _read(parts, merchant_id, connection_id)
        _connector, install = install_of(parts, connection.connector)
        if install.renew is not None:
            with let_in(parts, connection) as view:
                install.renew(view)
    except Exception as error:  # noqa: BLE001 - a stranger's connector may fail anyhow
        _logger.warning("touch_failed", error_type=type(error).__name__)
        return None
    return held


def _read(
    parts: Parts, merchant_id: str, connection_id: str
) -> tuple[StoredConnection, StoredCredentials]:
    now = parts.clock.now()

    def work(scope: Scope) -> tuple[StoredConnection, StoredCredentials]:
        connection = connections.get(scope, connection_id, now=now)
        held = credentials.get(scope, connection_id)
        if connection is None or held is None:
            raise NoAppError(connection_id)
        return connection, held

    return parts.store.of(merchant_id).read(work)


def note_removed(scope: Scope, connection_id: str, *, occurred_at: datetime) -> bool:
    """Note that the merchant removed the app at the cart.

    False where it was installed again since: the message was late.
    """
    if not installations.removed(scope, connection_id, occurred_at=occurred_at):
        return False
    credentials.void(scope, connection_id)
    return True
