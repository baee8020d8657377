"""Every connector that conformance is asked of: those installed and a specimen.

The specimen's folder is only put where Python looks, to prove that it takes no more.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub import registry
from hub.contract.connector import Connector
from hub.contract.testing.specimens import Specimen, specimens

DROPPED_IN = Path(__file__).with_name("dropped_in")
SPECIMEN = "parrot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A connector with its folder."""

    connector: Connector
    folder: Path

    def specimens(self) -> list[Specimen]:
        return list(specimens(self.folder / "fixtures"))

    def proven(self) -> list[Specimen]:
        return [
            s for s in self.specimens() if s.outcome.get("error") != "SignatureError"
        ]

    def a_reading(self) -> Specimen:
        """The shortest specimen that gives an event."""
        told = [s for s in self.specimens() if s.is_read and s.outcome["events"]]
        return min(told, key=lambda s: len(s.request.body))

    def longest_reading(self) -> Specimen:
        """The longest specimen that gives an event."""
        told = [s for s in self.specimens() if s.is_read and s.outcome["events"]]
        return max(told, key=lambda s: len(s.request.body))


def installed_connectors() -> Sequence[Installed]:
    """Loads all connectors while the specimen lies in the namespace."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DROPPED_IN)
        found = registry.load()
    assert found.failures == ()
    return [
        Installed(
            connector=connector,
            folder=Path(
                str(sys.modules[f"{registry.NAMESPACE}.{slug}"].__file__)
            ).parent,
        )
        for slug, connector in found.connectors.items()
    ]


INSTALLED = installed_connectors()
of_every_connector = pytest.mark.parametrize(
    "installed", INSTALLED, ids=[each.folder.name for each in INSTALLED]
)
