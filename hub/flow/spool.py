"""Answers of the provider, on disk before anything looks at them.

A database outage or a defect of ours after the answer came cannot then lose a
transaction id (reliability 3.5); the sweep replays what is left.
"""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from hub.store.vault import Vault, VaultError

_NAME = re.compile(r"[0-9a-z]{26}\.[0-9a-z]{26}")


class AnswerSpool:
    """One sealed file per attempt in flight, fsynced, named merchant.attempt."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        """Take the folder, which is made when it is first needed."""
        self._folder = folder
        self._vault = vault

    def keep(self, merchant_id: str, attempt_id: str, raw: bytes) -> None:
        """Store an answer; when this returns it survives a power cut."""
        is_new = not self._folder.exists()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(merchant_id, attempt_id)
        temporary = path.with_suffix(path.suffix + ".part")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._vault.seal_file(raw, name=path.name))
            file.flush()
            os.fdatasync(file.fileno())
        temporary.replace(path)
        _sync_folder(self._folder)
        if is_new:
            _sync_folder(self._folder.parent)

    def forget(self, merchant_id: str, attempt_id: str) -> None:
        """Remove an answer that the database holds now."""
        self._path(merchant_id, attempt_id).unlink(missing_ok=True)

    def left(self, *, before: datetime) -> Iterator[tuple[str, str]]:
        """Yield (merchant, attempt) of the answers that wait since a moment."""
        if not self._folder.exists():
            return
        for path in sorted(self._folder.iterdir()):
            if _NAME.fullmatch(path.name) and _kept_at(path) < before.timestamp():
                merchant_id, _, attempt_id = path.name.partition(".")
                yield merchant_id, attempt_id

    def read(self, merchant_id: str, attempt_id: str) -> bytes | None:
        """Return an answer, None where there is none that opens."""
        path = self._path(merchant_id, attempt_id)
        try:
            return self._vault.unseal_file(path.read_bytes(), name=path.name)
        except (FileNotFoundError, VaultError):
            return None

    def _path(self, merchant_id: str, attempt_id: str) -> Path:
        return self._folder / f"{merchant_id}.{attempt_id}"


def _sync_folder(folder: Path) -> None:
    # Until then a power cut takes a new name back, and with it the answer.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _kept_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        # Forgotten a moment ago by the process that had it.
        return float("inf")
