"""切替前の注文をCSVで取り込む: judged first, adopted once, never a second invoice."""

from functools import partial

import pytest

from hub.domain.known import State
from hub.flow.adopt_csv import (
    CsvRow,
    RowVerdict,
    UnreadableCsvError,
    adopt_rows,
    judged,
    read_csv,
)
from hub.flow.calls import prepare
from hub.flow.cases import load
from hub.provider.port import Operation, PreparedCall
from hub.store.store import Scope
from tests.flow.specimens import order
from tests.flow.wire_calls import REGISTER
from tests.house import House

OLD = "2020-01-01T00:00:00+09:00"
HEADER = "受注番号,お問合せ番号\n"
READY, ADOPTED, DONE = RowVerdict.READY, RowVerdict.ADOPTED, RowVerdict.DONE


def place(house: House, *numbers: str) -> None:
    house.hear([order(number, ordered_at=OLD) for number in numbers])


def verdicts(rows: list[CsvRow]) -> list[RowVerdict | None]:
    return [row.verdict for row in rows]


def upload(house: House, text: str) -> list[RowVerdict | None]:
    rows = read_csv(text.encode())
    where = (house.parts, house.merchant_id, house.shop_id)
    done = adopt_rows(*where, rows, user_id="somebody")
    house.settle()
    return verdicts(done)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}A-1,00000000001\n".encode(),
        f"{HEADER}A-1,00000000001\n".encode("utf-8-sig"),
        f"{HEADER}A-1,00000000001\r\n".encode("cp932"),
        b"A-1,00000000001",
        "メモ\tお問合せ番号(アトディーネ)\t注文番号\nx\t'00000000001\tＡ－1\n".encode(),
    ],
)
def test_the_encodings_and_orders_of_columns_that_people_have(content: bytes) -> None:
    (row,) = read_csv(content)
    assert (row.order_number.replace("−", "-"), row.inquiry_number) == (
        "A-1",
        "00000000001",
    )


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"A-1", b"\xff\xfe\x00", HEADER.encode(), b"a,b\nA-1\n"]
)
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableCsvError):
        read_csv(content)


def at_provider(house: House, *numbers: str) -> list[str]:
    """Register orders past the hub, as a shop's former system did."""
    found = []
    for number in numbers:
        transaction_id = house.transaction(number).id
        house.parts.provider.send(
            house.read(partial(registering, house, transaction_id))
        )
        (row,) = house.ledger(number)
        found.append(row["transaction_id"])
    return found


def registering(house: House, transaction_id: str, scope: Scope) -> PreparedCall:
    case = load(scope, transaction_id)
    return prepare(scope, house.parts, case, Operation.REGISTER, {})


def test_a_preview_says_what_would_become_of_each_row(house: House) -> None:
    place(house, "A-1", "A-2", "A-3", "A-4")
    house.hear(order("NEW-1"))
    (known,) = at_provider(house, "A-4")
    assert upload(house, f"A-4,{known}") == [ADOPTED]
    text = (
        f"A-1,00000000001\nA-2,00000000001\nA-3,12-3\nA-4,{known}\n"
        f"A-9,00000000009\nNEW-1,00000000008\nA-3,{known}\n#A-2,00000000002\n"
    )
    where = (house.parts, house.merchant_id, house.shop_id)
    assert verdicts(judged(*where, read_csv(text.encode()))) == [
        READY,
        RowVerdict.REPEATED,
        RowVerdict.BAD_NUMBER,
        DONE,
        RowVerdict.NO_ORDER,
        RowVerdict.NOT_WAITING,
        RowVerdict.TAKEN,
        RowVerdict.REPEATED,
    ]
    assert house.state("A-1") is State.RECEIVED


def test_many_of_many_are_adopted_with_no_double_and_only_once(house: House) -> None:
    numbers = [f"A-{number}" for number in range(20)]
    place(house, *numbers)
    ids = at_provider(house, *numbers[:12])
    calls = house.calls().count(REGISTER)
    pairs = zip(numbers[:12], ids, strict=True)
    text = HEADER + "".join(f"{one},{known}\n" for one, known in pairs)
    assert upload(house, text) == [ADOPTED] * 12
    adopted = [house.known(one).provider_transaction_id for one in numbers]
    assert adopted == [*ids, *[""] * 8]
    assert {house.state(one) for one in numbers[:12]} == {State.AUTHORIZED}
    assert upload(house, text) == [DONE] * 12
    assert house.calls().count(REGISTER) == calls == 12
