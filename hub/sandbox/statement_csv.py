"""The statement as CSV. Its layout is our guess: no public source shows one.

The whole guess stands in one row of PROFILES, so that the real layout, once a merchant
has seen it, replaces one row and nothing else.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from hub.sandbox.payout_book import (
    ADVANCE,
    CARRIED,
    MONTHLY_FEE,
    TAKE_BACK,
    Payout,
    PayoutLine,
)
from hub.sandbox.tables import ENCLOSED, SEPARATE

KINDS: Final[Mapping[str, str]] = {
    ADVANCE: "立替",
    TAKE_BACK: "取消による差戻し",
    MONTHLY_FEE: "月額固定費",
    CARRIED: "前回からの繰越",
}
_SERVICES: Final = {SEPARATE: "別送", ENCLOSED: "同梱", "": ""}
Column = tuple[str, Callable[[Payout, PayoutLine], object]]
_COLUMNS: Final[tuple[Column, ...]] = (
    ("明細番号", lambda payout, _line: payout.payout_id),
    ("締日", lambda payout, _line: f"{payout.closes_on:%Y/%m/%d}"),
    ("立替日", lambda payout, _line: f"{payout.payout_on:%Y/%m/%d}"),
    ("区分", lambda _payout, line: KINDS[line.kind]),
    ("お問合せ番号", lambda _payout, line: line.transaction_id),
    ("受注番号", lambda _payout, line: line.shop_order_id),
    ("立替確定日", lambda _payout, line: line.cleared_on.replace("-", "/")),
    ("請求書", lambda _payout, line: _SERVICES[line.service]),
    ("取引金額", lambda _payout, line: line.amount),
    ("決済手数料", lambda _payout, line: line.fee),
    ("請求書発行手数料", lambda _payout, line: line.invoice_fee),
    ("差引額", lambda _payout, line: line.net),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementProfile:
    """One layout of the file: bytes, line ends and columns; all is quoted."""

    encoding: str
    newline: str = "\r\n"
    columns: tuple[Column, ...] = _COLUMNS


# The one known file of the service (print data) is Shift_JIS with CRLF, a header row
# and all quoted; that encoding knows no byte order mark. "utf8" writes one, since
# spreadsheets would otherwise take the file for CP932.
PROFILES: Final[Mapping[str, StatementProfile]] = {
    "cp932": StatementProfile(encoding="cp932"),
    "utf8": StatementProfile(encoding="utf-8-sig"),
}


def statement_csv(payout: Payout, profile: StatementProfile) -> bytes:
    """Return the statement's bytes; its 差引額 adds up to the payout."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=profile.newline)
    writer.writerow([name for name, _ in profile.columns])
    for line in payout.lines:
        writer.writerow([value(payout, line) for _, value in profile.columns])
    return text.getvalue().encode(profile.encoding)
