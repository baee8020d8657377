"""Session tokens of App Bridge: who looks at the embedded page (shopify.md 1.5)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hub.contract.connector import Settings
from hub.contract.embed import EmbeddedVisit
from hub.contract.errors import SignatureError

from .shops import shop_domain

if TYPE_CHECKING:
    from joserfc.jwt import ClaimsOption

LEEWAY_SECONDS = 10
# One algorithm: a token that names another, or none, is not read at all.
ALGORITHMS = ("HS256",)
_LONGEST = 4096
_NEEDED: "ClaimsOption" = {"essential": True}


def visit(token: str, settings: Settings, now: datetime) -> EmbeddedVisit:
    """Return who visits; raises SignatureError. The shop is that of `dest` alone."""
    claims = _claims(token, settings, now)
    shop = _https_host(claims["dest"])
    if not shop_domain(shop) or _https_host(claims["iss"]) != shop:
        raise _refused()
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    return EmbeddedVisit(shop_key=shop, person=claims["sub"], expires_at=expires_at)


def _claims(token: str, settings: Settings, now: datetime) -> Mapping[str, Any]:
    # Imported here: nobody else of a hub without an embedded page needs it.
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import OctKey

    if not token.isascii() or len(token) > _LONGEST:
        raise _refused()
    wanted = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss=_NEEDED,
        dest=_NEEDED,
        sub=_NEEDED,
        exp=_NEEDED,
        nbf=_NEEDED,
        jti=_NEEDED,
        sid=_NEEDED,
        aud={"essential": True, "value": settings.text("client_id")},
    )
    for secret in settings.accepted_secrets("client_secret"):
        if not secret or not settings.text("client_id"):
            continue
        key = OctKey.import_key(secret.reveal())
        try:
            claims = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
            wanted.validate(claims)
        except (JoseError, ValueError, TypeError, OverflowError):
            continue
        return claims
    raise _refused()


def _https_host(address: object) -> str:
    """Return the host of an https address that names nothing else, "" otherwise."""
    if not isinstance(address, str):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_plain = parts.scheme == "https" and parts.netloc == parts.hostname
    return parts.netloc if is_plain else ""


def _refused() -> SignatureError:
    return SignatureError("the session token is not proven")
