"""Records as plain documents, for JSON."""

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def as_document(record: Any) -> dict[str, Any]:
    """Return a record as nested dictionaries and lists.

    Unlike `dataclasses.asdict` it copies no leaves, for those of our records never
    change: an order is read several times on its road, and the copies were a tenth of
    all the work.
    """
    return {name: _plain(getattr(record, name)) for name in _names(record.__class__)}


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return as_document(value) if is_dataclass(value) else value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
