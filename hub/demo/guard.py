"""What every page of the shop has in common: headers, and forms that only we made."""

import hmac
import secrets
from collections.abc import Callable

from flask import Flask, Response, abort, request, session

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'{scripts}",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOOPBACK = ("127.0.0.1", "::1")


def protect(app: Flask, *, exempt: tuple[str, ...], scripts: str = "") -> None:
    """Set the headers of all answers and refuse forms that are not ours.

    `exempt` names the addresses that are proven in another way, `scripts` the one
    script from elsewhere: the tag.
    """
    policy = POLICY.format(scripts=f" {scripts}" if scripts else "")

    @app.before_request
    def refuse_foreign_forms() -> None:
        if request.method != "POST" or request.path in exempt:
            return
        # Browsers name the sender's site; the token is what counts where they do not.
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            abort(403)
        offered = request.form.get("csrf_token", "")
        if not hmac.compare_digest(offered.encode(), form_token().encode()):
            abort(403)

    @app.after_request
    def set_headers(answer: Response) -> Response:
        answer.headers.update(HEADERS)
        answer.headers["Content-Security-Policy"] = policy
        if request.endpoint != "static":
            answer.headers["Cache-Control"] = "no-store"
        return answer

    app.jinja_env.globals["form_token"] = form_token


def form_token() -> str:
    """Return the token of this browser's forms, made at the first call."""
    token = session.get("form_token")
    if not isinstance(token, str):
        token = secrets.token_urlsafe(24)
        session["form_token"] = token
    return token


def only_this_machine(allowed: tuple[str, ...] = LOOPBACK) -> Callable[[], None]:
    """Return a check that refuses callers from elsewhere, as there is no login."""

    def check() -> None:
        if request.remote_addr not in allowed:
            abort(403)

    return check
