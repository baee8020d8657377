"""Every connector that conformance is asked of: those installed and a specimen.

The specimen's folder is only put where Python looks, to prove that it takes no more.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from hub import registry
from hub.contract.testing.conformance import Subject

DROPPED_IN = Path(__file__).with_name("dropped_in")
SPECIMEN = "parrot"


def installed_connectors() -> Sequence[Subject]:
    """Loads all connectors while the specimen lies in the namespace."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DROPPED_IN)
        found = registry.load()
    assert found.failures == ()
    return [
        Subject(
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
