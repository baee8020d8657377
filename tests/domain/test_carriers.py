import pytest

from hub.domain.carriers import CARRIER_NAMES_JA, CarrierVerdict, match_carrier


@pytest.mark.parametrize("code", CARRIER_NAMES_JA)
def test_every_code_and_every_name_of_the_provider_is_found(code):
    assert match_carrier(code).code == code
    assert match_carrier(CARRIER_NAMES_JA[code]).code == code


@pytest.mark.parametrize(
    ("carrier", "service", "code"),
    [
        ("ヤマト運輸", "", "12"),
        ("ヤマト運輸株式会社", "", "12"),
        ("ﾔﾏﾄ運輸", "宅急便", "12"),
        ("yamato", " ", "12"),
        ("クロネコヤマト", "クール宅急便", "12"),
        ("佐川急便(株)", "飛脚宅配便", "11"),
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
        ("ヤマト運輸", "ネコポス", CarrierVerdict.UNKNOWN),
        ("ヤマト運輸", "新しい便", CarrierVerdict.UNKNOWN),
        ("日本郵便", "", CarrierVerdict.UNKNOWN),
        ("日本郵便", "クリックポスト", CarrierVerdict.UNKNOWN),
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
