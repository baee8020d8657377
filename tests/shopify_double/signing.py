"""How Shopify signs: webhooks, queries, app-proxy queries and session tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from uuid import uuid4

if TYPE_CHECKING:
    from datetime import datetime


def webhook_hmac(secret: str, body: bytes) -> str:
    """Base64 over the raw body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signed_query(secret: str, parameters: dict[str, str]) -> str:
    """Hex over the sorted, encoded query; as the address then reads."""
    # As URLSearchParams writes it, with %20 for a space.
    message = urlencode(sorted(parameters.items()), quote_via=quote, safe="*")
    message = message.replace("~", "%7E")
    digest = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return urlencode({**parameters, "hmac": digest})


def proxy_query(secret: str, parameters: dict[str, str]) -> str:
    """Hex over the sorted parameters written without separators."""
    message = "".join(sorted(f"{key}={value}" for key, value in parameters.items()))
    digest = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return urlencode({**parameters, "signature": digest})


def session_token(
    secret: str, *, client_id: str, shop: str, now: datetime, **changed: Any
) -> str:
    """A JWT as App Bridge gives it, good for a minute; `alg` changes the header."""
    moment = int(now.timestamp())
    header = {"alg": changed.pop("alg", "HS256"), "typ": "JWT"}
    claims: dict[str, Any] = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": client_id,
        "sub": "91000000071",
        "exp": moment + 60,
        "nbf": moment,
        "iat": moment,
        "jti": str(uuid4()),
        "sid": uuid4().hex,
    } | changed
    content = f"{_part(header)}.{_part(claims)}"
    if header["alg"] == "none":
        return f"{content}."
    digest = hmac.new(secret.encode(), content.encode(), hashlib.sha256).digest()
    return f"{content}.{_base64url(digest)}"


def claims_of(secret: str, token: str) -> dict[str, Any] | None:
    """The claims of a token that this secret signed, None for any other."""
    content, _, signature = token.rpartition(".")
    digest = hmac.new(secret.encode(), content.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(_base64url(digest), signature):
        return None
    payload = content.partition(".")[2]
    padded = payload + "=" * (-len(payload) % 4)
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded))
    return claims


def _part(document: dict[str, Any]) -> str:
    return _base64url(json.dumps(document, separators=(",", ":")).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
