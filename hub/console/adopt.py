"""切替前の注文をCSVで取り込む: a file, its rows judged, and only then the deed."""

import json
from collections import Counter
from collections.abc import Sequence

from flask import Response, request

from hub.console.pages import page
from hub.console.rooms import AbsentError, House, problem_page
from hub.console.visit import ACTING, Visit
from hub.console.words import explained
from hub.flow import adopt_csv
from hub.flow.adopt_csv import CsvRow, RowVerdict, UnreadableCsvError
from hub.store import merchants
from hub.store.merchants import Shop
from hub.text.catalogue import Message

_TONES = {
    RowVerdict.READY: "info",
    RowVerdict.ADOPTED: "ok",
    RowVerdict.DONE: "quiet",
}


def add_adopt(house: House) -> None:
    """Add the routes."""

    @house.page("/shops/<shop_id>/adopt", "adopt_csv")
    def form(visit: Visit, shop_id: str) -> Response:
        return _page(visit, _shop(visit, shop_id))

    @house.action("/shops/<shop_id>/adopt/preview", "adopt_preview", roles=ACTING)
    def preview(visit: Visit, shop_id: str) -> Response:
        shop = _shop(visit, shop_id)
        file = request.files.get("file")
        content = file.read(adopt_csv.MOST_BYTES + 1) if file else b""
        try:
            rows = adopt_csv.read_csv(content)
        except UnreadableCsvError:
            problem = explained("HUB-ADOPT-422")
            return _page(visit, shop, problem=problem, status=422)
        judged = adopt_csv.judged(visit.parts, visit.merchant_id, shop_id, rows)
        return _page(visit, shop, rows=judged)

    @house.action("/shops/<shop_id>/adopt/do", "adopt_do", roles=ACTING)
    def adopt(visit: Visit, shop_id: str) -> Response:
        shop = _shop(visit, shop_id)
        rows = _seen(request.form.get("rows", ""))
        if rows is None:
            return problem_page(visit, "input", status=422)
        done = adopt_csv.adopt_rows(
            visit.parts, visit.merchant_id, shop_id, rows, user_id=visit.user_id
        )
        return _page(visit, shop, rows=done, is_done=True)


def _shop(visit: Visit, shop_id: str) -> Shop:
    if shop_id not in visit.store.read(merchants.shop_ids):
        raise AbsentError
    return visit.store.read(lambda scope: merchants.get_shop(scope, shop_id))


def _seen(text: str) -> list[CsvRow] | None:
    """Return the rows that the preview showed; they are judged once more anyway."""
    try:
        pairs = json.loads(text)
        rows = [
            CsvRow(line=int(line), order_number=str(order), inquiry_number=str(number))
            for line, order, number in pairs
        ]
    except (ValueError, TypeError):
        return None
    return rows if 0 < len(rows) <= adopt_csv.MOST_ROWS else None


def _page(
    visit: Visit,
    shop: Shop,
    *,
    rows: Sequence[CsvRow] = (),
    is_done: bool = False,
    problem: Message | None = None,
    status: int = 200,
) -> Response:
    counts = Counter(row.verdict for row in rows)
    ready = [row for row in rows if row.verdict is RowVerdict.READY]
    pairs = [[row.line, row.order_number, row.inquiry_number] for row in ready]
    return page(
        visit,
        "adopt_csv.html",
        status=status,
        problem=problem,
        shop=shop,
        rows=rows,
        counts={one.value: counts[one] for one in RowVerdict if counts[one]},
        tones=_TONES,
        pairs=json.dumps(pairs, ensure_ascii=False) if pairs else "",
        ready=len(ready),
        is_done=is_done,
    )
