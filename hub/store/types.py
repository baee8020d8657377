"""Column types that mean the same in SQLite and PostgreSQL."""

import itertools
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; microseconds since 1970 where there is no such type."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the database's own type where it keeps the zone."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive moments."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must be aware")
        if dialect.name == "postgresql":
            return value
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return _EPOCH + int(value) * _MICROSECOND


class Document(TypeDecorator[Any]):
    """A small JSON document as text: JSONB would refuse U+0000 (reliability 3.3)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write the document."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read the document."""
        return None if value is None else orjson.loads(value)


# Rows of one moment keep the order in which they were made.
_made = itertools.count()


def new_id(now: datetime) -> str:
    """Return a random public id that sorts by time and then as made (26 characters)."""
    order = (int(now.timestamp() * 1000) << 24) | (next(_made) & 0xFFFFFF)
    number = (order << 56) | secrets.randbits(56)
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10)])
