"""JSON is read strictly, and whatever cannot be read is told in two languages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.contract.errors import PayloadError
from hub.contract.json_body import DEEPEST, MOST_NODES, read_json
from hub.contract.testing.hostile import hostile_bodies

# Well-formed JSON of the wrong shape: read here, refused by a connector's schema.
WRONG_SHAPE = ("scalar: ", "in an array: ", "as a type: ", "name: ", "a megabyte")
HOSTILE = {
    name: body
    for name, body in hostile_bodies().items()
    if not name.startswith(WRONG_SHAPE) and name != "text: a megabyte of text"
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_unreadable_at_once(name):
    started = time.thread_time()
    with pytest.raises(PayloadError) as caught:
        read_json(HOSTILE[name])
    assert caught.value.fields
    assert time.thread_time() - started < 0.5


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b'{"a":[1,-2,0,true,null,"x"]}', {"a": [1, -2, 0, True, None, "x"]}),
        (b"\xef\xbb\xbf[]", []),
        ('"後払い𠮷"'.encode(), "後払い𠮷"),
        (b'"\\ud842\\udfb7"', "𠮷"),
        (b"999999999999999999", 10**18 - 1),
        (b"-999999999999999999", 1 - 10**18),
        (b'"[[[[{{{{"', "[[[[{{{{"),
        (b'"\\"[\\\\"', '"[\\'),
        (b'{"a":{"b":1},"c":{"b":2}}', {"a": {"b": 1}, "c": {"b": 2}}),
    ],
)
def test_an_honest_body_is_read(body, document):
    assert read_json(body) == document


def test_the_deepest_allowed_body_is_read():
    assert read_json(b"[" * DEEPEST + b"]" * DEEPEST)


def test_one_level_more_is_unreadable():
    with pytest.raises(PayloadError):
        read_json(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


def test_the_biggest_allowed_body_is_read():
    assert read_json(b"[" + b"0," * (MOST_NODES - 2) + b"0]")


def test_one_value_more_is_unreadable():
    with pytest.raises(PayloadError):
        read_json(b"[" + b"0," * (MOST_NODES - 1) + b"0]")


@given(some.binary())
def test_no_bytes_raise_anything_else(body):
    try:
        read_json(body)
    except PayloadError as error:
        assert error.fields[""]  # noqa: PT017 - other bytes are read, and that is fine
