"""Every errorPoint that we can provoke is explained; others are shown as they came."""

import re

import pytest

from hub.provider import fields
from hub.text.error_points import error_points, explain
from tests.text.test_catalogue import NEVER, SHIP_OR_MONEY

POINTS = error_points()
TABLES = (
    fields.BUYER,
    fields.SHIP,
    fields.DETAIL,
    fields.ORDER_HEAD,
    fields.ORDER_TAIL,
)
# Elements of the calls that no table of fields holds (atodene-api 1.2, 4 and 5).
OTHERS = {
    *("request", "linkInfo", "shopCode", "linkId", "linkPassword"),
    *("browserInfo", "httpHeader", "deviceInfo", "customer", "ship", "details"),
    *("detail", "transactionInfo", "transactionId", "updateTypeFlag"),
    *("deliveryType", "deliveryCompanyCode", "deliverySlipNo"),
}


def test_every_element_that_we_send_is_explained_and_no_other() -> None:
    sent = {row.element for table in TABLES for row in table}
    assert set(POINTS) == sent | OTHERS


@pytest.mark.parametrize("point", POINTS)
def test_a_point_says_what_becomes_of_shipping_or_money(point: str) -> None:
    entry = POINTS[point]
    assert SHIP_OR_MONEY.search(entry.means.ja)
    assert re.search("ship|amount", entry.means.en)


@pytest.mark.parametrize("point", POINTS)
def test_a_point_uses_the_words_of_the_screens(point: str) -> None:
    entry = POINTS[point]
    text = entry.what.ja + entry.means.ja + entry.next.ja
    assert NEVER.search(text) is None


def test_no_two_points_share_a_text() -> None:
    for language in ("ja", "en"):
        said = [entry.what.say(language) for entry in POINTS.values()]
        assert len(said) == len(set(said))


def test_a_reason_keeps_the_providers_own_words() -> None:
    reason = explain("tel: （例）電話番号の形式が違います")
    assert reason.verbatim == "tel: （例）電話番号の形式が違います"
    assert reason.message is not None
    assert reason.message.field == "buyer.phone"


def test_an_unknown_point_is_shown_as_it_came() -> None:
    assert explain("moonPhase: （例）").message is None
