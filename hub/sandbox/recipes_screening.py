"""Recipes: the marks in a buyer's name, the desk, and the screening by rule."""

from typing import Final

from hub.sandbox.recipes import (
    HOUR,
    RESULT,
    Recipe,
    call,
    desk,
    look,
    named,
)
from hub.sandbox.tables import Operation

_MODIFY: Final = Operation.MODIFY
_ELSEWHERE: Final = "沖縄県見本市例町4-5-6"

# By the mark in the buyer's name; an amount with the ending does the same.
MARKS: Final = (
    Recipe(
        key="見本NG",
        ja="",
        en="",
        lines=(named("見本NG花子"),),
        shows="<autoAuthoriresult>NG",
    ),
    Recipe(
        key="見本審査中",
        ja="",
        en="",
        lines=(named("見本審査中花子"), HOUR, RESULT),
        shows="<manualAuthoriresult>OK",
    ),
    Recipe(
        key="見本審査中NG",
        ja="",
        en="",
        lines=(named("見本審査中NG花子"), HOUR, RESULT),
        shows="<manualAuthoriresult>NG",
    ),
    Recipe(
        key="見本保留",
        ja="",
        en="",
        lines=(
            named("見本保留花子"),
            HOUR,
            RESULT,
            call(_MODIFY, name="見本保留花子", address=_ELSEWHERE),
        ),
        shows="<autoAuthoriresult>OK",
    ),
    Recipe(
        key="見本保留電話",
        ja="",
        en="",
        lines=(
            named("見本保留電話花子"),
            HOUR,
            RESULT,
            call(_MODIFY, name="見本保留電話花子", tel="098-000-0001"),
        ),
        shows="<autoAuthoriresult>OK",
    ),
    Recipe(
        key="見本拒否",
        ja="",
        en="",
        lines=(named("見本拒否花子"),),
        shows="er900050",
    ),
    Recipe(
        key="見本無応答",
        ja="",
        en="",
        lines=(
            named("見本無応答花子", order="LOST-1"),
            look("ledger?requests=0&shop_order_id=LOST-1"),
        ),
        shows='"transaction_id":"X',
    ),
    Recipe(
        key="見本無応答未適用",
        ja="",
        en="",
        lines=(
            named("見本無応答未適用花子", order="LOST-2"),
            look("ledger?requests=0&shop_order_id=LOST-2"),
        ),
        shows='"transactions":[]',
    ),
    Recipe(
        key="見本目視",
        ja="",
        en="",
        lines=(
            named("見本目視花子"),
            desk("transactions/last/decision", {"result": "OK"}),
        ),
        shows='"manual_result":"OK"',
    ),
)

SCREENING: Final = (
    Recipe(
        key="desk-ng",
        ja="審査デスクでNGにする",
        en="declined at the desk",
        lines=(
            named("見本目視花子"),
            desk("transactions/last/decision", {"result": "NG"}),
            RESULT,
        ),
        shows="<manualAuthoriresult>NG",
    ),
    Recipe(
        key="desk-hold",
        ja="審査デスクで、理由をつけて保留にする",
        en="put on hold at the desk, with reasons",
        lines=(
            named("見本目視花子"),
            desk(
                "transactions/last/decision",
                {"result": "保留", "reasons": ["（例）建物名が確認できません"]},
            ),
            RESULT,
        ),
        shows="<manualAuthorireason>（例）建物名が確認できません",
    ),
    Recipe(
        key="limit",
        ja="与信枠を超える金額 → NG",
        en="over the limit: declined",
        lines=(call(Operation.REGISTER, amount="55001"),),
        shows="<autoAuthoriresult>NG",
    ),
    Recipe(
        key="balance",
        ja="購入者の残高がほかの加盟店と合わせて50,000円(税抜)を超える → NG",
        en="the buyer's balance at all merchants is over 50,000 yen before tax",
        lines=(
            desk(
                "merchants",
                {
                    "shop_code": "atd000000002",
                    "link_id": "original00",
                    "link_password": "Example02",
                },
            ),
            named("見本残高太郎", amount="30000"),
            named("見本残高太郎", amount="30000", merchant="atd000000002"),
        ),
        shows="<autoAuthoriresult>NG",
    ),
    Recipe(
        key="pick-up",
        ja="住所に「見本局留」→ 審査中 → 保留",
        en="見本局留 in the address: on hold",
        lines=(
            call(Operation.REGISTER, address="沖縄県見本市例町1見本局留"),
            HOUR,
            RESULT,
        ),
        shows="<manualAuthoriresult>保留",
    ),
    Recipe(
        key="restricted",
        ja="品名に「見本取扱不可」→ NG",
        en="見本取扱不可 in the goods: declined",
        lines=(call(Operation.REGISTER, goods="見本取扱不可の品"),),
        shows="<autoAuthoriresult>NG",
    ),
    Recipe(
        key="company",
        ja="会社らしく審査する(審査ルールをすべて有効にし、4万円以上は審査中)",
        en="screen like the company: all rules on, 40,000 yen goes to review",
        lines=(
            desk("screening", {"preset": "company"}),
            named("例田次郎", amount="40000", tel="098-000-0002"),
        ),
        shows="<autoAuthoriresult>審査中",
        undo=(desk("screening", {"preset": "open"}),),
    ),
)
