"""How to make every outcome happen: lines to paste, and what then stands in the answer.

`CONTROL/` and `WIRE/` stand for the addresses of the two ports.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hub.sandbox.tables import Operation

CONTROL: Final = "CONTROL/"
WIRE: Final = "WIRE/"
# A day on which a certificate that is three months old at most was not issued.
TOO_OLD_DAY: Final = "TOO_OLD_DAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Lines that bring an outcome; `shows` stands in the answer of the last.

    `undo` puts back what the lines changed for every call after them.
    """

    key: str
    ja: str
    en: str
    lines: Sequence[str]
    shows: str
    undo: Sequence[str] = ()


def call(operation: Operation, flags: str = "-s", **texts: str) -> str:
    """Return the line that sends a ready body; `set_x` sets the element x."""
    named = {name.replace("set_", "set.", 1): text for name, text in texts.items()}
    given = "".join(
        f" --data-urlencode '{name}={text}'" for name, text in named.items()
    )
    get = "-sG" if given else "-s"
    body = f"curl {get} {CONTROL}sandbox/example/{operation}{given}"
    return f"{body} | curl {flags} --data-binary @- {WIRE}api/{operation}"


def raw(text: str) -> str:
    """Return the line that sends bytes as `printf` writes them."""
    to = f"{WIRE}api/{Operation.REGISTER}"
    return f"printf '{text}' | curl -s --data-binary @- {to}"


def desk(path: str, wanted: Mapping[str, Any]) -> str:
    """Return the line that asks something of the control port."""
    body = json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))
    return f"curl -s {CONTROL}sandbox/{path} -d '{body}'"


def look(path: str) -> str:
    """Return the line that reads from the control port."""
    address = f"{CONTROL}sandbox/{path}"
    return f"curl -s '{address}'" if "?" in path else f"curl -s {address}"


REGISTER: Final = call(Operation.REGISTER)
RESULT: Final = call(Operation.RESULT)
CANCEL: Final = call(Operation.MODIFY, cancel="1")
SHIP: Final = call(Operation.SHIP)
PRINT_DATA: Final = call(Operation.PRINT_DATA)
ENCLOSED: Final = call(Operation.REGISTER, service="3")
LOOK: Final = look("transactions/last")
HOUR: Final = desk("clock", {"hours": 1})


def days(count: int) -> str:
    """Return the line that moves the clock by whole days."""
    return desk("clock", {"hours": 24 * count})


def named(name: str, **texts: str) -> str:
    """Return the line that registers an order of a buyer."""
    return call(Operation.REGISTER, name=name, **texts)


def filled(
    recipes: Sequence[Recipe], *, control: str, wire: str, too_old: str
) -> list[Recipe]:
    """Return recipes with the addresses and days in their places."""

    def fill(lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            line.replace(CONTROL, control)
            .replace(WIRE, wire)
            .replace(TOO_OLD_DAY, too_old)
            for line in lines
        )

    return [
        Recipe(
            key=one.key,
            ja=one.ja,
            en=one.en,
            lines=fill(one.lines),
            shows=one.shows,
            undo=fill(one.undo),
        )
        for one in recipes
    ]
