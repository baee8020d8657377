"""Recipes: one for each error code, in the order of the table of codes."""

from typing import Final

from hub.sandbox.recipes import (
    CANCEL,
    ENCLOSED,
    PRINT_DATA,
    REGISTER,
    SHIP,
    Recipe,
    call,
    days,
    desk,
    named,
    raw,
)
from hub.sandbox.recipes_joining import JOINED
from hub.sandbox.tables import ERROR_TEXTS, Operation

_AMOUNT: Final = "3000"
_RESULT: Final = Operation.RESULT


def _order(**texts: str) -> tuple[str, ...]:
    return (call(Operation.REGISTER, **texts),)


def _ship(**texts: str) -> tuple[str, ...]:
    return (REGISTER, call(Operation.SHIP, **texts))


_CHANGE: Final = call(Operation.MODIFY, amount=_AMOUNT)
_LINES: Final[dict[str, tuple[str, ...]]] = {
    "er000033": (REGISTER, CANCEL, CANCEL),
    "er900001": _order(leave_out="tel"),
    "er900002": _order(name="見本の長い名前の花子さんという二十二文字の名"),
    "er900003": _order(name="見本𠮷子"),
    "er900004": _order(name="ﾐﾎﾝﾊﾅｺ"),
    "er900005": _order(amount="4,180"),
    "er900006": _order(service="9"),
    "er900007": _ship(date="2026-11-26"),
    "er900008": _order(set_zip="90"),
    "er900009": _order(tel="12"),
    "er900010": _order(set_email="nobody"),
    "er900011": _order(lines="16"),
    "er900012": _order(set_billedAmount="1"),
    "er900013": _order(service="3", set_shipAddress="沖縄県見本市例町9"),
    "er900014": _order(twice="zip"),
    "er900015": (
        desk("rules", {"refuse_address_spaces": True}),
        *_order(address="沖縄県見本市例町1-2-3 サンプル荘101"),
    ),
    "er900016": _ship(tracking_number="123"),
    "er900020": _order(set_shopCode="atd999999999"),
    "er900021": _order(set_linkId="wrong"),
    "er900022": _order(set_linkPassword="Wrong0001"),  # no secret
    "er900023": (*JOINED, call(Operation.REGISTER, merchant="last")),
    "er900030": (raw("<request"),),
    "er900031": (raw("<!DOCTYPE request><request/>"),),
    "er900032": (raw("<order/>"),),
    "er900033": (raw("<request>\\202\\240</request>"),),
    "er900040": (call(_RESULT, transaction_id="X9999999999"),),
    "er900041": (named("見本NG花子"), _CHANGE),
    "er900042": (ENCLOSED, SHIP),
    "er900043": (REGISTER, PRINT_DATA),
    "er900044": (REGISTER, SHIP, days(56), CANCEL),
    "er900045": (REGISTER, days(91), SHIP),
    "er900046": (REGISTER, SHIP, _CHANGE),
    "er900047": (named("見本目視花子"), SHIP),
    "er900048": (REGISTER, SHIP, days(14), call(Operation.SHIP, type="2")),
    "er900050": (named("見本拒否花子"),),
}
_UNDO: Final = {"er900015": (desk("rules", {"refuse_address_spaces": False}),)}

ERRORS: Final = tuple(
    Recipe(
        key=code,
        ja=ja,
        en=en,
        lines=_LINES[code],
        shows=code,
        undo=_UNDO.get(code, ()),
    )
    for code, (ja, en) in ERROR_TEXTS.items()
)
