"""Statements compiled once and run on the driver's own cursor.

SQLAlchemy spends some 70 microseconds on the way of a statement to the driver, SQLite
10 on doing it, and an order takes dozens. Text, types and errors stay SQLAlchemy's;
only its execution context is left out.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.types import TypeEngine

Statement = Select[Any] | Insert | Update | Delete
Values = Mapping[str, Any]
_Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one dialect has it for values of these names."""

    text: str
    # In the order of the text; None for a driver that takes names.
    places: tuple[str, ...] | None
    fixed: dict[str, Any]
    writers: tuple[tuple[str, _Process], ...]
    row: Any
    types: tuple[TypeEngine[Any], ...]

    def parameters(self, values: Values) -> Any:
        """Return the values as the driver takes them."""
        given = {**self.fixed, **values}
        for name, write in self.writers:
            given[name] = write(given[name])
        if self.places is None:
            return given
        return [given[name] for name in self.places]


_forms: dict[tuple[Statement, str, tuple[str, ...]], _Form] = {}
# By the types of a row and what the driver calls them.
_readers: dict[Any, tuple[tuple[int, _Process], ...]] = {}


def rows(connection: Connection, statement: Statement, values: Values) -> list[Any]:
    """Return the rows of a statement as named tuples.

    Only for statements that are built once and kept, without lists of values to
    expand. Raises SQLAlchemy's errors.
    """
    form = _form(connection, statement, values)
    cursor = _executed(connection, form.text, form.parameters(values))
    try:
        found: list[Any] = cursor.fetchall()
        if not found:
            return found
        readers = _readers_of(connection, form, cursor)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, form.text, error) from error
    finally:
        cursor.close()
    return [_read(form, readers, one) for one in found]


def row(connection: Connection, statement: Statement, values: Values) -> Any:
    """Return the first row of a statement, or None."""
    found = rows(connection, statement, values)
    return found[0] if found else None


def one(connection: Connection, statement: Statement, values: Values) -> Any:
    """Return the first row of a statement; raises NoResultFound for none."""
    found = rows(connection, statement, values)
    if not found:
        raise NoResultFound("no such row")
    return found[0]


def run(connection: Connection, statement: Statement, values: Values) -> int:
    """Run a statement that returns no rows; returns how many it changed."""
    form = _form(connection, statement, values)
    cursor = _executed(connection, form.text, form.parameters(values))
    count: int = cursor.rowcount
    cursor.close()
    return count


def run_all(
    connection: Connection, statement: Statement, values: Sequence[Values]
) -> None:
    """Run a statement once for each set of values, which have the same names."""
    form = _form(connection, statement, values[0])
    many = [form.parameters(one) for one in values]
    _executed(connection, form.text, many, is_many=True).close()


def say(connection: Connection, text: str, values: Sequence[Any] = ()) -> Any:
    """Run text with the driver's own placeholders; returns its first row, or None.

    Raises SQLAlchemy's errors.
    """
    cursor = _executed(connection, text, values)
    try:
        return cursor.fetchone() if cursor.description else None
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, text, error) from error
    finally:
        cursor.close()


def _executed(
    connection: Connection, text: str, parameters: Any, *, is_many: bool = False
) -> Any:
    cursor: Any = connection.connection.cursor()
    try:
        if is_many:
            cursor.executemany(text, parameters)
        else:
            cursor.execute(text, parameters)
    except connection.dialect.loaded_dbapi.Error as error:
        cursor.close()
        raise _wrapped(connection, text, error) from error
    return cursor


def _wrapped(connection: Connection, text: str, error: Exception) -> BaseException:
    """Return a driver's error as SQLAlchemy's, without the values."""
    dialect = connection.dialect
    driver: Any = connection.connection.dbapi_connection
    is_lost = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]  # typed for its own error class
    wrapped = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    if is_lost:
        connection.invalidate(wrapped)
    return wrapped


def _form(connection: Connection, statement: Statement, values: Values) -> _Form:
    key = (statement, connection.dialect.name, tuple(values))
    found = _forms.get(key)
    if found is None:
        found = _forms[key] = _compiled(connection, statement, values)
    return found


def _compiled(connection: Connection, statement: Statement, values: Values) -> _Form:
    dialect = connection.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(values))
    if compiled.post_compile_params:
        raise TypeError("a statement with lists to expand cannot be prepared")
    if compiled.insert_prefetch or compiled.update_prefetch:
        raise TypeError("a statement with defaults of Python cannot be prepared")
    fixed = {
        name: bind.effective_value
        for name, bind in compiled.binds.items()
        if name not in values
    }
    unset = [name for name in fixed if compiled.binds[name].required]
    if unset:
        raise TypeError(f"no value for {', '.join(unset)}")
    writers = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in compiled.binds.items()
    }
    columns = statement.exported_columns if _returns_rows(statement) else None
    names = [str(name) for name in columns.keys()] if columns is not None else []  # noqa: SIM118 - not a mapping
    return _Form(
        text=str(compiled),
        places=tuple(compiled.positiontup) if compiled.positiontup else None,
        fixed=fixed,
        writers=tuple((name, one) for name, one in writers.items() if one is not None),
        row=namedtuple("row", names),
        types=tuple(one.type for one in columns) if columns is not None else (),
    )


def _returns_rows(statement: Statement) -> bool:
    if isinstance(statement, Select):
        return True
    return len(statement.exported_columns) > 0


def _readers_of(
    connection: Connection, form: _Form, cursor: Any
) -> tuple[tuple[int, _Process], ...]:
    codes = tuple(one[1] for one in cursor.description)
    key = (form.types, codes, connection.dialect.name)
    found = _readers.get(key)
    if found is None:
        dialect = connection.dialect
        processes = [
            one.dialect_impl(dialect).result_processor(dialect, code)
            for one, code in zip(form.types, codes, strict=True)
        ]
        found = tuple((n, one) for n, one in enumerate(processes) if one is not None)
        _readers[key] = found
    return found


def _read(
    form: _Form, readers: tuple[tuple[int, _Process], ...], found: Sequence[Any]
) -> Any:
    if not readers:
        return form.row(*found)
    values = list(found)
    for number, read in readers:
        values[number] = read(values[number])
    return form.row(*values)
