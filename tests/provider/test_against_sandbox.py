"""The client and the pretended company, over real HTTP; each reads its own tables."""

import itertools
from dataclasses import replace

import pytest

from hub.contract.http import OperatorHttp
from hub.contract.money import Yen
from hub.contract.order import InvoiceDelivery, LineItem, LineKind
from hub.contract.secret import Secret
from hub.provider.client import AtodeneProvider
from hub.provider.port import (
    Accepted,
    AlreadyCancelled,
    NotSent,
    Operation,
    PrintData,
    Refused,
    Screened,
    Throttled,
    Unclear,
    Verdict,
)
from hub.provider.profile import Profile
from hub.sandbox.faults import Fault, FaultKind
from hub.sandbox.rules import Rules
from hub.sandbox.tables import Operation as Wire
from hub.sandbox.testing import RunningSandbox
from tests.provider.specimens import ADDRESS, BUYER, CREDENTIALS, ORDER

NUMBERS = itertools.count(1001)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    rules = Rules(review_seconds=0.0, refuse_address_spaces=True)
    with RunningSandbox(tmp_path_factory.mktemp("sandbox"), rules=rules) as running:
        yield running


@pytest.fixture(scope="module")
def provider(sandbox):
    base = f"{sandbox.wire_url}/api/"
    http = OperatorHttp([base])
    yield AtodeneProvider(base, http, Profile(register_seconds=2.0, other_seconds=2.0))
    http.close()


@pytest.fixture
def number():
    return f"T-{next(NUMBERS)}"


def buyer_named(name):
    return replace(ORDER, buyer=replace(BUYER, name=name))


def register(provider, order, number):
    call = provider.register(order, order_number=number, credentials=CREDENTIALS)
    return provider.send(call).answer


def registered(provider, number, order=ORDER):
    answer = register(provider, order, number)
    assert isinstance(answer, Screened)
    return {
        "provider_transaction_id": answer.provider_transaction_id,
        "credentials": CREDENTIALS,
    }


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("見本 花子", Verdict.PASSED),
        ("見本NG", Verdict.FAILED),
        ("見本審査中", Verdict.STARTED),
    ],
)
def test_a_registration_is_screened(provider, number, name, verdict):
    answer = register(provider, buyer_named(name), number)
    assert isinstance(answer, Screened)
    assert answer.verdict is verdict


@pytest.mark.parametrize(
    ("name", "verdict", "has_reasons"),
    [
        ("見本審査中", Verdict.PASSED, False),
        ("見本審査中NG", Verdict.FAILED, False),
        ("見本保留", Verdict.HELD, True),
        ("見本目視", Verdict.STARTED, False),
    ],
)
def test_an_inquiry_reads_what_people_decided(
    provider, number, name, verdict, has_reasons
):
    about = registered(provider, number, buyer_named(name))
    answer = provider.send(provider.inquire(**about)).answer
    assert isinstance(answer, Screened)
    assert (answer.verdict, bool(answer.reasons)) == (verdict, has_reasons)


def test_a_refused_call_carries_the_errors_verbatim(provider, number):
    answer = register(provider, buyer_named("見本拒否"), number)
    assert isinstance(answer, Refused)
    assert answer.errors
    assert answer.errors[0].message
    assert not answer.are_credentials


def test_wrong_credentials_are_told_apart(provider, number):
    wrong = replace(CREDENTIALS, link_password=Secret("Wrong0001"))
    call = provider.register(ORDER, order_number=number, credentials=wrong)
    answer = provider.send(call).answer
    assert isinstance(answer, Refused)
    assert answer.are_credentials


def test_a_cancellation_is_accepted_once_and_then_already_done(provider, number):
    about = registered(provider, number)
    first = provider.send(provider.cancel(**about)).answer
    second = provider.send(provider.cancel(**about)).answer
    asked = provider.send(provider.inquire(**about)).answer
    assert isinstance(first, Accepted)
    assert second == asked == AlreadyCancelled()


def test_a_shipment_is_reported_changed_and_taken_back(provider, sandbox, number):
    about = registered(provider, number)
    found = lambda: sandbox.company.find(about["provider_transaction_id"])  # noqa: E731 - read three times
    report = {"carrier_code": "12", "tracking_number": "444413758703"}
    calls = [
        provider.report_shipment(**report, is_change=False, **about),
        provider.report_shipment(
            carrier_code="11", tracking_number="123456789012", is_change=True, **about
        ),
        provider.cancel_shipment_report(**about),
    ]
    seen = []
    for call in calls:
        assert isinstance(provider.send(call).answer, Accepted)
        seen.append((found().carrier_code, found().tracking_number))
    assert seen == [("12", "444413758703"), ("11", "123456789012"), ("", "")]


def test_an_amendment_replaces_the_order(provider, sandbox, number):
    about = registered(provider, number)
    amended = replace(ORDER, lines=ORDER.lines[:2], total=Yen(3850))
    call = provider.amend(amended, order_number=number, **about)
    answer = provider.send(call).answer
    assert isinstance(answer, Screened | Accepted)
    found = sandbox.company.find(about["provider_transaction_id"])
    assert (found.billed_amount, len(found.details)) == (3850, 2)


def test_a_corrected_address_ends_a_hold(provider, number):
    about = registered(provider, number, buyer_named("見本保留"))
    provider.send(provider.inquire(**about))
    address = replace(ADDRESS, street="4-5-6")
    corrected = replace(ORDER, buyer=replace(BUYER, name="見本保留", address=address))
    answer = provider.send(
        provider.amend(corrected, order_number=number, **about)
    ).answer
    assert isinstance(answer, Screened)
    assert answer.verdict in (Verdict.PASSED, Verdict.STARTED)


def test_an_enclosed_invoice_is_registered_and_its_print_data_read(
    provider, sandbox, number
):
    order = replace(ORDER, invoice_delivery=InvoiceDelivery.ENCLOSED)
    about = registered(provider, number, order)
    answer = provider.send(provider.fetch_print_data(**about)).answer
    assert isinstance(answer, PrintData)
    assert answer.values["name"] == "見本 花子"
    assert len(answer.lines) == 3
    assert sandbox.company.find(about["provider_transaction_id"]).service == "3"


def test_an_enclosed_invoice_to_somebody_else_is_mailed(provider, sandbox, number):
    order = replace(
        ORDER,
        invoice_delivery=InvoiceDelivery.ENCLOSED,
        ship_to=replace(BUYER, name="例 太郎", phone=""),
    )
    about = registered(provider, number, order)
    found = sandbox.company.find(about["provider_transaction_id"])
    assert (found.service, found.ship_to["shipName"]) == ("2", "例 太郎")


def test_forty_lines_arrive_as_fifteen_with_the_same_sum(provider, sandbox, number):
    goods = [
        LineItem(kind=LineKind.GOODS, name=f"見本の茶 {n}", unit_price=Yen(100 + n))
        for n in range(40)
    ]
    order = replace(ORDER, lines=(*goods, *ORDER.lines[1:]))
    order = replace(order, total=order.lines_total)
    about = registered(provider, number, order)
    found = sandbox.company.find(about["provider_transaction_id"])
    assert len(found.details) == 15
    assert found.details[-3]["goods"] == "ほか 28点"


def test_every_awkward_text_that_lint_passes_is_taken(provider, number):
    buyer = replace(
        BUYER,
        name="髙﨑 カ\u3099ー\ufe0f",
        name_kana="ﾀｶｻｷ がー",
        company="㈱見本 〜&<>\"' ]]>",
        phone="+81 (0)3-0000-0000",
        email="ｈanako＠example.jp",
        address=replace(ADDRESS, postal_code="〒１５０ー０００１", street="1−2—3　4"),
    )
    order = replace(ORDER, buyer=buyer)
    assert provider.lint(order) == ()
    assert isinstance(register(provider, order, number), Screened)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.APPLIED_UNANSWERED, "HUB-HTTP-002"),
        (FaultKind.CUT_CONNECTION, "HUB-HTTP-002"),
        (FaultKind.TRUNCATED, "HUB-PROV-211"),
        (FaultKind.GARBAGE, "HUB-PROV-214"),
        (FaultKind.HTML_200, "HUB-PROV-212"),
        (FaultKind.WRONG_ID, "HUB-PROV-220"),
        (FaultKind.EMPTY_RESULT, "HUB-PROV-219"),
        (FaultKind.UNKNOWN_WORD, "HUB-PROV-219"),
        (FaultKind.STATUS_500, "HUB-PROV-222"),
        (FaultKind.STATUS_503, "HUB-PROV-223"),
        (FaultKind.STATUS_429, "HUB-PROV-223"),
    ],
)
def test_a_registration_that_is_not_understood_is_unclear(
    provider, sandbox, number, kind, code
):
    sandbox.company.faults.add(Fault(kind=kind, operation=Wire.REGISTER))
    answer = register(provider, ORDER, number)
    assert isinstance(answer, Unclear)
    assert answer.code.startswith(code)


def test_a_refusal_without_an_errors_block_is_a_refusal(provider, sandbox, number):
    sandbox.company.faults.add(Fault(kind=FaultKind.NO_ERRORS, operation=Wire.REGISTER))
    assert register(provider, ORDER, number) == Refused(errors=())


def test_a_busy_provider_asks_to_be_inquired_later(provider, sandbox, number):
    about = registered(provider, number)
    sandbox.company.faults.add(
        Fault(kind=FaultKind.STATUS_429, operation=Wire.RESULT, retry_after=7)
    )
    answer = provider.send(provider.inquire(**about)).answer
    assert answer == Throttled(retry_after_seconds=7)


def test_a_provider_that_is_not_there_was_surely_not_sent_to(free_port):
    base = f"http://127.0.0.1:{free_port}/api/"
    provider = AtodeneProvider(base, OperatorHttp([base]))
    assert register(provider, ORDER, "N-1") == NotSent(code="HUB-HTTP-001")


def test_the_answer_is_spooled_before_it_is_read_again(provider, number):
    call = provider.register(ORDER, order_number=number, credentials=CREDENTIALS)
    spooled: list[bytes] = []
    exchange = provider.send(call, spool=spooled.append)
    assert spooled == [exchange.raw]
    read = provider.read(Operation.REGISTER, spooled[0], sent_id=number)
    assert read == exchange.answer


def test_an_answer_that_cannot_be_spooled_is_still_read(provider, number):
    def full(_raw):
        raise OSError("no space left")

    call = provider.register(ORDER, order_number=number, credentials=CREDENTIALS)
    assert isinstance(provider.send(call, spool=full).answer, Screened)
