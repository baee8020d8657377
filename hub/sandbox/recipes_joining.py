"""Recipes: becoming a merchant, from the form to the first day (S21)."""

from typing import Final

from hub.sandbox.recipes import (
    TOO_OLD_DAY,
    Recipe,
    call,
    days,
    desk,
    look,
)
from hub.sandbox.tables import Operation

_EXAMPLE: Final = "curl -s CONTROL/sandbox/applications/example"
_SEND: Final = " | curl -s --data-binary @- CONTROL/sandbox/applications"
_APPLY: Final = _EXAMPLE + _SEND
_HERE: Final = "applications/last"
_PAPERS: Final = desk(f"{_HERE}/papers", {})
_POST: Final = desk(f"{_HERE}/post", {"days": 0})
_APPROVE: Final = desk(f"{_HERE}/decision", {"result": "approve"})
_SEAL: Final = ["seal_certificate"]
# For the line before the first day, which stands with the errors.
JOINED: Final = (_APPLY, _PAPERS, _POST, _APPROVE)

JOINING: Final = (
    Recipe(
        key="joined",
        ja="申し込み、書類を出し、承認される(接続情報が返る)",
        en="apply, hand in the papers, be approved: the answer has the credentials",
        lines=JOINED,
        shows='"link_password":"',
    ),
    Recipe(
        key="first-day",
        ja="利用開始日(2週間後)になり、新しい接続情報で登録する",
        en="register with the new credentials on the first day, two weeks later",
        lines=(*JOINED, days(14), call(Operation.REGISTER, merchant="last")),
        shows="<result>OK",
    ),
    Recipe(
        key="sole",
        ja="個人事業主として申し込む(必要な書類が変わる)",
        en="apply as a sole proprietor: other papers",
        lines=(
            "curl -s 'CONTROL/sandbox/applications/example?kind=sole_proprietor'"
            + _SEND,
        ),
        shows='"paper":"residence_record"',
    ),
    Recipe(
        key="too-old",
        ja="発行から3か月を過ぎた書類が届く",
        en="a paper arrives that is older than three months",
        lines=(
            _APPLY,
            desk(f"{_HERE}/papers", {"papers": _SEAL, "issued_on": TOO_OLD_DAY}),
            _POST,
        ),
        shows='"state":"too_old"',
    ),
    Recipe(
        key="stale",
        ja="手元の書類が、時計を進めると古くなる",
        en="a paper in hand grows too old as the clock moves",
        lines=(_APPLY, _PAPERS, days(100), look(_HERE)),
        shows='"state":"stale"',
    ),
    Recipe(
        key="in-the-post",
        ja="郵送に2日かかり、営業日に届く",
        en="two days in the post, opened on a business day",
        lines=(
            _APPLY,
            _PAPERS,
            desk(f"{_HERE}/post", {}),
            desk("clock", {"business_days": 3}),
            look(_HERE),
        ),
        shows='"stage":"review"',
    ),
    Recipe(
        key="copy",
        ja="原本でなく写しを出す",
        en="a copy instead of the original",
        lines=(
            _APPLY,
            desk(f"{_HERE}/papers", {"papers": _SEAL, "is_original": False}),
            _POST,
        ),
        shows='"state":"not_original"',
    ),
    Recipe(
        key="asked",
        ja="審査担当者が書類の出し直しを求める",
        en="the reviewer asks for a paper again",
        lines=(
            *JOINED[:3],
            desk(
                f"{_HERE}/decision",
                {
                    "result": "ask_for_papers",
                    "papers": ["pledge"],
                    "reason": "（例）押印がありません",
                },
            ),
        ),
        shows='"stage":"asked"',
    ),
    Recipe(
        key="goods",
        ja="取扱不可の商品を売る申込は承認できない",
        en="goods that are not handled bar the approval",
        lines=(
            "curl -sG CONTROL/sandbox/applications/example"
            " --data-urlencode 'goods=例の商品券'" + _SEND,
            *JOINED[1:],
        ),
        shows="Goods that are not handled: 商品券",
    ),
    Recipe(
        key="declined",
        ja="理由をつけて見送る",
        en="declined with a reason",
        lines=(
            _APPLY,
            desk(
                f"{_HERE}/decision",
                {"result": "decline", "reason": "（例）取扱対象外の商品です"},
            ),
        ),
        shows='"stage":"declined"',
    ),
)
