"""An answer in the spool survives a power cut: its bytes, and its name (3.5)."""

import os
from pathlib import Path

import pytest

from hub.flow.spool import AnswerSpool
from hub.store.vault import open_vault

MERCHANT, ATTEMPT = "0" * 26, "1" * 26


def name_of(descriptor: int) -> str:
    return Path(f"/proc/self/fd/{descriptor}").readlink().name


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of what is synced, in its order; it is synced all the same."""
    found: list[str] = []

    def noted(real: str) -> None:
        sync = getattr(os, real)

        def note(descriptor: int) -> None:
            found.append(name_of(descriptor))
            sync(descriptor)

        monkeypatch.setattr(os, real, note)

    noted("fsync")
    noted("fdatasync")
    return found


def test_the_bytes_are_safe_before_the_name_and_the_name_before_it_returns(
    tmp_path: Path, synced: list[str]
) -> None:
    spool = AnswerSpool(tmp_path / "spool", open_vault(tmp_path / "hub.key"))
    # Its own folder is new with the first answer, and has a name to lose as well.
    del synced[:]
    spool.keep(MERCHANT, ATTEMPT, b"<response/>")
    assert synced == [f"{MERCHANT}.{ATTEMPT}.part", "spool", tmp_path.name]
    del synced[:]
    spool.keep(MERCHANT, ATTEMPT, b"<response/>")
    assert synced == [f"{MERCHANT}.{ATTEMPT}.part", "spool"]
    assert spool.read(MERCHANT, ATTEMPT) == b"<response/>"
