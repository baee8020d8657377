from dataclasses import replace
from datetime import date

import pytest

from hub.domain.carrier_services import SERVICES, SPELLINGS, Standing
from hub.domain.carriers import CARRIER_NAMES_JA, CarrierVerdict, match_carrier
from hub.domain.parcel_rules import Designation, ParcelRules, WordRule
from hub.domain.shipping_method import check_shipping_method
from tests.domain.specimens import NOW, ORDER

CODES = "11 12 13 14 15 16 18 20 21 23 26 27 28 29 30 31 32".split()
SOURCES = {"S8", "api 7.3", "carts 5.5", "shopify 3.2"}
NEKOPOS = Designation(
    service="nekopos", code="12", confirmed_on=date(2026, 11, 20), user_id="U", at=NOW
)
MEANT = WordRule(words="通常配送", service="12", user_id="U", at=NOW)
RULES = ParcelRules(designations=(NEKOPOS,), words=(MEANT,))


def test_the_seventeen_codes_are_those_of_the_wire():
    assert sorted(CARRIER_NAMES_JA) == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_code_and_every_name_of_the_provider_is_found(code):
    assert match_carrier(code).code == code
    assert match_carrier(CARRIER_NAMES_JA[code]).code == code


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda one: one.text)
def test_every_spelling_has_a_source_and_its_service(spelling):
    assert spelling.source in SOURCES
    assert match_carrier(spelling.text).service == spelling.service


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda one: one.key)
def test_only_a_service_with_a_code_is_reportable_by_itself(service):
    named = [one.text for one in SPELLINGS if one.service == service.key]
    assert named
    match = match_carrier(named[0])
    assert match.is_reportable is (service.standing is Standing.CODE)


def test_the_differences_between_the_list_and_the_codes_are_marked_rows():
    marked = {key for key, one in SERVICES.items() if one.note}
    assert {"28", "30", "pospacket", "seino_express"} <= marked


@pytest.mark.parametrize(
    ("carrier", "service", "code"),
    [
        ("ヤマト運輸", "", "12"),
        ("ヤマト運輸株式会社", "", "12"),
        ("ﾔﾏﾄ運輸", "宅急便", "12"),
        ("yamato", " ", "12"),
        ("Yamato (JA)", "", "12"),
        ("クロネコヤマト", "クール宅急便", "12"),
        ("佐川急便(株)", "飛脚宅配便", "11"),
        ("Sagawa (JA)", "", "11"),
        ("日本郵便", "ゆうパック", "16"),
        ("12", "宅急便", "12"),
    ],
)
def test_a_reportable_service_has_its_code(carrier, service, code):
    match = match_carrier(carrier, service)
    assert (match.verdict, match.code) == (CarrierVerdict.CODE, code)
    assert match.name_ja == CARRIER_NAMES_JA[code]


@pytest.mark.parametrize(
    ("carrier", "service", "verdict"),
    [
        ("佐川急便", "飛脚メール便", CarrierVerdict.EXCLUDED),
        ("佐川", "メール便", CarrierVerdict.EXCLUDED),
        ("自社便", "", CarrierVerdict.EXCLUDED),
        ("第一貨物", "", CarrierVerdict.EXCLUDED),
        ("ヤマト運輸", "ネコポス", CarrierVerdict.UNKNOWN),
        ("ヤマト運輸", "新しい便", CarrierVerdict.UNKNOWN),
        ("日本郵便", "", CarrierVerdict.UNKNOWN),
        ("Japan Post (JA)", "", CarrierVerdict.UNKNOWN),
        ("日本郵便", "クリックポスト", CarrierVerdict.UNKNOWN),
        ("佐川急便", "宅急便", CarrierVerdict.UNKNOWN),
        ("セイノーエクスプレス", "", CarrierVerdict.UNKNOWN),
        ("12", "ネコポス", CarrierVerdict.UNKNOWN),
        ("赤帽", "", CarrierVerdict.UNKNOWN),
        ("", "", CarrierVerdict.UNKNOWN),
        ("17", "", CarrierVerdict.UNKNOWN),
        ("99", "", CarrierVerdict.UNKNOWN),
    ],
)
def test_any_other_service_is_never_guessed(carrier, service, verdict):
    match = match_carrier(carrier, service)
    assert (match.verdict, match.code) == (verdict, "")


@pytest.mark.parametrize(
    ("on", "verdict", "code"),
    [
        (date(2026, 11, 19), CarrierVerdict.UNKNOWN, ""),
        (date(2026, 11, 20), CarrierVerdict.DESIGNATED, "12"),
        (None, CarrierVerdict.DESIGNATED, "12"),
    ],
)
def test_a_designation_holds_from_the_day_of_its_confirmation(on, verdict, code):
    match = RULES.match("ヤマト運輸", "ネコポス", on=on)
    assert (match.verdict, match.code) == (verdict, code)


def test_the_merchants_own_words_come_before_the_table():
    rules = ParcelRules(words=(replace(MEANT, words="ヤマト運輸", service="16"),))
    assert rules.match("ヤマト運輸").code == "16"
    assert RULES.match("", "通常　配送").code == "12"


def test_rules_survive_their_document():
    rules = replace(RULES, reuse_months=3, unsaid_is_all=True)
    assert ParcelRules.from_document(rules.as_document()) == rules
    assert ParcelRules.from_document({}) == ParcelRules()


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("", None),
        (" ", None),
        ("宅急便", None),
        ("ヤマト運輸　宅急便", None),
        ("通常配送", None),
        ("ネコポス", None),
        ("店頭受取", "HUB-ELIG-501"),
        ("日本郵便", "HUB-ELIG-501"),
        ("クリックポスト", "HUB-ELIG-502"),
        ("佐川急便 飛脚メール便", "HUB-ELIG-503"),
        ("自社便", "HUB-ELIG-503"),
    ],
)
def test_a_shipping_method_is_judged_when_the_order_arrives(method, code):
    order = replace(ORDER, shipping_method=method)
    findings = check_shipping_method(order, RULES)
    assert [one.code for one in findings] == ([code] if code else [])
    assert all(one.detail == method and not one.is_blocking for one in findings)
