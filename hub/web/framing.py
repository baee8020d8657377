"""What a request must look like before its body is read: headers, length, sender."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Headers = Sequence[tuple[str, str]]
Network = IPv4Network | IPv6Network

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# WSGI joins a repeated header with a comma, so that a second signature, topic or shop
# would reach a connector as one value that neither sender nor signature ever named.
_SINGLE = frozenset(
    (
        "host",
        "authorization",
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "date",
        "digest",
        "content-digest",
        "signature",
        "signature-input",
        "if-match",
        "if-none-match",
        "origin",
        "referer",
        "user-agent",
    )
)
_SINGLE_PREFIXES = ("x-", "webhook-", "svix-")
_FORWARDED = frozenset(
    (
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-prefix",
        "x-forwarded-scheme",
        "x-forwarded-ssl",
        "x-real-ip",
        "x-scheme",
    )
)
_MAY_REPEAT = _FORWARDED | {"x-request-id", "x-amzn-trace-id", "x-cloud-trace-context"}
_HOST = re.compile(
    r"[A-Za-z0-9._-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?"
)
_PORT = re.compile(r":\d+$")


class RefusedRequestError(Exception):
    """A request that no application gets to see, and the answer to it."""

    def __init__(self, status: int, code: str, meaning: str) -> None:
        """Keep the HTTP status, a stable code and a sentence for the sender."""
        super().__init__(meaning)
        self.status = status
        self.code = code
        self.meaning = meaning


@dataclass(frozen=True, slots=True)
class Framing:
    """How long the body will be; None means that it comes in chunks."""

    length: int | None


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a request really came from, as far as trusted proxies vouch for it."""

    address: str
    scheme: str
    host: str


def check_framing(method: str, path: str, headers: Headers) -> Framing:
    """Return the body's framing; raise RefusedRequestError for a doubtful request."""
    if method not in METHODS:
        raise RefusedRequestError(405, "method", "This method is not served here.")
    if not path.startswith("/") and not (method == "OPTIONS" and path == "*"):
        raise RefusedRequestError(400, "target", "The request target is not a path.")
    single = dict(headers)
    if len(single) != len(headers):
        _refuse_repeated(headers)
    return _body_framing(single)


def _refuse_repeated(headers: Headers) -> None:
    counts = Counter(name for name, _ in headers)
    for name, count in counts.items():
        if count > 1 and _must_be_single(name):
            raise RefusedRequestError(
                400, "repeated_header", f"The header {name} is given twice."
            )


def _must_be_single(name: str) -> bool:
    if name in _MAY_REPEAT:
        return False
    return name in _SINGLE or name.startswith(_SINGLE_PREFIXES)


def _body_framing(headers: dict[str, str]) -> Framing:
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise RefusedRequestError(
            415, "content_encoding", "Send the body without Content-Encoding."
        )
    transfer = headers.get("transfer-encoding")
    if transfer is not None:
        if transfer.strip().lower() != "chunked" or "content-length" in headers:
            raise RefusedRequestError(
                400, "transfer_encoding", "Only Transfer-Encoding: chunked is read."
            )
        return Framing(None)
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise RefusedRequestError(400, "content_length", "Content-Length is no number.")
    return Framing(int(text))


def too_large(limit: int) -> RefusedRequestError:
    """Return the refusal of a body over the cap."""
    return RefusedRequestError(
        413, "body_too_large", f"The body is larger than {limit} bytes."
    )


def check_host(headers: Headers, *, authority: str | None, version: str) -> str:
    """Return the host the sender addressed; refuse a missing or contradicting one."""
    named = next((value for name, value in headers if name == "host"), "")
    if authority and named and authority.lower() != named.lower():
        raise RefusedRequestError(400, "host", "Host and request target differ.")
    host = named or authority or ""
    if not host and version in ("1", "1.0"):
        return ""
    if not _HOST.fullmatch(host):
        raise RefusedRequestError(400, "host", "The Host header cannot be used.")
    return host


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read the networks whose forwarded headers count."""
    return tuple(ip_network(text, strict=False) for text in texts)


def find_sender(
    peer: str, headers: Headers, *, host: str, trusted: Sequence[Network]
) -> Sender:
    """Walk back over trusted hops only; what a stranger forwards is no evidence."""
    address = _address(peer)
    if not _is_trusted(address, trusted):
        return Sender(address, "http", host)
    hops = [hop for hop in _listed(headers, "x-forwarded-for") if hop]
    while hops and _is_trusted(address, trusted):
        previous = _address(hops.pop())
        if not _is_address(previous):
            break
        address = previous
    schemes = _listed(headers, "x-forwarded-proto")
    hosts = _listed(headers, "x-forwarded-host")
    scheme = schemes[-1].lower() if schemes else "http"
    if scheme not in ("http", "https"):
        raise RefusedRequestError(400, "forwarded", "X-Forwarded-Proto is unknown.")
    if hosts and not _HOST.fullmatch(hosts[-1]):
        raise RefusedRequestError(400, "host", "X-Forwarded-Host cannot be used.")
    return Sender(address, scheme, hosts[-1] if hosts else host)


def passes_to_app(name: str) -> bool:
    """Tell whether a header may reach the application.

    Names with an underscore would collide with their dashed twins in WSGI, and the
    forwarded family has been read here, where the peer's address was known.
    """
    return "_" not in name and name not in _FORWARDED and name != "transfer-encoding"


# The names are a stranger's, so that not all of them may be remembered.
_passes = lru_cache(maxsize=512)(passes_to_app)


def headers_for_app(headers: Headers, *, host: str) -> tuple[tuple[str, str], ...]:
    """Return the headers as an application behind WSGI sees them."""
    kept = [(n, v) for n, v in headers if _passes(n) and n != "host"]
    if host:
        kept.append(("host", host))
    joined = dict(kept)
    if len(joined) == len(kept):
        return tuple(kept)
    joined.clear()
    for name, value in kept:
        separator = "; " if name == "cookie" else ","
        joined[name] = f"{joined[name]}{separator}{value}" if name in joined else value
    return tuple(joined.items())


def _listed(headers: Headers, wanted: str) -> list[str]:
    joined = ",".join(value for name, value in headers if name == wanted)
    return [part.strip() for part in joined.split(",")] if joined else []


def _address(text: str) -> str:
    text = text.strip().strip('"')
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return _PORT.sub("", text) if text.count(":") == 1 else text


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    if not trusted or not _is_address(address):
        return False
    found = ip_address(address)
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in trusted)
