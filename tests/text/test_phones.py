import pytest

from hub.text.phones import normal_phone


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("03-0000-0000", "0300000000"),
        ("０９０（００００）００００", "09000000000"),
        ("+81 90 0000 0000", "09000000000"),
        ("+81-3-0000-0000", "0300000000"),
        ("+81 (0)3 0000 0000", "0300000000"),
        ("0081300000000", "0300000000"),
        ("010-81-3-0000-0000", "0300000000"),
        ("81300000000", "0300000000"),
        ("03ー0000ー0000", "0300000000"),
        ("080.0000.0000", "08000000000"),
        ("0120-000-000", "0120000000"),
    ],
)
def test_every_spelling_of_a_phone_number_becomes_digits(written, sent):
    assert normal_phone(written) == sent


@pytest.mark.parametrize(
    "written",
    ["", "110", "03-0000-000", "+1 212 000 0000", "03-0000-0000 内線5", "0000000000"],
)
def test_other_text_is_no_phone_number(written):
    assert normal_phone(written) == ""
