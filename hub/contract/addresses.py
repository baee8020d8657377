"""Which addresses a callback may reach: an explicit list, checked on every send (T-07).

The standard library's `is_global` is not enough: it lets 6to4 and relay addresses
through, and its answer changes with the Python release.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Resolves a host name for a port to the addresses as text.
Resolver = Callable[[str, int], Sequence[str]]

LONGEST_URL = 2048
LONGEST_HOST = 253
DEFAULT_PORTS = {"http": 80, "https": 443}

_DENIED_V4 = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = ip_network("2000::/3")
_DENIED_V6 = tuple(
    ip_network(block)
    for block in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "3fff::/20",
        "5f00::/16",
    )
)

# One strict form, so that no two parsers can read two hosts out of one address: no
# userinfo, no zone, no fragment, no backslash, printable ASCII only.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?:[/?][!-\"$-\[\]-~]*)?",
    re.ASCII | re.IGNORECASE,
)
_NUMBER_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)


class AddressError(OSError):
    """A target that must not be reached; the text says why, without the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes; `host` is lower-case and without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def netloc(self) -> str:
        """Return `host:port`, as an operator writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@lru_cache(maxsize=1024)
def read_target(url: str) -> Target:
    """Return the target of a URL in its one strict form, else raise AddressError."""
    match = _URL.fullmatch(url) if len(url) <= LONGEST_URL else None
    if match is None:
        raise AddressError("the URL is not plain ASCII of the form https://host/path")
    scheme = match["scheme"].lower()
    port = int(match["port"] or DEFAULT_PORTS[scheme])
    if not 0 < port < 65536:
        raise AddressError("the port is not between 1 and 65535")
    return Target(scheme=scheme, host=_host(match["host"].lower()), port=port)


def _host(text: str) -> str:
    if text.startswith("["):
        return _literal(text[1:-1])
    labels = text.split(".")
    if len(text) > LONGEST_HOST or not all(0 < len(label) < 64 for label in labels):
        raise AddressError("the host name is not a name")
    # Resolvers read 127.1, 0x7f.1 and 2130706433 as addresses too.
    if _NUMBER_LABEL.fullmatch(labels[-1]):
        return _literal(text)
    return text


def _literal(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise AddressError("the address is not in its usual form") from error


@lru_cache(maxsize=4096)
def is_denied(address: str) -> bool:
    """Tell whether an address is private, reserved, local or unreadable."""
    try:
        read = ip_address(address)
    except ValueError:
        return True
    if isinstance(read, IPv6Address):
        return _is_denied_v6(read)
    return any(read in block for block in _DENIED_V4)


def _is_denied_v6(address: IPv6Address) -> bool:
    mapped: IPv4Address | None = address.ipv4_mapped
    if mapped is not None:
        return is_denied(str(mapped))
    if address not in _GLOBAL_V6:
        return True
    return any(address in block for block in _DENIED_V6)
