"""What is known comes back from the book as it was written, now and before."""

from dataclasses import replace
from typing import Any

import orjson

from hub.domain.known import Known, State, Trouble
from hub.store.known_json import known_from_json, known_to_json
from tests.domain.specimens import NOW, REPORTED

DOUBTFUL = Known(
    state=State.SHIPMENT_REPORTED,
    reported=replace(REPORTED, is_certain=False),
    trouble=Trouble(code="HUB-PROV-304", since=NOW),
    in_doubt_since=NOW,
)


def written(known: Known) -> Any:
    """Return the document as the book holds it."""
    return orjson.loads(orjson.dumps(known_to_json(known)))


def test_a_doubt_comes_back_as_it_was_written():
    assert known_from_json(written(DOUBTFUL)) == DOUBTFUL


def test_a_report_was_certain_where_nothing_is_said_of_it():
    document = written(DOUBTFUL)
    del document["reported"]["is_certain"]
    reported = known_from_json(document).reported
    assert reported is not None
    assert reported.is_certain


def test_a_doubt_that_was_written_as_a_trouble_is_not_lost():
    before = replace(
        DOUBTFUL,
        trouble=Trouble(code="HUB-PROV-305", since=NOW),
        in_doubt_since=None,
    )
    assert known_from_json(written(before)) == replace(DOUBTFUL, trouble=None)
