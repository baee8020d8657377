"""What time does to applications: the post is opened, a merchant's first day comes."""

from datetime import UTC, datetime
from typing import Final

from hub.clock import tokyo_date
from hub.sandbox.applications import Stage, arrived
from hub.sandbox.ledger import AgendaEntry, Ledger

POST: Final = "application_post"
START: Final = "merchant_starts"


class ApplicationsDue:
    """Lets time pass for applications; called inside the book's `write` only."""

    def __init__(self, ledger: Ledger) -> None:
        """Work on this book."""
        self._book = ledger.applications

    def open_post(self, entry: AgendaEntry) -> None:
        """Take in what arrives for an application."""
        at = datetime.fromtimestamp(entry.due_at, UTC)
        application = self._book.find(entry.document["no"])
        if application:
            self._book.save(arrived(application, at, tokyo_date(at)))

    def start(self, entry: AgendaEntry) -> None:
        """Write down that a merchant's first day has come."""
        at = datetime.fromtimestamp(entry.due_at, UTC)
        application = self._book.find(entry.document["no"])
        if application:
            started = application.moved(at, "merchant_started", stage=Stage.STARTED)
            self._book.save(started)
