"""A test process compiles each SQL statement once, not once in every database.

An engine keeps what it compiled for itself alone. A hub has one engine for its whole
life; tests open thousands, and would spend a third of their time on compiling.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.util import LRUCache

import hub.store.engine

STATEMENTS = 2000


class Compiled(LRUCache[Any, Any]):
    """What was compiled for one kind of database, whichever engine asked."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_for_its_kind(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_for_its_kind(key), value)


def _for_its_kind(key: Any) -> Any:
    dialect, *statement = key
    return (dialect.name, dialect.driver, *statement)


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let every engine that the hub opens use the same compiled statements."""
    compiled = Compiled(STATEMENTS)

    def create_with_it(*arguments: Any, **named: Any) -> Engine:
        engine = create_engine(*arguments, **named)
        engine._compiled_cache = compiled
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub.store.engine, "create_engine", create_with_it)
        yield
