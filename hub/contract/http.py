"""The hardened HTTP client: total deadlines, no redirects, checked addresses."""

import http.client
import logging
import os
import threading
import weakref
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import requests
import urllib3

from hub.contract.addresses import (
    AddressError,
    Resolver,
    Target,
    is_denied,
    read_target,
)
from hub.contract.deadline import Call, Watchdog, system_resolver
from hub.contract.errors import HubError
from hub.contract.transport import CheckedAdapter, active, whole_body

_HOSTS_PER_THREAD = 8
_USER_AGENT = "AtobaraiHub/1"
_FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
    zlib.error,
)


class NotSentError(HubError):
    """Surely not sent: name, address rule, connection or TLS failed first (R1)."""

    code = "HUB-HTTP-001"


class AddressRefusedError(NotSentError):
    """Not sent because the address rule forbids it; trying again changes nothing."""

    code = "HUB-HTTP-003"


class AnswerLostError(HubError):
    """Perhaps sent, and no whole answer came back within the deadline (R2)."""

    code = "HUB-HTTP-002"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """A whole answer; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpSession(Protocol):
    """One POST at a time per thread, under a total deadline by the monotonic clock."""

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        total_seconds: float,
        cap_bytes: int,
    ) -> HttpAnswer:
        """Send and read the whole answer; raises NotSentError or AnswerLostError."""
        ...


class OperatorHttp:
    """Reaches only the hosts that the operator named, wherever they are (T-39)."""

    def __init__(
        self, base_urls: Iterable[str], *, resolve: Resolver = system_resolver
    ) -> None:
        """Take the operator's partners; an empty address allows nothing."""
        self._origins = frozenset(_origin(read_target(url)) for url in base_urls if url)
        self._carrier = _Carrier(resolve)

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        total_seconds: float,
        cap_bytes: int,
    ) -> HttpAnswer:
        """Send and read the whole answer; raises NotSentError or AnswerLostError."""
        if _origin(_target(url)) not in self._origins:
            raise AddressRefusedError("the host is not one that the operator named")
        call = self._carrier.call(total_seconds, admit=_admit_all)
        request = _prepared(url, body, headers)
        return self._carrier.exchange(call, request, cap_bytes=cap_bytes)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._carrier.close()


class PublicHttp:
    """Reaches only public addresses over HTTPS, for callbacks that merchants enter.

    `allow` holds `host:port` pairs that the operator excepts: any scheme, any address.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        resolve: Resolver = system_resolver,
        ca_file: str | None = None,
    ) -> None:
        """Take the operator's exceptions."""
        self._allow = frozenset(entry.strip().lower() for entry in allow)
        self._carrier = _Carrier(resolve, ca_file=ca_file)

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        total_seconds: float,
        cap_bytes: int,
    ) -> HttpAnswer:
        """Send and read the whole answer; raises NotSentError or AnswerLostError."""
        self.check_url(url)
        call = self._carrier.call(total_seconds, admit=self._admit)
        request = _prepared(url, body, headers)
        return self._carrier.exchange(call, request, cap_bytes=cap_bytes)

    def get(self, url: str, *, total_seconds: float, cap_bytes: int) -> HttpAnswer:
        """Fetch a page that a merchant named; raises as `post` does."""
        self.check_url(url)
        call = self._carrier.call(total_seconds, admit=self._admit)
        request = _prepared(url, b"", {"Accept": "text/html"}, method="GET")
        return self._carrier.exchange(call, request, cap_bytes=cap_bytes)

    def check_url(self, url: str) -> None:
        """Raise AddressRefusedError for a URL that will never be sent to.

        For the connect form; a name is resolved and checked only when sending.
        """
        target = _target(url)
        if target.netloc in self._allow:
            return
        if target.scheme != "https" or target.port != 443:
            raise AddressRefusedError("a callback goes to https:// on port 443")
        if _is_literal(target.host) and is_denied(target.host):
            raise AddressRefusedError("the address is not a public one")

    def close(self) -> None:
        """Close the connections of every thread."""
        self._carrier.close()

    def _admit(self, host: str, port: int, address: str) -> None:
        if not is_denied(address):
            return
        netloc = Target(scheme="", host=host.lower(), port=port).netloc
        if netloc not in self._allow:
            raise AddressError("the name leads to an address that is not public")


class _Carrier:
    """Holds one adapter per thread and turns every failure into one of two errors."""

    def __init__(self, resolve: Resolver, *, ca_file: str | None = None) -> None:
        self._resolve = resolve
        self._verify: bool | str = ca_file or True
        self._watchdog = Watchdog()
        self._mine = threading.local()
        self._adapters: weakref.WeakSet[CheckedAdapter] = weakref.WeakSet()
        # urllib3 logs a header it cannot parse together with the URL, which may hold
        # a token of the merchant.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)

    def call(self, seconds: float, *, admit: Any) -> Call:
        return Call(seconds=seconds, resolve=self._resolve, admit=admit)

    def exchange(
        self, call: Call, request: requests.PreparedRequest, *, cap_bytes: int
    ) -> HttpAnswer:
        active.call = call
        self._watchdog.add(call)
        try:
            return self._answer(call, request, cap_bytes)
        except _FAILURES as error:
            # The cause is named, not chained: its text holds the whole URL.
            raise _failure(call, error) from None
        finally:
            self._watchdog.remove(call)
            call.finish()

    def close(self) -> None:
        for adapter in tuple(self._adapters):
            adapter.close()

    def _answer(
        self, call: Call, request: requests.PreparedRequest, cap_bytes: int
    ) -> HttpAnswer:
        wait = call.remaining()
        answer = self._adapter().send(
            request, stream=True, timeout=(wait, wait), verify=self._verify
        )
        is_whole = False
        try:
            body = whole_body(answer.raw, cap_bytes)
            is_whole = not call.is_cut
        finally:
            if not is_whole:
                answer.raw.close()
        if not is_whole:
            raise TimeoutError("the deadline passed")
        answer.raw.release_conn()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(status=answer.status_code, headers=headers, body=body)

    def _adapter(self) -> CheckedAdapter:
        # A forked child must not speak on its parent's connections.
        if getattr(self._mine, "process", 0) != os.getpid():
            self._mine.adapter = CheckedAdapter(hosts=_HOSTS_PER_THREAD)
            self._mine.process = os.getpid()
            self._adapters.add(self._mine.adapter)
        adapter: CheckedAdapter = self._mine.adapter
        return adapter


def _target(url: str) -> Target:
    try:
        return read_target(url)
    except AddressError as error:
        raise AddressRefusedError(str(error)) from error


def _origin(target: Target) -> tuple[str, str]:
    return target.scheme, target.netloc


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _admit_all(_host: str, _port: int, _address: str) -> None:
    return


def _prepared(
    url: str, body: bytes, headers: Mapping[str, str], *, method: str = "POST"
) -> requests.PreparedRequest:
    request = requests.PreparedRequest()
    try:
        request.prepare_method(method)
        request.url = _quoted(url)
        request.prepare_headers({"User-Agent": _USER_AGENT, **headers})
        request.prepare_body(body, None)
    except (requests.RequestException, ValueError) as error:
        raise NotSentError(f"the request is not one: {type(error).__name__}") from None
    return request


@lru_cache(maxsize=1024)
def _quoted(url: str) -> str | None:
    # A fifth of the time of a call would go into reading the same URL again.
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    return request.url


def _failure(call: Call, error: Exception) -> HubError:
    if call.may_have_sent:
        name = "the deadline passed" if call.is_cut else _root(error)
        return AnswerLostError(f"no whole answer came back: {name}")
    if isinstance(call.failure, AddressError):
        return AddressRefusedError(str(call.failure))
    return NotSentError(f"nothing was sent: {_root(call.failure or error)}")


def _root(error: BaseException) -> str:
    """Name the innermost cause, by type alone."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return type(error).__name__
