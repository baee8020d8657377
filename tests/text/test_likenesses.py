import pytest

from hub.text.cp932 import fits
from hub.text.likenesses import _VARIANTS, with_likenesses


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("髙﨑①", "髙﨑①"),
        ("𠮷野", "吉野"),
        ("José", "Jose"),
        ("Łódź", "Lodz"),
        ("花子🍵", "花子"),
        ("渡邉\U000e0100", "渡邉"),
        ("㉑", "21"),
        ("한", None),
        ("見\ufffd", None),
        ("\ue000", None),
    ],
)
def test_a_text_is_written_in_characters_of_the_set(text, written):
    assert with_likenesses(text) == written


@pytest.mark.parametrize(("variant", "form"), _VARIANTS.items())
def test_a_pair_leads_from_outside_the_set_into_it(variant, form):
    assert (fits(variant), fits(form)) == (False, True)
