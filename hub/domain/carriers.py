"""Carriers and their services: code, 指定メール便, 対象外 or 不明 (S8, api 7.3).

We map services, not carriers: a service that is not in the table is unknown, and an
unknown one is an exception for a person, never a guess.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class CarrierVerdict(StrEnum):
    """What S8 says of a carrier's service."""

    CODE = "code"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierMatch:
    """The verdict, with the provider's two-character code where there is one."""

    verdict: CarrierVerdict
    code: str = ""
    name_ja: str = ""


CARRIER_NAMES_JA = {
    "11": "佐川急便",
    "12": "ヤマト運輸",
    "13": "日本通運",
    "14": "西濃運輸",
    "15": "郵便書留",
    "16": "ゆうパック",
    "18": "福山通運",
    "20": "新潟運輸",
    "21": "名鉄運輸",
    "23": "信州名鉄運輸",
    "26": "トールエクスプレス",
    "27": "エコ配",
    "28": "翌朝10時便",
    "29": "トナミ運輸",
    "30": "セイノースーパーエクスプレス",
    "31": "大川配送サービス",
    "32": "プラスサービス",
}

# Spellings of a carrier whose parcels all are reportable under one code, or of a
# service that is. Written as `_key` folds them.
_CODES = {
    "ヤマト運輸": "12",
    "ヤマト": "12",
    "クロネコヤマト": "12",
    "YAMATO": "12",
    "YAMATO(JA)": "12",
    "宅急便": "12",
    "クール宅急便": "12",
    "宅急便コンパクト": "12",
    "宅急便タイムサービス": "12",
    "佐川急便": "11",
    "佐川": "11",
    "SAGAWA": "11",
    "SAGAWA(JA)": "11",
    "飛脚宅配便": "11",
    "飛脚クール便": "11",
    "飛脚ラージサイズ宅配便": "11",
    "ゆうパック": "16",
    "チルドゆうパック": "16",
    "郵便書留": "15",
    "書留": "15",
    "簡易書留": "15",
    "翌朝10時便": "28",
    "日本通運": "13",
    "西濃運輸": "14",
    "西濃": "14",
    "カンガルー便": "14",
    "福山通運": "18",
    "福通": "18",
    "新潟運輸": "20",
    "名鉄運輸": "21",
    "信州名鉄運輸": "23",
    "トールエクスプレス": "26",
    "トールエクスプレスジャパン": "26",
    "エコ配": "27",
    "トナミ運輸": "29",
    "セイノースーパーエクスプレス": "30",
    "大川配送サービス": "31",
    "プラスサービス": "32",
}
_EXCLUDED = frozenset({"飛脚メール便", "飛脚ゆうメール便", "佐川メール便", "自社便"})
# Post-box services are unknown until the merchant confirms the designation.
_UNKNOWN = frozenset(
    {
        "ネコポス",
        "クロネコゆうパケット",
        "クロネコゆうメール",
        "ゆうパケット",
        "クリックポスト",
        "レターパックライト",
        "レターパックプラス",
        "ゆうメール",
        "定形外",
        "ポスパケット",
        "日本郵便",
        "日本郵政",
        "郵便局",
    }
)


def match_carrier(carrier: str, service: str = "") -> CarrierMatch:
    """Return the verdict on a carrier's service, in the cart's own words.

    The service decides where it is named; a provider code stands for itself.
    """
    if carrier in CARRIER_NAMES_JA and not service:
        return _found(carrier)
    named = _key(service)
    # A carrier's mail service must not pass under the carrier's own name.
    words = (named, _key(carrier + service)) if named else (_key(carrier),)
    for word in words:
        if word in _EXCLUDED:
            return CarrierMatch(verdict=CarrierVerdict.EXCLUDED)
        if word in _UNKNOWN:
            return CarrierMatch(verdict=CarrierVerdict.UNKNOWN)
        if word in _CODES:
            return _found(_CODES[word])
    return CarrierMatch(verdict=CarrierVerdict.UNKNOWN)


def _found(code: str) -> CarrierMatch:
    return CarrierMatch(
        verdict=CarrierVerdict.CODE, code=code, name_ja=CARRIER_NAMES_JA[code]
    )


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    for dropped in (" ", "株式会社", "(株)"):
        folded = folded.replace(dropped, "")
    return folded
