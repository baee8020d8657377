"""切替前の注文をCSVで取り込む: order number and お問合せ番号, judged before it is done.

Every row goes the way of the single adoption (`unclear.adopt`), in a commit of its own.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hub.domain.known import NEXT, Fact
from hub.flow.deeds import InterventionError
from hub.flow.tools import Parts
from hub.flow.unclear import adopt, inquiry_number
from hub.store import orders, transactions
from hub.store.store import Scope

MOST_ROWS = 5000
MOST_BYTES = 1_000_000
_ORDER_NAMES = ("受注番号", "注文番号", "order number", "order", "name")
_NUMBER_NAMES = ("お問合せ番号", "お問い合わせ番号", "inquiry number", "atodene")


class UnreadableCsvError(ValueError):
    """The file is no CSV with an order number and an お問合せ番号 in each row."""


class RowVerdict(StrEnum):
    """What becomes of one row; only READY changes something."""

    READY = "ready"
    ADOPTED = "adopted"
    DONE = "done"
    NO_ORDER = "no_order"
    NOT_WAITING = "not_waiting"
    BAD_NUMBER = "bad_number"
    TAKEN = "taken"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRow:
    """One row of the file; `verdict` is None until it is judged."""

    line: int
    order_number: str
    inquiry_number: str
    verdict: RowVerdict | None = None
    transaction_id: str = ""


def read_csv(content: bytes) -> list[CsvRow]:
    """Return the rows of a file in UTF-8 or Shift_JIS; raises UnreadableCsvError."""
    if len(content) > MOST_BYTES:
        raise UnreadableCsvError("too large")
    text = _text(content)
    first_line = text.partition("\n")[0]
    separator = "\t" if "\t" in first_line else ","
    try:
        cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise UnreadableCsvError("not a CSV") from error
    lines = [(line, row) for line, row in enumerate(cells, 1) if any(map(_plain, row))]
    if not lines:
        raise UnreadableCsvError("empty")
    columns = _columns(lines[0][1])
    if columns is not None:
        lines = lines[1:]
    rows = list(_rows(lines, columns or (0, 1)))
    if not rows or len(rows) > MOST_ROWS:
        raise UnreadableCsvError("no rows, or too many")
    return rows


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableCsvError("neither UTF-8 nor Shift_JIS")


def _columns(header: Sequence[str]) -> tuple[int, int] | None:
    """Return where the two columns stand, None where the first row is no header."""
    names = [_plain(cell).casefold() for cell in header]
    order = next((names.index(one) for one in _ORDER_NAMES if one in names), None)
    number = next(
        (at for at, name in enumerate(names) if name.startswith(_NUMBER_NAMES)), None
    )
    return None if order is None or number is None else (order, number)


def _rows(
    lines: Sequence[tuple[int, Sequence[str]]], columns: tuple[int, int]
) -> Iterator[CsvRow]:
    for line, row in lines:
        if len(row) <= max(columns):
            raise UnreadableCsvError(f"line {line} is too short")
        order, number = (_plain(row[at]) for at in columns)
        yield CsvRow(line=line, order_number=order, inquiry_number=number)


def _plain(cell: str) -> str:
    """Return a cell as it is compared; spreadsheets put a quote before numbers."""
    return unicodedata.normalize("NFKC", cell).strip().removeprefix("'")


def judged(
    parts: Parts, merchant_id: str, shop_id: str, rows: Sequence[CsvRow]
) -> list[CsvRow]:
    """Return the rows with what would become of each; nothing is written."""

    def work(scope: Scope) -> list[CsvRow]:
        seen: set[str] = set()
        found = []
        for row in rows:
            one = _judged(scope, shop_id, row)
            values = {f"order {one.order_number}", f"number {one.inquiry_number}"}
            if one.verdict is RowVerdict.READY and values & seen:
                one = replace(one, verdict=RowVerdict.REPEATED)
            seen |= values
            found.append(one)
        return found

    return parts.store.of(merchant_id).read(work)


def _judged(scope: Scope, shop_id: str, row: CsvRow) -> CsvRow:
    # Some carts show a mark before the number that is not part of it.
    order = orders.find(scope, shop_id, row.order_number) or orders.find(
        scope, shop_id, row.order_number.removeprefix("#")
    )
    current = transactions.current(scope, order.id) if order else None
    if order is None or current is None:
        return replace(row, verdict=RowVerdict.NO_ORDER)
    row = replace(row, order_number=order.order_number, transaction_id=current.id)
    number = inquiry_number(row.inquiry_number)
    if not number:
        return replace(row, verdict=RowVerdict.BAD_NUMBER)
    if current.known.provider_transaction_id == number:
        return replace(row, verdict=RowVerdict.DONE)
    is_old = order.is_before_cutover and not order.wanted.is_erased
    if not is_old or (current.known.state, Fact.ADOPTED) not in NEXT:
        return replace(row, verdict=RowVerdict.NOT_WAITING)
    if transactions.is_known_id(scope, number):
        return replace(row, verdict=RowVerdict.TAKEN)
    return replace(row, verdict=RowVerdict.READY)


def adopt_rows(
    parts: Parts,
    merchant_id: str,
    shop_id: str,
    rows: Sequence[CsvRow],
    *,
    user_id: str,
) -> list[CsvRow]:
    """Adopt the rows that are ready, one by one; returns what became of each."""
    done = []
    for row in judged(parts, merchant_id, shop_id, rows):
        if row.verdict is RowVerdict.READY:
            verdict = _adopted(parts, merchant_id, row, user_id=user_id)
            done.append(replace(row, verdict=verdict))
        else:
            done.append(row)
    return done


def _adopted(
    parts: Parts, merchant_id: str, row: CsvRow, *, user_id: str
) -> RowVerdict:
    try:
        adopt(
            parts,
            merchant_id,
            row.transaction_id,
            provider_transaction_id=row.inquiry_number,
            typed_number=row.order_number,
            user_id=user_id,
        )
    except InterventionError as error:
        # Somebody else was there between the look and the deed.
        is_taken = error.code == "HUB-ACT-007"
        return RowVerdict.TAKEN if is_taken else RowVerdict.NOT_WAITING
    return RowVerdict.ADOPTED
