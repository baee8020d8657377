"""切替前の注文をCSVで取り込む: nothing is written before it was looked at."""

import html
import io
import re

import pytest
from flask import Flask

from hub.domain.known import State
from tests.console.people import logged_in
from tests.console.seed import OWNER, VIEWER
from tests.flow.specimens import order
from tests.house import House


def page_of(house: House) -> str:
    return f"/console/shops/{house.shop_id}/adopt"


def file_of(text: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode("cp932")), "orders.csv"


def test_a_file_is_looked_at_and_then_adopted(app: Flask, house: House) -> None:
    house.hear(order("OLD-77", ordered_at="2020-01-01T00:00:00+09:00"))
    person, page = logged_in(app, OWNER), page_of(house)
    looked = person.post(
        f"{page}/preview",
        file=file_of("受注番号,お問合せ番号\nOLD-77,77000000001\nX,1\n"),
    )
    assert looked.status_code == 200
    assert "この受注番号の注文がありません" in looked.text
    assert house.state("OLD-77") is State.RECEIVED
    rows = re.search(r'name="rows" value="([^"]+)"', looked.text)
    assert rows is not None
    done = person.post(f"{page}/do", rows=html.unescape(rows[1]))
    assert "取り込みました" in done.text
    assert house.known("OLD-77").provider_transaction_id == "77000000001"


@pytest.mark.parametrize("text", ["", "only one column"])
def test_a_file_that_is_none_is_explained(app: Flask, house: House, text: str) -> None:
    answer = logged_in(app, OWNER).post(f"{page_of(house)}/preview", file=file_of(text))
    assert answer.status_code == 422
    assert "CSVファイルを読み取れませんでした" in answer.text


@pytest.mark.parametrize("rows", ["", "{}", "[[1]]", '[["x", "a", "b"]]'])
def test_rows_that_nobody_showed_are_refused(
    app: Flask, house: House, rows: str
) -> None:
    answer = logged_in(app, OWNER).post(f"{page_of(house)}/do", rows=rows)
    assert answer.status_code == 422


def test_a_viewer_adopts_nothing(app: Flask, house: House) -> None:
    answer = logged_in(app, VIEWER).post(f"{page_of(house)}/do", rows="[]")
    assert answer.status_code == 403
