import csv
import io

import pytest

from hub.documents.print_csv import print_csv
from hub.domain.invoice_print_data import InvoicePrintData, columns


def cells(**values: str) -> dict[str, str]:
    body = print_csv([InvoicePrintData(values=values, lines=[{"goods": "ほうじ茶"}])])
    header, row = csv.reader(io.StringIO(body.decode("cp932"), newline=""))
    return dict(zip(header, row, strict=True))


def test_there_are_167_columns_and_no_name_twice() -> None:
    assert len(set(columns())) == 167


def test_the_first_line_stands_in_columns_82_to_86() -> None:
    assert columns()[81:87] == (
        "goods1",
        "goodsAmount1",
        "goodsPrice1",
        "goodsSubtotal1",
        "goodsExpand1",
        "goods2",
    )


def test_every_cell_is_quoted_and_lines_end_in_crlf() -> None:
    body = print_csv([InvoicePrintData(values={}, lines=[])])
    assert body.count(b"\r\n") == 2
    assert body.count(b'"') == 2 * 2 * 167


def test_a_name_with_a_vendor_character_is_kept() -> None:
    assert cells(name="髙﨑 花子")["name"] == "髙﨑 花子"


def test_a_name_outside_the_character_set_makes_no_file() -> None:
    with pytest.raises(UnicodeEncodeError):
        cells(name="𠮷田")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t"])
def test_a_buyers_word_is_no_formula(start: str) -> None:
    assert cells(name=f"{start}HYPERLINK(1)")["name"] == f"'{start}HYPERLINK(1)"


def test_an_ocr_line_stays_as_the_provider_made_it() -> None:
    assert cells(expand13="+12<345>")["expand13"] == "+12<345>"
