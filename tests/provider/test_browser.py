"""The browser block of a registration: 17 values, each followed by `;:` (api 2.1)."""

from hub.contract.order import Browser
from hub.provider.browser import device_info, http_header


def slots(**headers: str) -> list[str]:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return http_header(Browser(headers=pairs, address="203.0.113.9")).split(";:")


def test_there_are_17_values_and_nothing_after_the_last() -> None:
    assert len(slots()) == 18
    assert slots()[-1] == ""


def test_a_header_stands_in_its_slot_whatever_its_case() -> None:
    found = slots(User_Agent="Example/1.0", ACCEPT_LANGUAGE="ja")
    assert (found[9], found[3], found[15]) == ("Example/1.0", "ja", "203.0.113.9")


def test_a_header_that_is_not_asked_for_is_not_told() -> None:
    assert "secret" not in "".join(slots(Cookie="secret", Authorization="secret"))


def test_an_older_name_of_do_not_track_counts() -> None:
    assert slots(X_Do_Not_Track="1")[6] == "1"


def test_a_value_cannot_begin_the_next_slot() -> None:
    assert len(slots(User_Agent="a;:b;:c")) == 18


def test_what_a_header_cannot_hold_is_dropped() -> None:
    assert slots(User_Agent="見\r\n본a\x00")[9] == "a"


def test_the_whole_has_1000_characters_at_most() -> None:
    assert len(http_header(Browser(headers=(("Referer", "x" * 5000),)))) == 1000


def test_the_device_has_1000_characters_at_most() -> None:
    assert device_info(Browser(device="d" * 5000)) == "d" * 1000
