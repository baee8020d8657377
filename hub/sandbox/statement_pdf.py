"""The statement as PDF, set by typst with the font that is installed beside it."""

import json
from datetime import date
from importlib.resources import files
from typing import Any, Final

from hub.sandbox.passing import start_of
from hub.sandbox.payout_book import Payout
from hub.sandbox.statement_csv import KINDS

_FONTS: Final = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")
_PER_LINE: Final = ("transaction_id", "shop_order_id", "cleared_on")


class StatementError(RuntimeError):
    """The statement could not be set as it should look."""


def statement_pdf(payout: Payout, *, merchant_name: str) -> bytes:
    """Return the statement as PDF; raises StatementError where a font is missing."""
    # Imported here: 30 MB of fonts and a compiler are no price of a sandbox that runs.
    import typst

    pdf, warnings = typst.compile_with_warnings(
        str(files("hub.sandbox") / "templates" / "statement.typ"),
        format="pdf",
        font_paths=[str(files(font)) for font in _FONTS],
        ignore_system_fonts=True,
        sys_inputs={"statement": json.dumps(_shown(payout, merchant_name))},
        timestamp=int(start_of(payout.closes_on).timestamp()),
    )
    # A missing font sets boxes without an error (typst only warns).
    if warnings:
        raise StatementError(f"The statement was not set: {warnings[0].message}")
    return bytes(pdf)


def _shown(payout: Payout, merchant_name: str) -> dict[str, Any]:
    lines = [
        [
            KINDS[line.kind],
            *(getattr(line, name) for name in _PER_LINE),
            *map(_yen, (line.amount, line.fee, line.invoice_fee, line.net)),
        ]
        for line in payout.lines
    ]
    return {
        "number": payout.payout_id,
        "merchant": f"{merchant_name} ({payout.merchant})",
        "plan": f"プラン{payout.plan}・月{payout.cycle}回",
        "closes": _day(payout.closes_on),
        "payout": _day(payout.payout_on),
        "total": _yen(payout.total),
        "sums": [
            _yen(payout.sum_of(name))
            for name in ("amount", "fee", "invoice_fee", "net")
        ],
        "lines": lines,
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _yen(amount: int) -> str:
    return f"{amount:,}円"
