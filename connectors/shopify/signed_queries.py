"""Queries that Shopify signed: of the app's own pages, and of the app proxy."""

import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qsl, quote

from hub.contract.errors import SignatureError
from hub.contract.secret import Secret

# Shopify states no rule; its own libraries allow 90 seconds and a day (1.3). A state
# that is used once guards the callback beside this.
FRESH_SECONDS = 300

_TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)
_LONGEST = 8192

Pairs = Sequence[tuple[str, str]]


def proven_query(
    query: str, secrets: Iterable[Secret], *, now: datetime
) -> Mapping[str, str]:
    """Return the parameters of a query that Shopify signed, else raise SignatureError.

    Lower-case hex over the sorted pairs. The two official libraries escape odd values
    differently, and neither is documented, so both spellings count (1.3).
    """
    pairs = _pairs(query)
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise _refused()
    given = parameters.pop("hmac", "")
    parameters.pop("signature", "")
    _check_fresh(parameters.get("timestamp", ""), now)
    signed = sorted(parameters.items())
    messages = {spelling(signed) for spelling in _SPELLINGS}
    _check_signed(given, messages, secrets)
    return parameters


def proven_proxy(
    query: str, secrets: Iterable[Secret], *, now: datetime
) -> Mapping[str, str]:
    """Return the parameters of an app-proxy request, else raise SignatureError.

    Every parameter but `signature` is signed: repeated values joined by commas, sorted,
    written without separators (5). It proves the route, never the buyer.
    """
    joined: dict[str, list[str]] = {}
    for name, value in _pairs(query):
        joined.setdefault(name, []).append(value)
    if any(len(joined.get(name, ())) > 1 for name in _SINGLE):
        raise _refused()
    parameters = {name: ",".join(values) for name, values in joined.items()}
    given = parameters.pop("signature", "")
    _check_fresh(parameters.get("timestamp", ""), now)
    message = "".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    _check_signed(given, {message}, secrets)
    return parameters


# Without separators, a value could take another parameter's place if these repeated.
_SINGLE = ("hmac", "shop", "signature", "timestamp", "path_prefix")


def _pairs(query: str) -> Pairs:
    if len(query) > _LONGEST:
        raise _refused()
    try:
        return parse_qsl(
            query, keep_blank_values=True, strict_parsing=True, errors="strict"
        )
    except ValueError:
        raise _refused() from None


def _check_fresh(timestamp: str, now: datetime) -> None:
    if not _TIMESTAMP.fullmatch(timestamp):
        raise _refused()
    if abs(now.timestamp() - int(timestamp)) > FRESH_SECONDS:
        raise _refused()


def _check_signed(
    given: str, messages: Iterable[str], secrets: Iterable[Secret]
) -> None:
    sent = given.encode("utf-8", "surrogatepass")
    found = False
    texts = [message.encode() for message in messages]
    for secret in secrets:
        for text in texts if secret else ():
            digest = hmac.digest(secret.reveal().encode(), text, "sha256").hex()
            found |= hmac.compare_digest(digest.encode(), sent)
    if not found:
        raise _refused()


def _as_javascript(pairs: Pairs) -> str:
    # URLSearchParams keeps * and escapes ~, which Python does the other way round.
    def escaped(text: str) -> str:
        return quote(text, safe="*").replace("~", "%7E")

    return "&".join(f"{escaped(name)}={escaped(value)}" for name, value in pairs)


def _as_python(pairs: Pairs) -> str:
    def escaped(text: str) -> str:
        return text.replace("%", "%25").replace("&", "%26")

    return "&".join(
        f"{escaped(name).replace('=', '%3D')}={escaped(value)}" for name, value in pairs
    )


_SPELLINGS: tuple[Callable[[Pairs], str], ...] = (_as_javascript, _as_python)


def _refused() -> SignatureError:
    return SignatureError("the query is not proven")
