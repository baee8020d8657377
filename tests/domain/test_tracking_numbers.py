from pathlib import Path

import pytest

from hub.domain.carrier_services import SERVICES
from hub.domain.tracking_forms import FORMS, Check, is_mod_7, is_s10
from hub.domain.tracking_numbers import (
    SOFT,
    NumberFault,
    judge_number,
    normal_tracking_number,
    split_numbers,
)

_CORPUS = Path(__file__).parent / "corpus" / "tracking_numbers.txt"


def rows():
    for line in _CORPUS.read_text("utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        service, written, expected = line.split(" | ")
        text = written.encode("raw_unicode_escape").decode("unicode_escape")
        for sign, meant in (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r")):
            text = text.replace(sign, meant)
        yield service.strip(), text, expected.strip()


def said(service, written):
    words = []
    for piece in split_numbers(written):
        judged = judge_number(piece, service)
        words.append(" ".join([judged.number or "-", *judged.faults]))
    return " ; ".join(words)


@pytest.mark.parametrize(("service", "written", "expected"), list(rows()))
def test_every_field_of_the_corpus_has_exactly_its_verdict(service, written, expected):
    assert said(service, written) == expected


def test_the_corpus_meets_every_form_and_every_fault_of_a_number():
    services = {service for service, _written, _expected in rows()}
    faults = {
        word
        for _service, _written, expected in rows()
        for word in expected.split()
        if word in NumberFault.__members__.values()
    }
    assert set(FORMS) <= services
    assert faults == set(NumberFault) - {NumberFault.REUSED}


@pytest.mark.parametrize(("service", "form"), FORMS.items())
def test_every_form_names_its_source_and_a_service_of_ours(service, form):
    assert form.source.startswith("carts 5.6")
    assert service in SERVICES
    # A row that is only presumed never rules a number out by its length.
    assert form.is_length_sure is ("[I]" not in form.source)


def test_only_what_is_presumed_or_checked_is_soft():
    hard = {"missing", "placeholder", "exponent", "unreadable", "letters"}
    assert set(NumberFault) - SOFT == hard | {"lost_zero", "length"}


@pytest.mark.parametrize("number", ["444413758703", "405548424886", "512547514334"])
def test_the_public_samples_pass_the_check_and_no_other_digit_does(number):
    passing = [d for d in "0123456789" if is_mod_7(number[:-1] + d)]
    assert passing == [number[-1]]


@pytest.mark.parametrize("last", "789")
def test_no_number_of_mod_seven_ends_in_seven_eight_or_nine(last):
    forms = [form for form in FORMS.values() if form.check is Check.MOD_7]
    assert forms
    assert not any(is_mod_7(f"{first:011d}{last}") for first in range(0, 10_000, 37))


@pytest.mark.parametrize(
    ("number", "expected"),
    [("EE473124829JP", True), ("EE473124820JP", False), ("473124829", False)],
)
def test_an_item_of_the_worlds_posts_has_its_digit(number, expected):
    assert is_s10(number) is expected


def test_a_lost_zero_is_named_and_never_put_back():
    judged = judge_number("12345678903", "12")
    assert (judged.number, judged.hint) == ("", "012345678903")


def test_without_a_service_only_what_is_no_number_is_refused():
    assert normal_tracking_number("AB-123-456") == "AB123456"
    assert normal_tracking_number("000000") == ""
