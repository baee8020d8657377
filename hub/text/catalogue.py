"""Messages by code: what happened, what it means for the money, what to do next."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["ja", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One sentence in both languages."""

    ja: str
    en: str

    def say(self, language: Language) -> str:
        """Return the sentence in a language."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One entry of the catalogue.

    `what` happened, what it `means` for the order or the money, what to do `next`.
    """

    code: str
    what: Words
    means: Words
    next: Words
    field: str = ""


@cache
def catalogue() -> dict[str, Message]:
    """Return all entries by code."""
    text = resources.files("hub.text").joinpath("catalogue.toml").read_text("utf-8")
    return {code: _message(code, entry) for code, entry in tomllib.loads(text).items()}


def message(code: str) -> Message:
    """Return the entry of a code; raises KeyError for a code nobody wrote down."""
    return catalogue()[code]


def _message(code: str, entry: dict[str, object]) -> Message:
    return Message(
        code=code,
        what=_words(entry["what"]),
        means=_words(entry["means"]),
        next=_words(entry["next"]),
        field=str(entry.get("field", "")),
    )


def _words(value: object) -> Words:
    if not isinstance(value, dict):
        raise TypeError("a catalogue entry is a table of ja and en")
    return Words(ja=str(value["ja"]), en=str(value["en"]))
