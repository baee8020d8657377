"""What every connector must hold when it proves and reads what a cart sent."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from hub.contract.connector import Settings
from hub.contract.errors import ForeignShopError, PayloadError, SignatureError
from hub.contract.proof import Delivery, Origin, stored
from hub.contract.testing.hostile import hostile_bodies
from hub.contract.testing.odd import odd_documents
from hub.contract.testing.persons import CANARY, MOMENT
from hub.contract.testing.specimens import Specimen, outcome_of
from hub.contract.testing.subject import NonconformityError, Subject, need, need_raised

SLOWEST_SECONDS = 1.0


def delivery_of(body: bytes, topic: str = "events") -> Delivery:
    """Return a body as if its sender were proven."""
    return stored(
        origin=Origin.SIGNED,
        topic=topic,
        dedupe_key="k",
        body=body,
        received_at=MOMENT,
        content_type="application/json",
    )


def every_specimen_comes_out_as_written(subject: Subject) -> None:
    """Compare what comes of each fixture pair with what its second half says."""
    for specimen in subject.specimens():
        outcome = outcome_of(
            subject.connector,
            specimen.request,
            specimen.settings,
            specimen.documents,
            ask=specimen.ask,
        )
        need(outcome == specimen.outcome, f"{specimen.name}: got {outcome}")


def the_specimens_show_reading_and_refusing(subject: Subject) -> None:
    """Ask for one pair that gives an event and one that is not believed."""
    outcomes = [specimen.outcome for specimen in subject.specimens()]
    need(any(one.get("events") for one in outcomes), "no pair gives an event")
    refused = any(one.get("error") == "SignatureError" for one in outcomes)
    need(refused, "no pair shows a sender that is not believed")


def an_unsigned_request_is_refused(subject: Subject) -> None:
    """Take headers and query away from what was proven."""
    for specimen in subject.proven():
        bare = replace(specimen.request, headers=(), query="")
        _refused(subject, specimen, replace(specimen, request=bare))


def a_connection_without_its_secret_proves_nobody(subject: Subject) -> None:
    """Take the secrets away."""
    for specimen in subject.proven():
        empty = Settings(values=specimen.settings.values)
        _refused(subject, specimen, replace(specimen, settings=empty))


def every_changed_byte_is_refused(subject: Subject) -> None:
    """Change each byte of a body that is signed; a channel covers none."""
    specimen = subject.a_signed_reading()
    for position in range(len(specimen.request.body)):
        changed = bytearray(specimen.request.body)
        changed[position] ^= 0x20
        request = replace(specimen.request, body=bytes(changed))
        _refused(subject, specimen, replace(specimen, request=request))


def a_repeated_header_never_proves(subject: Subject) -> None:
    """Send every header twice."""
    for specimen in subject.a_reading_of_each_proof():
        twice = replace(specimen.request, headers=[*specimen.request.headers] * 2)
        _refused(subject, specimen, replace(specimen, request=twice))


def odd_headers_are_refused_and_nothing_worse(subject: Subject) -> None:
    """Put bytes beyond ASCII and a lone surrogate into every header."""
    for specimen in subject.a_reading_of_each_proof():
        odd = [(name, f"é\ud800{value}") for name, value in specimen.request.headers]
        request = replace(specimen.request, headers=odd)
        _refused(subject, specimen, replace(specimen, request=request))


def _refused(subject: Subject, specimen: Specimen, changed: Specimen) -> None:
    need_raised(
        lambda: changed.believed(subject.connector),
        SignatureError,
        said=f"{specimen.name}: should raise SignatureError",
    )


def a_duplicate_has_the_same_key(subject: Subject) -> None:
    """Verify each message twice."""
    for specimen in subject.kept():
        keys = {specimen.believed(subject.connector).dedupe_key for _ in range(2)}
        need(len(keys) == 1 and keys != {""}, f"{specimen.name}: keys {keys}")


def messages_that_differ_have_keys_that_differ(subject: Subject) -> None:
    """Compare the keys of all proven messages."""
    keys = [one.believed(subject.connector).dedupe_key for one in subject.kept()]
    need(len(set(keys)) == len(keys), f"a key stands twice in {keys}")


def translate_is_pure(subject: Subject) -> None:
    """Translate without socket and file, twice, and compare."""

    def forbidden(*_arguments: object, **_options: object) -> None:
        raise NonconformityError("translate reaches outside")

    translate = subject.connector.translate
    readable = [s for s in subject.specimens() if s.is_read]
    with patch("socket.socket", forbidden), patch("builtins.open", forbidden):
        for specimen in readable:
            delivery = specimen.proven(subject.connector)
            before = repr(specimen.settings)
            first = translate(delivery, specimen.settings)
            again = translate(delivery, specimen.settings)
            need(first == again, f"{specimen.name}: read twice, two events")
            need(repr(specimen.settings) == before, "translate changes its settings")


def a_hostile_body_is_only_unreadable(subject: Subject) -> None:
    """Read the corpus of hostile bodies, each within a second."""
    topic, settings = _longest_topic(subject), subject.settings()
    for name, body in hostile_bodies().items():
        delivery = delivery_of(body, topic)
        started = time.monotonic()
        events = _events(subject, delivery, settings, said=f"hostile body {name!r}")
        need(events == [], f"hostile body {name!r} gives {events}")
        seconds = time.monotonic() - started
        need(seconds < SLOWEST_SECONDS, f"hostile body {name!r} takes {seconds:.1f} s")


def _events(
    subject: Subject, delivery: Delivery, settings: Settings, *, said: str
) -> list[object]:
    try:
        return list(subject.connector.translate(delivery, settings))
    except (PayloadError, ForeignShopError):
        return []
    except Exception as error:
        name = type(error).__name__
        raise NonconformityError(f"{said}: translate raised {name}") from error


def _longest_topic(subject: Subject) -> str:
    """Return the topic under which the longest body is read."""
    return subject.longest_reading().proven(subject.connector).topic


def _odd_bodies(subject: Subject) -> Iterator[tuple[bytes, Settings]]:
    """Yield what becomes of the longest JSON body; nothing for another format."""
    longest = subject.longest_reading()
    try:
        document: Any = json.loads(longest.request.body.decode("utf-8-sig"))
    except ValueError:
        return
    for odd in odd_documents(document):
        text = json.dumps(odd, ensure_ascii=False).replace('"あ', f'"{CANARY}')
        yield text.encode(), longest.settings


def one_odd_member_is_read_or_unreadable(subject: Subject) -> None:
    """Replace each member of the longest body by something else.

    The error names no value of the body, which may be a person's.
    """
    was_refused, was_asked = False, False
    topic = _longest_topic(subject)
    for body, settings in _odd_bodies(subject):
        was_asked = True
        try:
            subject.connector.translate(delivery_of(body, topic), settings)
        except (PayloadError, ForeignShopError) as error:
            was_refused = True
            fields = getattr(error, "fields", "")
            told = f"{error!r} {fields} {error.__cause__}"
            need(CANARY not in told, "the error repeats a value of the body")
        except Exception as error:
            name = type(error).__name__
            raise NonconformityError(f"translate raised {name} for {body!r}") from error
    need(was_refused or not was_asked, "every odd document was read")


def an_unreadable_body_names_where_in_both_languages(subject: Subject) -> None:
    """Look at the fields of the pairs that cannot be read."""
    for specimen in subject.specimens():
        if specimen.outcome.get("error") != "PayloadError":
            continue
        fields = specimen.outcome["fields"]
        need(bool(fields), f"{specimen.name}: no field is named")
        for words in fields.values():
            is_both = " / " in words and not words.isascii()
            need(is_both, f"{specimen.name}: {words!r} is not 日本語 / English")
