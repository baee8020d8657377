"""Merchants' applications, as the book keeps them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from hub.sandbox.applications import Application, Stage, read_application
from hub.sandbox.database import Database


class ApplicationBook:
    """The applications; called from inside `Database.write` only."""

    def __init__(self, database: Database) -> None:
        """Keep them in this database."""
        self._database = database

    def add(self, application: Application) -> Application:
        """Store a new application and return it with its number."""
        cursor = self._database.execute(
            "INSERT INTO application (stage, document) VALUES (?, ?)",
            (application.stage.value, application.document()),
        )
        return replace(application, no=cast("int", cursor.lastrowid))

    def save(self, application: Application) -> None:
        """Store a changed application."""
        self._database.execute(
            "UPDATE application SET stage=?, document=? WHERE no=?",
            (application.stage.value, application.document(), application.no),
        )

    def find(self, no: int) -> Application | None:
        """Return the application with this number."""
        rows = self._database.rows(
            "SELECT no, document FROM application WHERE no=?", (no,)
        )
        return read_application(*rows[0]) if rows else None

    def newest(
        self, *, stages: Sequence[Stage] = tuple(Stage), limit: int = 200
    ) -> list[Application]:
        """Return applications in some stages, the newest first."""
        marks = ", ".join("?" * len(stages))
        rows = self._database.rows(
            f"SELECT no, document FROM application"  # noqa: S608  # marks only
            f" WHERE stage IN ({marks}) ORDER BY no DESC LIMIT ?",
            (*(stage.value for stage in stages), limit),
        )
        return [read_application(*row) for row in rows]
