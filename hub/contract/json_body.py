"""JSON from outside, read as strictly as money needs it (G3).

The standard parser takes the last of two equal keys, reads NaN and 1e400, and can be
made to recurse; a total that two readers understand differently is not a total.
"""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from hub.contract.errors import PayloadError

DEEPEST = 32
MOST_NODES = 20_000
LONGEST_NUMBER = 18

# A text, an opening, a closing, or a comma. Possessive, and every quote matches to some
# end, so that no body can make the scan look twice at a byte.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?|[\[{]|[\]}]|,', re.DOTALL)
_LONE = re.compile("[\ud800-\udfff\0]")


def read_json(body: bytes) -> object:
    """Return the document of a body, else raise PayloadError naming the reason."""
    _measure(body)
    try:
        document: object = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_without_repetition,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_short,
        )
    except UnicodeDecodeError:
        raise _unreadable("UTF-8 ではありません。", "It is not UTF-8.") from None
    except json.JSONDecodeError as error:
        # The parser's own words may quote the body.
        raise _unreadable(
            f"JSON として読めません({error.lineno}行目 {error.colno}文字目)。",
            f"It is not JSON (line {error.lineno}, column {error.colno}).",
        ) from None
    _check_texts(document)
    return document


def _measure(body: bytes) -> None:
    opened = body.count(b"[") + body.count(b"{")
    if opened <= DEEPEST and 1 + opened + body.count(b",") <= MOST_NODES:
        # Those in strings counted too, so that most bodies need no closer look.
        return
    depth = 0
    nodes = 1
    for token in _TOKEN.finditer(body):
        first = body[token.start()]
        if first in b"[{":
            depth += 1
            nodes += 1
        elif first in b"]}":
            depth -= 1
        elif first == ord(","):
            nodes += 1
        if depth > DEEPEST or nodes > MOST_NODES:
            raise _unreadable(
                f"大きすぎます({MOST_NODES}項目、{DEEPEST}階層まで)。",
                f"It is too big ({MOST_NODES} values, {DEEPEST} levels at most).",
            )


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _unreadable(
            "同じ名前の項目が2つあります。", "The same name stands twice in an object."
        )
    return members


def _refuse_constant(_name: str) -> NoReturn:
    raise _unreadable(
        "NaN や Infinity は使えません。", "NaN and Infinity are not numbers here."
    )


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        _refuse_constant(text)
    return number


def _short(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST_NUMBER:
        raise _unreadable(
            f"数値が長すぎます({LONGEST_NUMBER}桁まで)。",
            f"A number is too long ({LONGEST_NUMBER} digits at most).",
        )
    return int(text)


def _check_texts(document: object) -> None:
    for text in _texts(document):
        if _LONE.search(text):
            raise _unreadable(
                "使えない文字(NUL または不完全な文字)が含まれています。",
                "It holds NUL or half of a character.",
            )


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield name
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def _unreadable(ja: str, en: str) -> PayloadError:
    return PayloadError(f"the body is not readable: {en}", fields={"": f"{ja} / {en}"})
