"""Documents in which one member is something else, to see what a reading survives."""

from collections.abc import Iterator, Mapping
from typing import Any

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    10**17,
    "",
    "あ" * 5000,
    "9" * 30,
    [],
    {},
    [[{}]],
)


def odd_documents(node: Any) -> Iterator[Any]:
    """Yield every document in which one node is replaced or gone."""
    yield from ODD_VALUES
    if isinstance(node, Mapping):
        for name, value in node.items():
            for other in odd_documents(value):
                yield {**node, name: other}
            yield {key: inner for key, inner in node.items() if key != name}
    elif isinstance(node, list):
        for index, value in enumerate(node[:2]):
            for other in odd_documents(value):
                yield [*node[:index], other, *node[index + 1 :]]
