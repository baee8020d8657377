"""The page on which a buyer waits, in words and as HTML; it names no buyer."""

import hashlib
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.clock import TOKYO
from hub.text.catalogue import Language, Words

# The page loads itself again where a browser runs no scripts.
REFRESH_SECONDS = 5
_STATIC = "/wait/static"


class WaitState(StrEnum):
    """What the page says; the last three are of no application that it knows.

    ENDED is one that the cart waits for no longer: nobody is led on from there.
    """

    SCREENING = "screening"
    SLOW = "slow"
    GRANTED = "granted"
    DENIED = "denied"
    LEFT = "left"
    ENDED = "ended"
    UNKNOWN = "unknown"
    OFTEN = "often"
    AWAY = "away"


_BUSY = frozenset({WaitState.SCREENING, WaitState.SLOW, WaitState.AWAY})
_OPEN = frozenset({WaitState.SCREENING, WaitState.SLOW})
_RETURNING = frozenset({WaitState.GRANTED, WaitState.DENIED, WaitState.LEFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How an application stands, in one language, for the page and its script.

    `note` is small, "" for none. `is_over` says that there is a way back to the shop;
    `may_leave` that the buyer can still withdraw.
    """

    state: WaitState
    tone: str
    title: str
    text: str
    note: str = ""
    may_leave: bool = False
    is_over: bool = False

    def document(self) -> dict[str, Any]:
        """Return it as the script reads it."""
        return asdict(self)


def said_of(
    state: WaitState,
    language: Language,
    *,
    until: datetime | None = None,
    is_over: bool = False,
) -> Said:
    """Say a state; `until` is when an open application ends by itself."""
    words = _words()
    is_open = state in _OPEN
    return Said(
        state=state,
        tone=_tone(state),
        title=words[f"{state}.title"].say(language),
        text=words[f"{state}.text"].say(language),
        note=_note(state, language, until=until),
        may_leave=is_open and not is_over,
        is_over=is_over,
    )


def drawn(said: Said, language: Language, *, page: str = "", refresh: int = 0) -> str:
    """Return the HTML; `page` is the address of an application, "" for none."""
    words = {
        name: _words()[f"page.{name}"].say(language)
        for name in ("leave", "leave_text", "foot", "lost", "subject")
    }
    return (
        _environment()
        .get_template("wait.html")
        .render(
            said=said,
            words=words,
            language=language,
            page=page,
            now=f"{page}/now" if page else "",
            refresh=refresh,
        )
    )


def _note(state: WaitState, language: Language, *, until: datetime | None) -> str:
    if state in _RETURNING:
        return _words()["page.stuck"].say(language)
    if state is not WaitState.SLOW or until is None:
        return ""
    moment = _moment(until, language)
    return _words()["page.until"].say(language).format(when=moment)


def _tone(state: WaitState) -> str:
    if state in _BUSY:
        return "busy"
    return "ok" if state is WaitState.GRANTED else "quiet"


def _moment(moment: datetime, language: Language) -> str:
    local = moment.astimezone(TOKYO)
    clock = f"{local.hour}:{local.minute:02d}"
    if language == "en":
        return f"{clock} on {local:%-d %B} (Japan time)"
    return f"{local.month}月{local.day}日 {clock}"


@cache
def _words() -> dict[str, Words]:
    text = resources.files("hub.web").joinpath("wait_words.toml").read_text("utf-8")
    return {
        f"{section}.{name}": Words(ja=entry["ja"], en=entry["en"])
        for section, entries in tomllib.loads(text).items()
        for name, entry in entries.items()
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hub.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = _static
    return environment


@cache
def _static(name: str) -> str:
    content = resources.files("hub.web").joinpath("static", name).read_bytes()
    return f"{_STATIC}/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
