"""What every answer and form of the console must carry (T-14, T-16, T-17, T-48)."""

import hmac

from flask import Request, Response

from hub.config import Config

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# For the one page that shows what a shop's pages show, in frames that can do nothing.
POLICY_WITH_FRAMES = f"{_POLICY}; frame-src 'self'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Nothing goes to another site; "no-referrer" would make browsers send
    # "Origin: null" with our own forms, and the check below would have less to check.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_STATIC_LIFE = "public, max-age=31536000, immutable"
CSRF_FIELD = "csrf"


def dress(response: Response, *, is_https: bool, is_static: bool) -> Response:
    """Put the headers of the console on an answer that brings none of its own."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if is_https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    is_kept = is_static and response.status_code == 200
    response.headers["Cache-Control"] = _STATIC_LIFE if is_kept else "no-store"
    return response


def is_https(config: Config) -> bool:
    """Tell whether people reach this hub by https."""
    return config.public_url.startswith("https://")


def is_from_here(request: Request, config: Config) -> bool:
    """Tell whether our own page sent a form, by what the browser says of it.

    A sender that says nothing is refused: browsers always say one or the other.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site == "same-origin"
    return origin in (config.public_url, request.host_url.rstrip("/"))


def has_token(request: Request, expected: str) -> bool:
    """Tell whether a form carries its token, compared in constant time."""
    given = request.form.getlist(CSRF_FIELD)
    return len(given) == 1 and hmac.compare_digest(given[0].encode(), expected.encode())
