"""The GraphQL documents, each valid against the schema of 2026-10 (a test sees to it).

A document is read from `<name>.graphql`. One that spreads a fragment brings the file
of the fragment's name in small letters: `...Order` needs order.graphql.
"""

import re
from functools import cache
from importlib import resources

_SPREAD = re.compile(r"\.\.\.\s*([A-Z]\w*)")


@cache
def query(name: str) -> str:
    """Return the document of a file with the fragments that it spreads."""
    text = _text(name)
    return "\n".join([text, *(_text(one) for one in _fragments(text, frozenset()))])


def _fragments(text: str, known: frozenset[str]) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    for spread in sorted(set(_SPREAD.findall(text))):
        name = _file_of(spread)
        if name not in known | set(found):
            found += (name,)
            found += _fragments(_text(name), known | set(found))
    return found


def _file_of(fragment: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", fragment).lower()


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(f"{name}.graphql").read_text("utf-8")
