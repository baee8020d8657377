"""The GraphQL Admin API of one shop: tokens, costs, and what its refusals mean.

A throttle comes as a 200 (shopify.md 3.2), a refused mutation too (userErrors). No
words of Shopify's reach an error of ours, for they may quote a buyer.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from hub.contract.connector import Connection
from hub.contract.errors import (
    CartBusyError,
    CartGoneError,
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
    HubError,
    PayloadError,
)
from hub.contract.http import AnswerLostError, HttpAnswer, NotSentError
from hub.contract.json_body import read_json
from hub.contract.retry_after import bounded_wait, wait_of
from hub.contract.secret import Secret

from .shops import GRAPHQL_PATH, shop_domain, shop_url
from .tokens import access_token, token_after_refusal

CALL_SECONDS = 20.0
TOTAL_SECONDS = 60.0
CAP_BYTES = 1_000_000
# A throttle that ends sooner is waited for once; a longer one goes back to the queue.
PATIENCE_SECONDS = 3.0

Data = Mapping[str, Any]

# What only a person can change, by status (3.2): frozen, scope, gone, locked.
_REFUSALS = {
    402: "HUB-CART-402",
    403: "HUB-CART-403",
    404: "HUB-CART-404",
    423: "HUB-CART-423",
}
_WORD = re.compile(r"[A-Za-z_]{1,60}", re.ASCII)


class UserErrorsError(CartRefusedError):
    """A mutation was refused in a 200; `codes` are Shopify's own words for why."""

    code = "HUB-CART-422"

    def __init__(self, mutation: str, codes: Sequence[str]) -> None:
        """Keep the codes; a mutation without codes has "" for each."""
        told = ", ".join(code for code in codes if code) or "without a code"
        super().__init__(f"{mutation} was refused: {told}")
        self.codes = tuple(codes)


class Client:
    """Asks one shop, within one deadline for all that it is asked."""

    def __init__(
        self,
        connection: Connection,
        *,
        path: str = GRAPHQL_PATH,
        sleep: Callable[[float], None] = time.sleep,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        """Start the deadline; raises CartRefusedError where no shop is set.

        `path` is that of another API of the same shop, which answers alike.
        """
        self._connection = connection
        self._sleep = sleep
        self._begun_at, self._total_seconds = time.monotonic(), total_seconds
        settings = connection.settings
        if not shop_domain(settings.text("shop")):
            raise CartRefusedError("the connection names no shop")
        self._url = shop_url(settings, settings.text("shop"), path)
        # As the last answer named it; "" before the first.
        self.version = ""

    def ask(self, document: str, variables: Mapping[str, Any]) -> Data:
        """Return `data` of a query or mutation.

        Raises CartUnavailableError where it may be tried again, CartUnauthorizedError
        where only the merchant can help, else CartRefusedError.
        """
        body = orjson.dumps({"query": document, "variables": dict(variables)})
        members = self._members(body)
        wait = _throttle(members)
        if wait is not None:
            if not 0 <= wait <= min(PATIENCE_SECONDS, self._left()):
                raise _throttled(wait)
            # Nothing was executed, so even a mutation is sent again.
            self._sleep(wait)
            members = self._members(body)
            wait = _throttle(members)
            if wait is not None:
                raise _throttled(wait)
        return _data(members)

    def write(
        self,
        document: str,
        variables: Mapping[str, Any],
        *,
        passes: Mapping[str, Sequence[str]] | None = None,
    ) -> Data:
        """Return `data` of a mutation; raises UserErrorsError for what was refused.

        `passes` names, per mutation, codes of userErrors that mean it is done already.
        """
        data = self.ask(document, variables)
        for name, payload in data.items():
            codes = _codes(payload)
            accepted = (passes or {}).get(name, ())
            if any(code not in accepted for code in codes):
                raise UserErrorsError(name, codes)
        return data

    def _members(self, body: bytes) -> Data:
        token = access_token(self._connection)
        answer = self._posted(token, body)
        if answer.status == 401:
            token = token_after_refusal(self._connection, token)
            answer = self._posted(token, body)
        self.version = answer.headers.get("x-shopify-api-version", self.version)
        if answer.status != 200:
            raise _failure(answer, wait_of_answer(answer, self._connection))
        try:
            members = read_json(answer.body)
        except PayloadError:
            members = None
        if not isinstance(members, dict):
            raise CartUnavailableError("the shop's answer is not readable")
        return members

    def _posted(self, token: Secret, body: bytes) -> HttpAnswer:
        left = self._left()
        if left < 1:
            raise CartUnavailableError("the deadline for this shop passed")
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Shopify-Access-Token": token.reveal(),
        }
        try:
            return self._connection.http.post(
                self._url,
                body=body,
                headers=headers,
                total_seconds=min(CALL_SECONDS, left),
                cap_bytes=CAP_BYTES,
            )
        except (NotSentError, AnswerLostError) as error:
            # Everything that we write is read first and written as a state, so the
            # whole is safe to repeat; it is not repeated here, where nobody waits.
            raise CartUnavailableError(str(error)) from error

    def _left(self) -> float:
        # By the clock that no one sets: a clock put forward would end every call.
        return self._total_seconds - (time.monotonic() - self._begun_at)


def wait_of_answer(answer: HttpAnswer, connection: Connection) -> int | None:
    """Return the wait that an answer asks for, None where it asks for none."""
    return wait_of(answer.headers.get("retry-after", ""), connection.now())


def _failure(answer: HttpAnswer, wait: int | None) -> HubError:
    said = f"the shop answered {answer.status}"
    if answer.status == 401:
        return CartUnauthorizedError(said)
    if answer.status == 410:
        return CartGoneError(said)
    if answer.status == 429:
        return CartBusyError(said, retry_after_seconds=wait)
    if answer.status >= 500:
        return CartUnavailableError(said, retry_after_seconds=wait)
    return CartRefusedError(said, code=_REFUSALS.get(answer.status))


def _throttle(members: Data) -> float | None:
    """Return the seconds until the query is affordable, None where it was answered.

    (requested − available) / restoreRate; -1 where the answer does not say (3.2).
    """
    if "THROTTLED" not in _error_codes(members):
        return None
    match members.get("extensions"):
        case {
            "cost": {
                "requestedQueryCost": int() | float() as requested,
                "throttleStatus": {
                    "currentlyAvailable": int() | float() as available,
                    "restoreRate": int() | float() as rate,
                },
            }
        } if rate > 0:
            return max(requested - available, 0) / rate
    return -1.0


def _throttled(wait: float) -> CartBusyError:
    # Without figures five seconds are what a whole bucket needs on no plan.
    seconds = bounded_wait(wait) if wait >= 0 else 5
    return CartBusyError("the shop throttles", retry_after_seconds=seconds)


def _data(members: Data) -> Data:
    """Return data; raises for top-level errors, even beside a part of the data."""
    if members.get("errors"):
        raise _top_level(_error_codes(members))
    data = members.get("data")
    if not isinstance(data, dict):
        raise CartUnavailableError("the shop's answer has no data")
    return data


def _top_level(codes: Sequence[str]) -> HubError:
    if "ACCESS_DENIED" in codes:
        return CartRefusedError("the app may not do that", code="HUB-CART-403")
    if "INTERNAL_SERVER_ERROR" in codes or "TIMEOUT" in codes:
        return CartUnavailableError("the shop failed inside")
    return CartRefusedError(f"the shop refused the query: {', '.join(codes)}")


def _error_codes(members: Data) -> Sequence[str]:
    errors = members.get("errors")
    codes = []
    for one in errors if isinstance(errors, list) else ():
        match one:
            case {"extensions": {"code": str(code)}} if _WORD.fullmatch(code):
                codes.append(code)
            case _:
                codes.append("UNKNOWN")
    return codes


def _codes(payload: object) -> Sequence[str]:
    """Return one code per error that a mutation's payload names, "" without code."""
    if not isinstance(payload, dict):
        return ()
    errors = [*_listed(payload, "orderCancelUserErrors")]
    errors = errors or [*_listed(payload, "userErrors")]
    return [_code(one) for one in errors]


def _listed(payload: Data, name: str) -> Sequence[object]:
    errors = payload.get(name)
    return errors if isinstance(errors, list) else ()


def _code(error: object) -> str:
    match error:
        case {"code": str(code)} if _WORD.fullmatch(code):
            return code
    return ""
