"""The credentials of a connection: handed out, and renewed by one process at a time."""

import time
from datetime import timedelta
from functools import partial

from hub import log
from hub.clock import Clock
from hub.contract.credentials import Credentials, Renewal
from hub.contract.errors import CartUnauthorizedError, CartUnavailableError
from hub.store import credentials
from hub.store.credentials import CredentialState, StoredCredentials
from hub.store.store import MerchantStore

# Whoever finds a renewal on its way waits so long: less than an update's lease lasts.
WAIT_SECONDS = 20.0
_LOOK_SECONDS = 0.05
# Reading stays reading: a use is written down once in this time.
_USE_STEP = timedelta(hours=1)

_logger = log.get("credentials")


class Keeper:
    """Hands out the credentials of one connection to one task of one thread."""

    def __init__(self, store: MerchantStore, clock: Clock, connection_id: str) -> None:
        """Take whose they are; nothing is read yet."""
        self._store = store
        self._clock = clock
        self._id = connection_id
        self._handed_out: int | None = None

    def current(self) -> Credentials:
        """Return the credentials; raises CartUnauthorizedError without valid ones."""
        stored = self._read()
        now = self._clock.now()
        if stored.previous is not None or now - stored.used_at >= _USE_STEP:
            self._store.write(partial(credentials.note_use, stored=stored, now=now))
        self._handed_out = stored.version
        return stored.credentials

    def renew(self, using: Renewal) -> Credentials:
        """Return credentials newer than those handed out, renewed by us or another.

        No transaction is open while the cart is asked. Raises what `using` raises, and
        CartUnavailableError where another's renewal does not end.
        """
        stored = self._read()
        if self._handed_out is None:
            self._handed_out = stored.version
        token = self._lease(stored)
        if not token:
            return self.current()
        try:
            given = _asked(using, stored)
        except CartUnauthorizedError:
            self._void(stored)
            raise
        except BaseException:
            self._store.write(lambda scope: credentials.release(scope, self._id, token))
            raise
        now = self._clock.now()
        is_kept = self._store.write(
            lambda scope: credentials.replace(scope, stored, given, now=now)
        )
        if not is_kept:
            return self.current()
        self._handed_out = stored.version + 1
        return given

    def turned_away(self) -> None:
        """Note that the cart does not let in even with what was handed out last.

        Only a new installation helps then; one that came meanwhile stands.
        """
        if self._handed_out is None:
            return
        _logger.warning("credentials_void", connection_id=self._id)
        self._store.write(
            partial(credentials.void, connection_id=self._id, version=self._handed_out)
        )

    def _read(self) -> StoredCredentials:
        stored = self._store.read(lambda scope: credentials.get(scope, self._id))
        if stored is None:
            raise CartUnauthorizedError("the app is not installed")
        if stored.state is CredentialState.VOID:
            raise CartUnauthorizedError("the app is to be installed again")
        return stored

    def _lease(self, stored: StoredCredentials) -> str:
        """Return the lease of this version; "" once there are newer credentials."""
        deadline = time.monotonic() + WAIT_SECONDS
        while stored.version == self._handed_out:
            now = self._clock.now()
            token = self._store.write(
                partial(credentials.lease, stored=stored, now=now)
            )
            if token:
                return token
            if time.monotonic() > deadline:
                raise CartUnavailableError("another renewal does not end")
            time.sleep(_LOOK_SECONDS)
            stored = self._read()
        return ""

    def _void(self, stored: StoredCredentials) -> None:
        _logger.warning("credentials_void", connection_id=self._id)
        self._store.write(
            partial(credentials.void, connection_id=self._id, version=stored.version)
        )


def _asked(using: Renewal, stored: StoredCredentials) -> Credentials:
    try:
        return using(stored.credentials)
    except CartUnauthorizedError:
        # Kept only while nobody used the new ones: the cart may never have got so far.
        if stored.previous is None:
            raise
        return using(stored.previous)
