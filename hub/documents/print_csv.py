"""The CSV of print vendors: Shift_JIS, CRLF, all quoted, a header row (api 6)."""

import csv
import io
from collections.abc import Iterable

from hub.domain.invoice_print_data import InvoicePrintData, columns

ENCODING = "cp932"
# A cell that begins so is a formula to a spreadsheet (T-33).
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Buyers and shops chose these words; all others, the OCR lines too, are the provider's.
_THEIR_WORDS = ("name", "address", "company", "section", "goods", "descriptiontext")


def print_csv(invoices: Iterable[InvoicePrintData]) -> bytes:
    """Return one row of 167 columns for each invoice, below a header row.

    Raises UnicodeEncodeError for a text that the vendor's character set cannot hold:
    a bill with another name on it must not be printed.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    names = columns()
    writer.writerow(names)
    for invoice in invoices:
        cells = zip(names, invoice.row(), strict=True)
        writer.writerow(_inert(name, value) for name, value in cells)
    return text.getvalue().encode(ENCODING)


def _inert(name: str, value: str) -> str:
    is_theirs = any(word in name.lower() for word in _THEIR_WORDS)
    is_number = value[1:2].isdigit()
    return (
        f"'{value}"
        if is_theirs and value.startswith(_FORMULA) and not is_number
        else value
    )
