"""The background loop that brings written webhooks to the hub until it takes them."""

import threading
from datetime import timedelta

import requests

from hub import log
from hub.clock import Clock
from hub.contract.secret import Secret

from . import signatures
from .book import Book, Letter

RETRY_SECONDS = (1, 2, 5, 10, 30, 60)
LOOK_SECONDS = 0.5
TIMEOUT = (3.0, 10.0)  # to connect, to answer

logger = log.get("demo")


class Sender:
    """Sends each order's webhooks in the order in which they were written."""

    def __init__(self, book: Book, *, url: str, secret: Secret, clock: Clock) -> None:
        """Take the book, the hub's hook address and the secret to sign with."""
        signatures.key_bytes(secret)
        self._book = book
        self._url = url
        self._secret = secret
        self._clock = clock
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to send."""
        self._thread = threading.Thread(target=self._run, name="demo-sender")
        self._thread.start()

    def ring(self) -> None:
        """Say that something was written, so that it goes out at once."""
        self._bell.set()

    def stop(self) -> None:
        """Finish the webhook in hand and stop; the rest stays in the book."""
        self._stopping.set()
        self._bell.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not self._stopping.is_set():
                self._bell.clear()
                if not self._send_due(session):
                    self._bell.wait(LOOK_SECONDS)

    def _send_due(self, session: requests.Session) -> bool:
        due = self._book.due_letters(self._clock.now())
        for letter in due:
            if self._stopping.is_set():
                break
            self._send(session, letter)
        return bool(due)

    def _send(self, session: requests.Session, letter: Letter) -> None:
        outcome, is_taken = self._try(session, letter)
        now = self._clock.now()
        if is_taken:
            self._book.delivered(letter, outcome=outcome, now=now)
            return
        rung = min(letter.attempts, len(RETRY_SECONDS) - 1)
        wait = RETRY_SECONDS[rung]
        logger.warning("webhook_waits", kind=letter.kind, reason=outcome, seconds=wait)
        self._book.postponed(
            letter, outcome=outcome, due_at=now + timedelta(seconds=wait)
        )

    def _try(self, session: requests.Session, letter: Letter) -> tuple[str, bool]:
        headers = signatures.signed_headers(
            self._secret,
            webhook_id=letter.webhook_id,
            moment=self._clock.now(),
            body=letter.body,
        )
        headers["content-type"] = "application/json"
        try:
            answer = session.post(
                self._url,
                data=letter.body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return type(error).__name__, False
        return str(answer.status_code), answer.ok and not answer.is_redirect
