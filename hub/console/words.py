"""The words of the console, Japanese first, English by a switch."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from hub.text.catalogue import Language, Message, Words, catalogue

LANGUAGES: tuple[Language, ...] = ("ja", "en")


@cache
def words() -> dict[str, Words]:
    """Return every word by its key, `section.name`."""
    text = resources.files("hub.console").joinpath("words.toml").read_text("utf-8")
    return {
        f"{section}.{name}": Words(ja=entry["ja"], en=entry["en"])
        for section, entries in tomllib.loads(text).items()
        for name, entry in entries.items()
    }


def language_of(text: str) -> Language:
    """Return a language that we speak; Japanese for anything else."""
    return "en" if text == "en" else "ja"


@dataclass(frozen=True, slots=True)
class Speech:
    """Says the console's words in one language."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a word with its values filled in; raises KeyError for no such word."""
        return words()[key].say(self.language).format(**values)

    def has(self, key: str) -> bool:
        """Tell whether there is such a word."""
        return key in words()

    def first(self, *keys: str, **values: object) -> str:
        """Return the word of the first key that has one; the last must have one."""
        return self(next(key for key in keys if key in words()), **values)


def own_message(word: str) -> Message:
    """Return one of the console's own errors in the catalogue's three sentences."""
    code, section = f"HUB-CONSOLE-{word.upper()}", f"error_{word}"
    return Message(
        code=code,
        what=words()[f"{section}.what"],
        means=words()[f"{section}.means"],
        next=words()[f"{section}.next"],
    )


def explained(code: str) -> Message | None:
    """Return the catalogue's message of a code, None for one that has none."""
    prefix = "HUB-CONSOLE-"
    if code.startswith(prefix):
        word = code.removeprefix(prefix).lower()
        return own_message(word) if f"error_{word}.what" in words() else None
    return catalogue().get(code)
