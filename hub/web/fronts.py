"""Tags that a cart passes on from a page of a shop, each request proven (app proxy).

`GET /front/<connector>/tag.js`. Whose page asks, the connector proves; that it asks at
all shows that the tag stands on a page, which the set-up checklist tells.
"""

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.contract.inbound import InboundRequest
from hub.flow.install import NoAppError, offered
from hub.flow.tools import Parts
from hub.store import installations

# How long a process does not ask again whether the hour is over.
QUIET_SECONDS = 300.0
MOST_KEPT = 4096
_PATH = re.compile(r"/front/([a-z][a-z0-9_]{0,63})/tag\.js")
_logger = log.get("tag")


@dataclass(frozen=True, slots=True)
class Front:
    """The shop of a cart whose page asks."""

    connector: str
    shop_key: str


class Fronts:
    """Proves whose page asks, and notes that it did."""

    def __init__(self, parts: Parts) -> None:
        """Read nothing yet."""
        self._parts = parts
        self._quiet: OrderedDict[Front, float] = OrderedDict()
        self._lock = threading.Lock()

    def asker(self, environ: dict[str, Any]) -> Front | None:
        """Return whose page asks, None for any other request.

        Raises SignatureError where the cart did not sign it.
        """
        path: str = environ.get("PATH_INFO", "")
        found = _PATH.fullmatch(path) if path.startswith("/front/") else None
        if found is None:
            return None
        parts = self._parts
        try:
            connector, _install = offered(parts, found[1])
        except NoAppError:
            return None
        if connector.storefront is None:
            return None
        request = InboundRequest(
            method=environ["REQUEST_METHOD"],
            query=environ.get("QUERY_STRING", ""),
            headers=(),
            body=b"",
            received_at=parts.clock.now(),
            remote_address="",
        )
        settings = parts.config.of_app(connector.manifest)
        return Front(found[1], connector.storefront(request, settings))

    def note(self, front: Front) -> None:
        """Note that a page of the shop asked; of its visitor nothing is kept.

        One write for each shop and hour, and a failure shows on no page.
        """
        if time.monotonic() < self._quiet.get(front, 0.0):
            return
        with self._lock:
            self._quiet[front] = time.monotonic() + QUIET_SECONDS
            self._quiet.move_to_end(front)
            if len(self._quiet) > MOST_KEPT:
                self._quiet.popitem(last=False)
        now = self._parts.clock.now()
        try:
            self._parts.store.across.write(
                lambda across: installations.note_tag_seen(
                    across, front.connector, front.shop_key, now=now
                )
            )
        except SQLAlchemyError as error:
            _logger.warning("tag_not_noted", error_type=type(error).__name__)
