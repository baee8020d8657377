"""What lint passes can be sent, and the pretended company's own tables take it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hub.contract.http import HttpSession
from hub.contract.money import Yen
from hub.contract.order import Address, Contact, InvoiceDelivery, LineItem, LineKind
from hub.domain.findings import blocking
from hub.provider.client import AtodeneProvider
from hub.provider.port import Operation
from hub.provider.xml_codec import parse
from hub.sandbox.checks import check
from hub.sandbox.rules import Rules
from hub.sandbox.tables import Operation as Wire
from hub.sandbox.wire_xml import parse as sandbox_parse
from tests.provider.specimens import CREDENTIALS, ORDER

# The characters that orders are really made of, and those that spoil them.
AWKWARD = [
    *"髙﨑𠮷🍵é〜～−－—–¥￥ｶﾞﾊﾟがカ①㈱&<>\"'",
    *"\0\x0b\x1f\t\n 　\u200d\ufe0f\u2028\u3099\ufffe",
    "]]>",
]
ANY = st.lists(
    st.one_of(st.sampled_from(AWKWARD), st.characters()), min_size=1, max_size=12
).map("".join)
GOOD = st.text(st.sampled_from("見本花子ミホン髙﨑〜—1-2 　ｶﾞ&<"), max_size=18).map(
    "見".__add__
)
PHONES = st.sampled_from(["03-0000-0000", "+81 90 0000 0000", "０９０００００００００"])
CODES = st.sampled_from(["150-0001", "〒１５０ー０００１", "1500001"])
EMAILS = st.sampled_from(["hanako@example.jp", "ｈ＠example.jp", "a..b@example.com"])
PEOPLE = st.builds(
    Contact,
    name=GOOD,
    address=st.builds(Address, postal_code=CODES, city=GOOD, street=GOOD),
    name_kana=GOOD,
    company=st.one_of(st.just(""), GOOD),
    section=st.one_of(st.just(""), GOOD),
    phone=PHONES,
    email=EMAILS,
)
SPOILABLE = st.sampled_from(
    ["name", "name_kana", "company", "section", "phone", "email"]
)
LINES = st.lists(
    st.builds(
        LineItem,
        kind=st.sampled_from(LineKind),
        name=st.one_of(GOOD, GOOD, ANY),
        unit_price=st.integers(-2_000, 9_000).map(Yen),
        quantity=st.integers(1, 20),
    ),
    min_size=1,
    max_size=20,
)
DAYS = st.integers(0, 7_000).map(
    lambda days: datetime(2020, 1, 1, 15, tzinfo=UTC) + timedelta(days=days)
)


@st.composite
def spoiled(draw):
    person = draw(PEOPLE)
    for field in draw(st.lists(SPOILABLE, max_size=1)):
        person = replace(person, **{field: draw(ANY)})
    return person


@st.composite
def orders(draw):
    order = replace(
        ORDER,
        buyer=draw(spoiled()),
        ship_to=draw(st.one_of(st.none(), spoiled())),
        lines=draw(LINES),
        invoice_delivery=draw(st.sampled_from(InvoiceDelivery)),
        ordered_at=draw(DAYS),
    )
    return replace(order, total=order.lines_total)


class _Silent:
    def post(self, *_args, **_named):
        raise AssertionError("nothing is sent in these tests")


SILENT: HttpSession = _Silent()
PROVIDER = AtodeneProvider("http://127.0.0.1/api/", SILENT)


SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


@settings(max_examples=50, suppress_health_check=SLOW)
@given(orders())
def test_what_lint_passes_is_taken(order):
    assume(order.total > 0 and not blocking(PROVIDER.lint(order)))
    call = PROVIDER.register(order, order_number="A-1001", credentials=CREDENTIALS)
    assert call.operation is Operation.REGISTER
    assert parse(call.body, cap_bytes=1_000_000).name == "request"
    rules = Rules(refuse_address_spaces=True)
    assert check(Wire.REGISTER, sandbox_parse(call.body), rules) == []


@settings(max_examples=100, suppress_health_check=SLOW)
@given(orders())
def test_lint_finds_without_failing(order):
    assert all(finding.field for finding in PROVIDER.lint(order))
