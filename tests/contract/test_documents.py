import json
from dataclasses import asdict, dataclass

from hub.contract.documents import as_document
from hub.contract.money import Yen


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    price: Yen


@dataclass(frozen=True, slots=True)
class _Order:
    lines: tuple[_Line, ...]
    note: str | None


def test_a_record_reads_as_json_as_the_standard_library_has_it():
    order = _Order(lines=(_Line("ほうじ茶", Yen(1650)),), note=None)

    assert json.dumps(as_document(order)) == json.dumps(asdict(order))
