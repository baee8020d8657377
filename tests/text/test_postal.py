import pytest

from hub.text.postal import normal_postal_code


@pytest.mark.parametrize(
    "written",
    [
        "1500001",
        "150-0001",
        "〒150-0001",
        "１５０－０００１",
        "150 0001",
        "150ー0001",
        "150‐0001 ",
    ],
)
def test_every_spelling_of_a_postal_code_becomes_one(written):
    assert normal_postal_code(written) == "150-0001"


@pytest.mark.parametrize("written", ["", "150", "150-00011", "SW1A 1AA", "一五〇"])
def test_other_text_is_no_postal_code(written):
    assert normal_postal_code(written) == ""
