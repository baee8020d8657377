"""Carriers' services and how they are spelt, each row with its source (S8, api 7.3).

The key of a service with a provider code is the code; any other has a name of ours.
"""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What S8 says of a service before the merchant adds anything.

    MAIL goes into the post-box and counts only where the operator designates it. OPEN
    is a name that does not tell the service.
    """

    CODE = "code"
    MAIL = "mail"
    EXCLUDED = "excluded"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of a carrier; `note` says where S8 and the API's codes differ."""

    key: str
    name_ja: str
    carrier: str
    standing: Standing
    is_designable: bool = False
    note: str = ""


def _code(code: str, name_ja: str, carrier: str, note: str = "") -> Service:
    return Service(
        key=code, name_ja=name_ja, carrier=carrier, standing=Standing.CODE, note=note
    )


def _mail(key: str, name_ja: str, carrier: str, note: str = "") -> Service:
    return Service(
        key=key,
        name_ja=name_ja,
        carrier=carrier,
        standing=Standing.MAIL,
        is_designable=True,
        note=note,
    )


_NO_MAIL = "S8: 佐川急便のメール便は対象外"
SERVICES = {
    service.key: service
    for service in (
        # The 17 codes of api 7.3.
        _code("11", "佐川急便", "sagawa"),
        _code("12", "ヤマト運輸", "yamato"),
        _code("13", "日本通運", "nittsu"),
        _code("14", "西濃運輸", "seino"),
        _code("15", "郵便書留", "japan_post"),
        _code("16", "ゆうパック", "japan_post"),
        _code("18", "福山通運", "fukuyama"),
        _code("20", "新潟運輸", "niigata"),
        _code("21", "名鉄運輸", "meitetsu"),
        _code("23", "信州名鉄運輸", "shinshu_meitetsu"),
        _code("26", "トールエクスプレス", "toll"),
        _code("27", "エコ配", "ecohai"),
        _code("28", "翌朝10時便", "japan_post", "S8 の一覧に名前がない"),
        _code("29", "トナミ運輸", "tonami"),
        _code(
            "30",
            "セイノースーパーエクスプレス",
            "seino_super",
            "S8 では「セイノーエクスプレス」",
        ),
        _code("31", "大川配送サービス", "okawa"),
        _code("32", "プラスサービス", "plus"),
        # 不明 until the merchant confirms that the operator designates it (S8).
        _mail("nekopos", "ネコポス", "yamato"),
        _mail("kuroneko_yupacket", "クロネコゆうパケット", "yamato"),
        _mail("kuroneko_yumail", "クロネコゆうメール", "yamato"),
        _mail("yupacket", "ゆうパケット", "japan_post"),
        _mail("yupacket_post", "ゆうパケットポスト", "japan_post"),
        _mail("yupacket_plus", "ゆうパケットプラス", "japan_post"),
        _mail("click_post", "クリックポスト", "japan_post"),
        _mail("letterpack_light", "レターパックライト", "japan_post"),
        _mail("letterpack_plus", "レターパックプラス", "japan_post"),
        _mail("smart_letter", "スマートレター", "japan_post"),
        _mail("yumail", "ゆうメール", "japan_post"),
        _mail("teikeigai", "定形外郵便", "japan_post"),
        _mail("recorded", "特定記録", "japan_post"),
        _mail("pospacket", "ポスパケット", "japan_post", "S8 にあり、コードがない"),
        _mail("sagawa_yupacket", "飛脚ゆうパケット便", "sagawa", _NO_MAIL),
        # 対象外: the first two until designated, the rest for good.
        Service(
            key="sagawa_mail",
            name_ja="飛脚メール便",
            carrier="sagawa",
            standing=Standing.EXCLUDED,
            is_designable=True,
            note=_NO_MAIL,
        ),
        Service(
            key="sagawa_yumail",
            name_ja="飛脚ゆうメール便",
            carrier="sagawa",
            standing=Standing.EXCLUDED,
            is_designable=True,
            note=_NO_MAIL,
        ),
        Service(
            key="own",
            name_ja="自社便",
            carrier="own",
            standing=Standing.EXCLUDED,
        ),
        Service(
            key="daiichi",
            name_ja="第一貨物",
            carrier="daiichi",
            standing=Standing.EXCLUDED,
        ),
        Service(
            key="kurume",
            name_ja="久留米運送",
            carrier="kurume",
            standing=Standing.EXCLUDED,
        ),
        Service(
            key="amazon",
            name_ja="Amazon / TMG",
            carrier="amazon",
            standing=Standing.EXCLUDED,
        ),
        # A carrier of many services, and a name that stands between S8 and the API.
        Service(
            key="japan_post",
            name_ja="日本郵便(サービス名なし)",
            carrier="japan_post",
            standing=Standing.OPEN,
        ),
        Service(
            key="seino_express",
            name_ja="セイノーエクスプレス",
            carrier="seino_super",
            standing=Standing.OPEN,
            note="API のコード 30 は「セイノースーパーエクスプレス」",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a service, or a carrier whose parcels all have one code."""

    text: str
    service: str
    source: str


_S8, _API, _CARTS, _SHOPIFY = "S8", "api 7.3", "carts 5.5", "shopify 3.2"
SPELLINGS = (
    *(Spelling(s.name_ja, s.key, _API) for s in SERVICES.values() if s.key.isdigit()),
    Spelling("ヤマト", "12", _CARTS),
    Spelling("クロネコヤマト", "12", _CARTS),
    Spelling("クロネコ", "12", _CARTS),
    Spelling("YAMATO", "12", _CARTS),
    Spelling("YAMATO TRANSPORT", "12", _CARTS),
    Spelling("YAMATO (JA)", "12", _SHOPIFY),
    Spelling("YAMATO (EN)", "12", _SHOPIFY),
    Spelling("宅急便", "12", _CARTS),
    Spelling("クール宅急便", "12", _CARTS),
    Spelling("宅急便コンパクト", "12", _CARTS),
    Spelling("宅急便タイムサービス", "12", _CARTS),
    Spelling("佐川", "11", _CARTS),
    Spelling("SAGAWA", "11", _CARTS),
    Spelling("SAGAWA EXPRESS", "11", _CARTS),
    Spelling("SAGAWA (JA)", "11", _SHOPIFY),
    Spelling("SAGAWA (EN)", "11", _SHOPIFY),
    Spelling("飛脚宅配便", "11", _CARTS),
    Spelling("飛脚クール便", "11", _CARTS),
    Spelling("飛脚ラージサイズ", "11", _CARTS),
    Spelling("飛脚ラージサイズ宅配便", "11", _CARTS),
    Spelling("チルドゆうパック", "16", _CARTS),
    Spelling("書留", "15", _CARTS),
    Spelling("簡易書留", "15", _CARTS),
    Spelling("一般書留", "15", _CARTS),
    Spelling("日通", "13", _CARTS),
    Spelling("西濃", "14", _CARTS),
    Spelling("カンガルー便", "14", _CARTS),
    Spelling("SEINO", "14", _CARTS),
    Spelling("福通", "18", _CARTS),
    Spelling("フクツー", "18", _CARTS),
    Spelling("FUKUTSU", "18", _CARTS),
    Spelling("トールエクスプレスジャパン", "26", _API),
    Spelling("ECOHAI", "27", _CARTS),
    Spelling("西濃スーパーエキスプレス", "30", _SHOPIFY),
    Spelling("ネコポス", "nekopos", _S8),
    Spelling("NEKOPOS", "nekopos", _CARTS),
    Spelling("クロネコゆうパケット", "kuroneko_yupacket", _CARTS),
    Spelling("クロネコゆうメール", "kuroneko_yumail", _CARTS),
    Spelling("ゆうパケット", "yupacket", _S8),
    Spelling("ゆうパケットポスト", "yupacket_post", _S8),
    Spelling("ゆうパケットプラス", "yupacket_plus", _S8),
    Spelling("クリックポスト", "click_post", _S8),
    Spelling("レターパックライト", "letterpack_light", _S8),
    Spelling("レターパックプラス", "letterpack_plus", _CARTS),
    Spelling("スマートレター", "smart_letter", _S8),
    Spelling("ゆうメール", "yumail", _S8),
    Spelling("定形外", "teikeigai", _S8),
    Spelling("定形外郵便", "teikeigai", _S8),
    Spelling("特定記録", "recorded", _CARTS),
    Spelling("特定記録郵便", "recorded", _CARTS),
    Spelling("ポスパケット", "pospacket", _S8),
    Spelling("飛脚ゆうパケット便", "sagawa_yupacket", _S8),
    Spelling("飛脚メール便", "sagawa_mail", _S8),
    Spelling("佐川メール便", "sagawa_mail", _S8),
    Spelling("佐川急便メール便", "sagawa_mail", _S8),
    Spelling("飛脚ゆうメール便", "sagawa_yumail", _S8),
    Spelling("自社便", "own", _CARTS),
    Spelling("自社配送", "own", _CARTS),
    Spelling("第一貨物", "daiichi", _CARTS),
    Spelling("久留米運送", "kurume", _CARTS),
    Spelling("AMAZON", "amazon", _CARTS),
    Spelling("TMG", "amazon", _CARTS),
    Spelling("日本郵便", "japan_post", _CARTS),
    Spelling("日本郵政", "japan_post", _S8),
    Spelling("郵便局", "japan_post", _CARTS),
    Spelling("JAPANPOST", "japan_post", _CARTS),
    Spelling("JPPOST", "japan_post", _CARTS),
    Spelling("JAPAN POST (JA)", "japan_post", _SHOPIFY),
    Spelling("JAPAN POST (EN)", "japan_post", _SHOPIFY),
    Spelling("セイノーエクスプレス", "seino_express", _S8),
)
