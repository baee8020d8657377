"""How a webhook is answered: by Flask's route, or by the bridge before Flask.

Flask's way of a request costs more than proof, encryption and insertion together, and
a hand-over to a thread nearly as much. So the bridge asks `answer_soon`, which runs in
its loop and waits for nothing but the commit; under any other server Flask's route
asks `answer`. Both say the same, byte for byte.
"""

import re
from functools import partial

from hub import log, metrics
from hub.contract.connector import Connector
from hub.contract.inbound import InboundRequest
from hub.flow.app_hooks import receive_for_app
from hub.flow.problems import CODE_OF_RECEIPT, STATUS_OF_RECEIPT, UNEXPECTED
from hub.flow.receive import Door, Proven, Receipt, Receiver
from hub.parts import Parts
from hub.web.calls import Answer
from hub.web.pool import OverloadedError, Pool
from hub.web.problems import PROBLEM_TYPE, problem_bytes, retry_after_seconds

LONGEST_KEY = 64
# Beyond it proof and encryption would keep the loop from the others for too long.
LARGE_BODY = 65_536

# Nothing that Flask would read in another way: no escapes, no doubled slashes.
_PATH = re.compile(r"/hooks/([A-Za-z0-9_-]+)(?:/([A-Za-z0-9_-]+))?", re.ASCII)
_EMPTY = [("content-type", "text/html; charset=utf-8"), ("content-length", "0")]
_logger = log.get("intake")


class Intake:
    """Answers webhooks for one process."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts; nothing is read yet."""
        self.clock = parts.clock
        self._receiver = Receiver(parts)
        self._parts = parts

    @staticmethod
    def knock(method: str, path: str) -> tuple[str, str] | None:
        """Return connector and hook key of a webhook's path, None for other paths.

        The key is "" for what comes for every shop of an app.
        """
        if method != "POST" or not path.startswith("/hooks/"):
            return None
        found = _PATH.fullmatch(path)
        return (found[1], found[2] or "") if found else None

    def answer(self, slug: str, hook_key: str, request: InboundRequest) -> Answer:
        """Take a webhook and wait until it is answered."""
        if not hook_key:
            return self._answer_app(slug, request)
        receipt, connector = self._receiver.receive(
            slug, hook_key[:LONGEST_KEY], request
        )
        if receipt is Receipt.NEW:
            self._receiver.ring()
        return _said(receipt, connector)

    async def answer_soon(
        self, slug: str, hook_key: str, request: InboundRequest, *, pool: Pool
    ) -> Answer:
        """Take a webhook in an event loop; raises OverloadedError."""
        try:
            return await self._answer(slug, hook_key[:LONGEST_KEY], request, pool)
        except OverloadedError:
            raise
        except Exception as error:  # noqa: BLE001 (the last wall, as Flask has one)
            _logger.error("intake_failed", error_type=type(error).__name__)  # noqa: TRY400 (a traceback could show a buyer)
            return _problem(500, UNEXPECTED)

    async def _answer(
        self, slug: str, hook_key: str, request: InboundRequest, pool: Pool
    ) -> Answer:
        receiver = self._receiver
        if not hook_key:
            # A few in a month: they may take a thread.
            return await pool.submit(lambda: self._answer_app(slug, request))
        door: Door | Receipt | None = receiver.known_door(slug, hook_key)
        if door is None:
            door = await pool.submit(lambda: receiver.open_door(slug, hook_key))
        if isinstance(door, Receipt):
            return _said(door, None)
        outcome = await self._check(door, request, pool)
        receipt = await self._keep(outcome, pool)
        if receipt is Receipt.NEW:
            receiver.ring()
        return _said(receipt, door.connector)

    def _answer_app(self, slug: str, request: InboundRequest) -> Answer:
        taken = receive_for_app(self._parts, slug, request)
        if taken.receipt is Receipt.NEW:
            self._receiver.ring()
        return _said(taken.receipt, taken.connector)

    async def _check(
        self, door: Door, request: InboundRequest, pool: Pool
    ) -> Proven | Receipt:
        receiver = self._receiver
        if len(request.body) <= LARGE_BODY:
            return receiver.check(door, request)
        return await pool.submit(lambda: receiver.check(door, request))

    async def _keep(self, outcome: Proven | Receipt, pool: Pool) -> Receipt:
        if isinstance(outcome, Receipt):
            return outcome
        future = pool.expect()
        try:
            self._receiver.keep(outcome, partial(pool.bring, future))
        except Exception as error:  # noqa: BLE001 (it is raised where it is awaited)
            pool.bring(future, None, error)
        receipt: Receipt = await future
        return receipt


def _said(receipt: Receipt, connector: Connector | None) -> Answer:
    slug = connector.manifest.slug if connector else ""
    metrics.count(metrics.INTAKE, slug, receipt.value)
    status = STATUS_OF_RECEIPT[receipt]
    if receipt in CODE_OF_RECEIPT:
        return _problem(status, CODE_OF_RECEIPT[receipt])
    if receipt is Receipt.NEW and connector is not None:
        status = connector.manifest.accepted_status
    return Answer(status, _EMPTY, b"")


def _problem(status: int, code: str) -> Answer:
    body = problem_bytes(status, code)
    headers = [("content-type", PROBLEM_TYPE), ("content-length", str(len(body)))]
    if status == 503:
        headers.append(("retry-after", str(retry_after_seconds())))
    return Answer(status, headers, body)
