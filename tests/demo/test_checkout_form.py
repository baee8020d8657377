import pytest

from hub.demo import samples
from hub.demo.checkout_form import check

GOOD = {**samples.filled("ok"), "payment_method": "後払い", "consent": "1"}


def checked(*, basket=None, **changes):
    return check({**GOOD, **changes}, basket=basket or {"TEA-01": 1}, cart_id="c")


@pytest.mark.parametrize("sample", samples.SAMPLES, ids=lambda sample: sample.key)
def test_every_sample_buyer_passes(sample):
    assert not checked(**samples.filled(sample.key)).errors


def test_hiragana_becomes_katakana():
    assert checked(name_kana="みほん はなこ").draft.buyer.name_kana == "ミホン ハナコ"


def test_half_width_kana_become_full_width():
    assert checked(name_kana="ﾐﾎﾝ ﾊﾅｺ").draft.buyer.name_kana == "ミホン ハナコ"


def test_a_full_width_postal_code_is_read():
    draft = checked(postal_code="１５００００１").draft
    assert draft.buyer.address.postal_code == "150-0001"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("name", "長" * 22),
        ("name_kana", "HANAKO"),
        ("postal_code", "150-001"),
        ("prefecture", "大江戸"),
        ("city", " "),
        ("street", ""),
        ("building", "棟" * 50),
        ("phone", "12345"),
        ("email", "hanako"),
        ("consent", ""),
        ("payment_method", "つけ"),
    ],
)
def test_a_wrong_field_is_named_with_what_to_do(field, text):
    errors = checked(**{field: text}).errors
    assert list(errors) == [field]
    assert errors[field].endswith("。") or errors[field].endswith("。)")


def test_above_the_limit_deferred_payment_is_not_offered():
    errors = checked(basket={"POT-01": 13}).errors
    assert "50,000円(税抜)まで" in errors["payment_method"]


def test_above_the_limit_another_method_still_works():
    outcome = checked(basket={"POT-01": 13}, payment_method="代金引換", consent="")
    assert not outcome.errors


def test_a_ship_to_is_read_only_when_asked_for():
    assert checked(ship_name="別人").draft.ship_to is None


def test_a_ship_to_that_is_asked_for_is_checked():
    errors = checked(ship_elsewhere="1").errors
    assert set(errors) == {
        "ship_name",
        "ship_name_kana",
        "ship_postal_code",
        "ship_prefecture",
        "ship_city",
        "ship_street",
        "ship_phone",
    }
