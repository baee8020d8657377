"""What a conformance case is asked of: a connector with its folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hub.contract.connector import Connector, Settings
from hub.contract.errors import HubError
from hub.contract.testing.rehearsal import Rehearsal, rehearsal
from hub.contract.testing.specimens import Specimen, specimens


class NonconformityError(AssertionError):
    """A connector does not hold what every connector must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A connector and the folder that holds its fixtures and guide."""

    connector: Connector
    folder: Path

    def specimens(self) -> list[Specimen]:
        """Return every fixture pair."""
        return list(specimens(self.folder / "fixtures"))

    def proven(self) -> list[Specimen]:
        """Return the specimens whose sender is proven."""
        return [
            s for s in self.specimens() if s.outcome.get("error") != "SignatureError"
        ]

    def kept(self) -> list[Specimen]:
        """Return the specimens that are proven and stored."""
        return [specimen for specimen in self.proven() if specimen.is_kept]

    def asked(self) -> list[Specimen]:
        """Return the requests of a cart that waits, those that are taken."""
        return [one for one in self.kept() if one.ask is not None]

    def a_signed_reading(self) -> Specimen:
        """Return the shortest specimen that gives an event and is signed itself."""
        signed = [specimen for specimen in self._readings() if specimen.ask is None]
        need(bool(signed), "fixtures/ has no signed pair that gives an event")
        return min(signed, key=lambda s: len(s.request.body))

    def a_reading_of_each_proof(self) -> list[Specimen]:
        """Return the shortest signed reading, and the shortest request where any is."""
        return [
            self.a_signed_reading(),
            *sorted(self.asked(), key=lambda s: len(s.request.body))[:1],
        ]

    def a_reading(self) -> Specimen:
        """Return the shortest specimen that gives an event."""
        return min(self._readings(), key=lambda s: len(s.request.body))

    def longest_reading(self) -> Specimen:
        """Return the longest specimen that gives an event."""
        return max(self._readings(), key=lambda s: len(s.request.body))

    def settings(self) -> Settings:
        """Return settings with which the connector works."""
        return self.a_reading().settings

    def rehearsal(self) -> Rehearsal:
        """Return what the cart answers when push asks it."""
        return rehearsal(self.folder / "fixtures")

    def reference(self) -> str:
        """Return the cart's own id of an order, "" where it has none but the number."""
        orders = (
            event.get("order") or {}
            for specimen in self._readings()
            for event in specimen.outcome["events"]
        )
        return next((one["reference"] for one in orders if one.get("reference")), "")

    def _readings(self) -> list[Specimen]:
        told = [s for s in self.specimens() if s.is_read and s.outcome["events"]]
        need(bool(told), "fixtures/ has no pair that gives an event")
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that every connector must hold; `check` raises where it does not."""

    name: str
    check: Callable[[Subject], None]


def need(holds: bool, said: str) -> None:  # noqa: FBT001 - reads as an assertion does
    """Raise NonconformityError with a sentence unless something holds."""
    if not holds:
        raise NonconformityError(said)


def need_raised(
    call: Callable[[], object], *errors: type[HubError], said: str
) -> HubError:
    """Return the error of these kinds that a call raises; any other end is a fault."""
    try:
        call()
    except errors as error:
        return error
    except Exception as error:
        name = type(error).__name__
        raise NonconformityError(f"{said}: raised {name}") from error
    raise NonconformityError(f"{said}: raised nothing")
