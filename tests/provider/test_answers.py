from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.provider.client import AtodeneProvider
from hub.provider.port import Accepted, Operation, Refused, Screened, Unclear
from hub.provider.profile import Profile
from tests.provider import answer_corpus as corpus

if TYPE_CHECKING:
    from hub.contract.http import HttpSession

_REGISTER = Operation.REGISTER


class _Silent:
    def post(self, *_args, **_named):
        raise AssertionError("nothing is sent in these tests")


def provider(profile=None):
    silent: HttpSession = _Silent()
    return AtodeneProvider("http://127.0.0.1/api/", silent, profile or Profile())


def read(operation, raw, sent_id=None):
    named = corpus.NUMBER if operation is _REGISTER else corpus.ID
    sent = named if sent_id is None else sent_id
    return provider().read(operation, raw, sent_id=sent)


@pytest.mark.parametrize("row", corpus.ROWS, ids=lambda row: row[0])
def test_every_answer_of_the_corpus_means_what_it_says(row):
    _name, operation, raw, expected = row
    answer = read(operation, raw)
    assert answer == expected if expected else isinstance(answer, Unclear)


def test_the_names_of_the_corpus_are_its_own():
    names = [name for name, *_rest in corpus.ROWS]
    assert len(names) == len(set(names)) > 150
    assert sum(name.startswith("cut after") for name in names) == corpus.CUTS


@pytest.mark.parametrize("at", range(len(corpus.PASSED)))
def test_no_prefix_of_an_answer_is_understood(at):
    assert isinstance(read(_REGISTER, corpus.PASSED[:at]), Unclear)


@settings(max_examples=300)
@given(st.binary(max_size=200), st.sampled_from(Operation))
def test_no_bytes_raise_or_succeed_by_chance(raw, operation):
    assert isinstance(read(operation, raw), Unclear | Refused)


@settings(max_examples=300)
@given(st.data())
def test_a_flipped_byte_never_turns_a_refusal_into_success(data):
    raw = bytearray(corpus.refused(corpus.error("name", "er1")))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    assert not isinstance(read(_REGISTER, bytes(raw)), Screened | Accepted)


def test_an_answer_without_a_sent_id_is_compared_with_nothing():
    raw = corpus.registered("OK", number="B-1")
    assert isinstance(read(_REGISTER, raw, sent_id=""), Screened)


def test_a_new_id_on_an_amendment_is_a_setting():
    raw = corpus.response(corpus.info(named="X2"))
    lenient = provider(Profile(keeps_id_on_amend=False))
    answer = lenient.read(Operation.AMEND, raw, sent_id=corpus.ID)
    assert answer == Accepted(provider_transaction_id="X2")
