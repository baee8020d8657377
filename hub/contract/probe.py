"""What a test of a connection finds, one step after another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.contract.connector import Connection


class Outcome(StrEnum):
    """How a step of a probe ended; what could not be told is never `OK`."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStep:
    """One step: `code` explains it, `detail` says what was met, without secrets.

    `code` is an entry of hub/text/catalogue.toml. A stranger's connector may bring a
    code of its own, whose sentence in both languages then stands in `what`.
    """

    code: str
    outcome: Outcome
    detail: str = ""
    what_ja: str = ""
    what_en: str = ""


# Yields the steps; calls out with `Connection.http` only, and never changes an order.
Probe = Callable[["Connection"], Iterable[ProbeStep]]
