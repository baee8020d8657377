"""What every connector must hold when it tells its cart how a transaction stands."""

import contextlib
import io
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hub.contract.connector import Role, SettingKind
from hub.contract.errors import (
    CartGoneError,
    CartRefusedError,
    CartUnavailableError,
    HubError,
)
from hub.contract.http import AnswerLostError, HttpSession, NotSentError, PublicHttp
from hub.contract.testing.asking import standings
from hub.contract.testing.persons import CANARY, MOMENT, update
from hub.contract.testing.session import ScriptedConnection, ScriptedSession, answer
from hub.contract.testing.subject import Subject, need, need_raised
from hub.contract.updates import CartUpdate

LONGEST_SECONDS = 30
LARGEST_BYTES = 1_000_000
# What a cart asks for, and what of it is kept: a second at least, an hour at most.
WAITS = (("30", 30), ("0", 1), ("999999", 3600), ("", None), ("x", None))
NO_RECEIPT = (301, 302, 307, 400, 401, 404, 422, 429, 500, 502)
PRIVATE_URLS = (
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "https://localhost:{port}/",
    "https://[::1]:{port}/",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://user@127.0.0.1:{port}/",
    "file:///etc/passwd",
)
_EXPECTED = (CartUnavailableError, CartRefusedError)


def _connection(
    subject: Subject, http: HttpSession, **values: str
) -> ScriptedConnection:
    settings = subject.settings()
    settings = replace(settings, values={**settings.values, **values})
    held = subject.rehearsal().credentials
    return ScriptedConnection(settings=settings, http=http, moment=MOMENT, held=held)


def _update(subject: Subject, update_id: str = "upd_0001") -> CartUpdate:
    told = update(update_id, reference=subject.reference())
    return replace(told, asks=standings(subject))


def _push_error(subject: Subject, *answers: Any) -> HubError:
    connection = _connection(subject, ScriptedSession(*answers))
    return need_raised(
        lambda: subject.connector.push(_update(subject), connection),
        *_EXPECTED,
        said="push should raise CartUnavailableError or CartRefusedError",
    )


def _tells(subject: Subject) -> bool:
    return _shows(subject) or subject.connector.ask is not None


def _shows(subject: Subject) -> bool:
    return Role.PUSH in subject.connector.manifest.roles


def an_update_is_told_under_the_same_id_each_time(subject: Subject) -> None:
    """Push one update twice, as where the first answers were lost, and compare."""
    if not _tells(subject):
        return
    sent = []
    for _ in range(2):
        session = subject.rehearsal().session()
        connection = _connection(subject, session)
        receipt = subject.connector.push(_update(subject, "upd_7"), connection)
        need(receipt.status == 200, f"the receipt says {receipt.status}, not 200")
        sent.append(session.posted)
    first, again = sent
    need([p.body for p in first] == [p.body for p in again], "the bodies differ")
    told = "".join(f"{dict(p.headers)} {p.body.decode()}" for p in again)
    # A cart that only hears answers knows them by the names of its own requests.
    names = ["upd_7"] if _shows(subject) else [s.reference for s in standings(subject)]
    for name in names:
        need(name in told, "the id of the update is not sent")


def a_call_to_the_cart_is_bounded(subject: Subject) -> None:
    """Look at the deadline and the cap of each call."""
    if not _tells(subject):
        return
    session = subject.rehearsal().session()
    told = _update(subject, "upd_7")
    subject.connector.push(told, _connection(subject, session))
    need(bool(session.posted), "nothing is sent")
    for posted in session.posted:
        need(posted.total_seconds <= LONGEST_SECONDS, "a call may take too long")
        need(posted.cap_bytes <= LARGEST_BYTES, "an answer may be too large")


def gone_is_gone(subject: Subject) -> None:
    """Let the cart answer 410."""
    if _tells(subject):
        error = _push_error(subject, answer(410))
        need(isinstance(error, CartGoneError), "410 should raise CartGoneError")


def the_wait_that_the_cart_asks_for_is_kept_within_an_hour(subject: Subject) -> None:
    """Let the cart answer 503 with several Retry-After."""
    if not _tells(subject):
        return
    for asked, kept in WAITS:
        error = _push_error(subject, answer(503, retry_after=asked))
        is_kept = getattr(error, "retry_after_seconds", "?") == kept
        need(is_kept, f"503 with Retry-After {asked!r} should wait {kept}")


def no_other_answer_is_a_receipt(subject: Subject) -> None:
    """Let the cart answer everything but 2xx and 410."""
    if not _tells(subject):
        return
    for status in NO_RECEIPT:
        error = _push_error(subject, answer(status, b"<html>not JSON"))
        need(not isinstance(error, CartGoneError), f"{status} is taken for gone")


def a_cart_that_does_not_answer_is_told_again(subject: Subject) -> None:
    """Lose the request, then the answer."""
    if not _tells(subject):
        return
    for lost in (NotSentError("x"), AnswerLostError("x")):
        error = _push_error(subject, lost)
        is_again = isinstance(error, CartUnavailableError)
        need(is_again, "a lost call should raise CartUnavailableError")


def no_push_tells_a_log_or_an_error_about_persons(subject: Subject) -> None:
    """Look for the canary's name in logs, errors and what is printed."""
    if not _tells(subject):
        return
    with _heard() as heard:
        told = ""
        for status in (302, 400, 410, 500):
            error = _push_error(subject, answer(status, CANARY.encode()))
            told += f"{error!r} {error.__cause__!r} {error.__context__!r}"
    need(CANARY not in told, "an error repeats a person's name")
    need(CANARY not in heard.getvalue(), "a log or a print tells a person's name")


@contextlib.contextmanager
def _heard() -> Iterator[io.StringIO]:
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
            yield heard
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


def no_callback_reaches_a_private_network(subject: Subject) -> None:
    """Point every URL setting at this machine and its network."""
    urls = [
        one
        for one in subject.connector.manifest.settings
        if one.kind is SettingKind.URL
    ]
    if not _tells(subject):
        return
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)  # noqa: FBT003 (its only parameter)
        port = str(canary.getsockname()[1])
        for one in urls:
            for url in PRIVATE_URLS:
                target = {one.name: url.replace("{port}", port)}
                connection = _connection(subject, PublicHttp(), **target)
                need_raised(
                    lambda connection=connection: subject.connector.push(  # type: ignore[misc]  # bound at once
                        _update(subject), connection
                    ),
                    *_EXPECTED,
                    said=f"{one.name}={url} should not be called",
                )
        with contextlib.suppress(BlockingIOError):
            canary.accept()[0].close()
            need(False, "a private address was called")  # noqa: FBT003 - as above
