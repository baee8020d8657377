"""The buyer's browser as the provider's screening takes it (atodene-api 2.1)."""

from collections.abc import Iterator

from hub.contract.order import Browser

LONGEST = 1000
_BETWEEN = ";:"
# The slots in their order; "" is the free one, which stays empty.
_SLOTS = (
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "client-ip",
    "connection",
    "dnt",
    "host",
    "referer",
    "user-agent",
    "keep-alive",
    "ua-cpu",
    "via",
    "x-forwarded-for",
    "",
)


def http_header(browser: Browser) -> str:
    """Return the 17 values, each followed by `;:`, in 1000 characters at most."""
    headers = {name.lower(): value for name, value in browser.headers}
    headers.setdefault("dnt", headers.get("x-do-not-track", ""))
    values = [*(headers.get(name, "") for name in _SLOTS), browser.address, ""]
    return "".join(f"{_plain(value)}{_BETWEEN}" for value in values)[:LONGEST]


def device_info(browser: Browser) -> str:
    """Return what the provider's script found out about the device."""
    return _plain(browser.device)[:LONGEST]


def _plain(text: str) -> str:
    """Drop what a header cannot hold, and what would begin the next slot."""
    return "".join(_printable(text)).replace(_BETWEEN, "; :")


def _printable(text: str) -> Iterator[str]:
    return (character for character in text if " " <= character <= "~")
