"""The door to the book: a merchant's scope, or across merchants for `flow` alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, text

from hub.store.data_keys import DataKeys
from hub.store.engine import check_durability, open_engine
from hub.store.vault import Vault
from hub.store.writer import Writer

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Scope:
    """One merchant's rows within one transaction; repositories take nothing else."""

    connection: Connection
    merchant_id: str
    keys: DataKeys

    @property
    def vault(self) -> Vault:
        """Return the vault, for keyed hashes."""
        return self.keys.vault


@dataclass(frozen=True, slots=True)
class Across:
    """All merchants' rows within one transaction; for `flow` alone."""

    connection: Connection
    keys: DataKeys

    def of(self, merchant_id: str) -> Scope:
        """Return the scope of one merchant within the same transaction."""
        return Scope(self.connection, merchant_id, self.keys)


_SCOPED = text(
    "SELECT set_config('hub.merchant_id', :merchant_id, true),"
    " set_config('hub.across', :across, true)"
)


def _enter(connection: Connection, *, merchant_id: str = "") -> None:
    """Tell PostgreSQL's row-level security, the second wall, whose rows may be seen."""
    if connection.dialect.name == "postgresql":
        across = "" if merchant_id else "on"
        connection.execute(_SCOPED, {"merchant_id": merchant_id, "across": across})


class MerchantStore:
    """One merchant's rows; there is no way from here to another merchant's."""

    def __init__(self, store: "Store", merchant_id: str) -> None:
        """Bind to a merchant."""
        self._store = store
        self.merchant_id = merchant_id

    def write(self, work: Callable[[Scope], T]) -> T:
        """Run the work in the writer; the result comes after the commit."""

        def run(connection: Connection) -> T:
            _enter(connection, merchant_id=self.merchant_id)
            return work(Scope(connection, self.merchant_id, self._store.keys))

        return cast("T", self._store.writer.run(run))

    def join(
        self,
        work: Callable[[Scope, list[T]], Sequence[R]],
        what: T,
        *,
        done: Callable[[R | None, Exception | None], None],
    ) -> None:
        """Hand the writer one item of a work that runs once for all of a commit's.

        Returns at once; `done` is called in the writer's thread after the commit. The
        same function must be given each time: it names what may be joined.
        """

        def run(connection: Connection, items: list[T]) -> Sequence[R]:
            _enter(connection, merchant_id=self.merchant_id)
            return work(Scope(connection, self.merchant_id, self._store.keys), items)

        self._store.writer.join((self.merchant_id, work), run, what, done=done)

    def read(self, work: Callable[[Scope], T]) -> T:
        """Run the work in a read transaction."""
        with self._store.engine.begin() as connection:
            _enter(connection, merchant_id=self.merchant_id)
            return work(Scope(connection, self.merchant_id, self._store.keys))


class AcrossStore:
    """All merchants' rows, for `flow` (sweep, claims, verification) alone."""

    def __init__(self, store: "Store") -> None:
        """Bind to the store."""
        self._store = store

    def write(self, work: Callable[[Across], T]) -> T:
        """Run the work in the writer; the result comes after the commit."""

        def run(connection: Connection) -> T:
            _enter(connection)
            return work(Across(connection, self._store.keys))

        return cast("T", self._store.writer.run(run))

    def read(self, work: Callable[[Across], T]) -> T:
        """Run the work in a read transaction."""
        with self._store.engine.begin() as connection:
            _enter(connection)
            return work(Across(connection, self._store.keys))


class Store:
    """One database, its writer and its keys."""

    def __init__(self, engine: Engine, vault: Vault, *, lock_file: Path | None) -> None:
        """Take an engine that nothing was connected with yet."""
        self.engine = engine
        self.writer = Writer(engine, lock_file=lock_file)
        self.keys = DataKeys(vault)

    def of(self, merchant_id: str) -> MerchantStore:
        """Return the store of one merchant."""
        return MerchantStore(self, merchant_id)

    @property
    def across(self) -> AcrossStore:
        """Return the store of all merchants."""
        return AcrossStore(self)

    def check(self) -> None:
        """Refuse a database that could lose what it acknowledged (I-34)."""
        with self.engine.connect() as connection:
            check_durability(connection)

    def close(self) -> None:
        """Finish the writes and give the connections back."""
        self.writer.close()
        self.engine.dispose()


def open_store(url: str, vault: Vault, *, data_dir: Path, **options: Any) -> Store:
    """Open a database by its address."""
    engine = open_engine(url, **options)
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        data_dir.mkdir(parents=True, exist_ok=True)
    lock_file = data_dir / "hub.sqlite.lock" if is_sqlite else None
    return Store(engine, vault, lock_file=lock_file)
