from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.known import ReportedParcel, State
from hub.domain.parcel_choices import ParcelChoice, Reuse
from hub.domain.parcel_rules import ParcelRules, ReportWhen
from hub.domain.parcel_troubles import parcel_trouble, waits_for_parcels
from hub.domain.parcels import Completeness, completeness, parcel_words, slips_of
from hub.domain.plan import CancelShipmentReport, ReportShipment, plan
from hub.domain.policy import Policy
from hub.domain.tracking_numbers import NumberFault
from tests.domain.specimens import NOW, ORDER, PARCEL, REPORTED, known, wanted

A = PARCEL
B = replace(
    PARCEL,
    number="S-2",
    tracking_number="444413758714",
    shipped_at=NOW + timedelta(days=1),
)
C = replace(
    B,
    number="S-3",
    tracking_number="444413758725",
    shipped_at=NOW + timedelta(days=2),
)
BAD = replace(B, tracking_number="4.44414E+11")
NUMBERLESS = replace(A, tracking_number="", carrier="")
GONE_A, GONE_B = replace(A, is_cancelled=True), replace(B, is_cancelled=True)
OTHER_A = replace(A, tracking_number="444413758736")
BAD_A = replace(A, tracking_number="なし")
TWO = replace(ORDER, expected_parcels=2)
FIRST, LAST, ALL = ReportWhen.FIRST, ReportWhen.LAST, ReportWhen.ALL
NO_A, NO_B, NO_OTHER = "444413758703", "444413758714", "444413758736"


def planned(want, state, rules, **changes):
    case = known(state, **{"registered": want.digest, **changes})
    return plan(want, case, Policy(parcels=rules), now=NOW)


# What is reported first: the rule, what the cart said of how many, what left, the
# number that is reported ("" for nothing yet).
FIRST_REPORTS = [
    (FIRST, None, (A,), NO_A),
    (FIRST, None, (B, A), NO_A),
    (FIRST, None, (BAD, A), NO_A),
    (FIRST, None, (replace(BAD, shipped_at=A.shipped_at - timedelta(1)), A), NO_A),
    (FIRST, None, (GONE_A, B), NO_B),
    (FIRST, 2, (A,), NO_A),
    (FIRST, None, (BAD,), ""),
    (FIRST, None, (), ""),
    (LAST, 2, (A,), ""),
    (LAST, 2, (A, B), NO_B),
    (LAST, 2, (B, A), NO_B),
    (LAST, 2, (A, BAD), ""),
    (LAST, 2, (A, GONE_B), ""),
    (LAST, 1, (A,), NO_A),
    (LAST, None, (A,), ""),
    (LAST, None, (A, replace(B, is_final=True)), NO_B),
    (LAST, 3, (A, replace(B, is_final=True)), NO_B),
    (LAST, None, (A, replace(GONE_B, is_final=True)), ""),
    (ALL, 2, (A,), ""),
    (ALL, 2, (A, B), NO_A),
    (ALL, 2, (A, B, C), NO_A),
    (ALL, 2, (A, BAD), ""),
    (ALL, None, (A, B), ""),
    (ALL, None, (replace(A, is_final=True), B), NO_A),
    (ALL, 2, (replace(A, tracking_number=f"{NO_A},{NO_B}"),), NO_A),
]


@pytest.mark.parametrize(("when", "expected", "parcels", "number"), FIRST_REPORTS)
def test_the_first_report_of_every_rule(when, expected, parcels, number):
    order = replace(ORDER, expected_parcels=expected)
    rules = ParcelRules(report_when=when)
    effect = planned(wanted(*parcels, order=order), State.AUTHORIZED, rules)
    if not number:
        assert effect is None
    else:
        assert isinstance(effect, ReportShipment)
        assert (effect.tracking_number, effect.is_change) == (number, False)


# When to report again: A stands reported; what the cart wants now, and deliveryType 2
# with a number, 3 ("back"), or nothing.
AGAIN = [
    ((A,), None),
    ((A, B), None),
    ((A, B, C), None),
    ((replace(B, shipped_at=A.shipped_at - timedelta(days=1)), A), None),
    ((OTHER_A,), NO_OTHER),
    ((OTHER_A, B), NO_OTHER),
    ((BAD_A,), None),
    ((BAD_A, B), None),
    ((GONE_A,), "back"),
    ((GONE_A, GONE_B), "back"),
    ((GONE_A, B), NO_B),
    ((GONE_A, BAD), None),
    ((GONE_A, BAD, C), "444413758725"),
    ((), "back"),
    # The cart made the shipment anew under another name.
    ((GONE_A, replace(A, number="S-9")), None),
    # The same number by another carrier is another report.
    ((replace(A, carrier="佐川急便"),), NO_A),
    # Several numbers in the field: the first is still the reported one.
    ((replace(A, tracking_number=f"{NO_A} {NO_B}"),), None),
    ((replace(A, tracking_number=f"{NO_B}/{NO_A}"),), None),
    # Numbers that changed places are still both out.
    ((replace(A, tracking_number=NO_B), replace(B, tracking_number=NO_A)), None),
]


@pytest.mark.parametrize("when", list(ReportWhen))
@pytest.mark.parametrize(("parcels", "expected"), AGAIN)
def test_when_a_report_that_stands_is_made_again(when, parcels, expected):
    want = wanted(*parcels, order=TWO)
    effect = planned(want, State.SHIPMENT_REPORTED, ParcelRules(report_when=when))
    if expected is None:
        assert effect is None
    elif expected == "back":
        assert effect == CancelShipmentReport()
    else:
        assert isinstance(effect, ReportShipment)
        assert (effect.tracking_number, effect.is_change) == (expected, True)


@pytest.mark.parametrize(
    ("want", "rules", "expected"),
    [
        (wanted(A), ParcelRules(), Completeness.UNSAID),
        (wanted(A), ParcelRules(unsaid_is_all=True), Completeness.COMPLETE),
        (wanted(A, order=TWO), ParcelRules(unsaid_is_all=True), "incomplete"),
        (wanted(A, B, order=TWO), ParcelRules(), Completeness.COMPLETE),
        (replace(wanted(A), all_shipped_by="U"), ParcelRules(), "complete"),
    ],
)
def test_how_all_is_known(want, rules, expected):
    assert completeness(want, rules) == expected


# What a person must look at: state, what left, the rules, code and alarm.
TROUBLES = [
    (State.AUTHORIZED, (), ParcelRules(), None),
    (State.AUTHORIZED, (A,), ParcelRules(), None),
    (State.AUTHORIZED, (NUMBERLESS,), ParcelRules(), ("HUB-SHIP-004", True)),
    (
        State.AUTHORIZED,
        (replace(A, tracking_number=""),),
        ParcelRules(),
        ("HUB-SHIP-004", True),
    ),
    (State.AUTHORIZED, (BAD,), ParcelRules(), ("HUB-SHIP-002", True)),
    (
        State.AUTHORIZED,
        (replace(A, carrier="赤帽"),),
        ParcelRules(),
        ("HUB-SHIP-005", True),
    ),
    (
        State.AUTHORIZED,
        (replace(A, carrier="佐川急便", service="メール便"),),
        ParcelRules(),
        ("HUB-SHIP-006", True),
    ),
    (
        State.AUTHORIZED,
        (replace(A, tracking_number="444413758704"),),
        ParcelRules(stops=frozenset({NumberFault.CHECK_DIGIT})),
        ("HUB-SHIP-007", True),
    ),
    (
        State.AUTHORIZED,
        (A,),
        ParcelRules(report_when=ALL),
        ("HUB-SHIP-008", False),
    ),
    (
        State.AUTHORIZED,
        (A, BAD),
        ParcelRules(report_when=ALL),
        ("HUB-SHIP-002", True),
    ),
    (State.SHIPMENT_REPORTED, (A,), ParcelRules(), None),
    (State.SHIPMENT_REPORTED, (A, BAD), ParcelRules(), None),
    (State.SHIPMENT_REPORTED, (BAD_A,), ParcelRules(), ("HUB-SHIP-009", True)),
    (State.SHIPMENT_REPORTED, (GONE_A, BAD), ParcelRules(), ("HUB-SHIP-009", True)),
    (State.SHIPMENT_REPORTED, (OTHER_A,), ParcelRules(), None),
    (State.SCREENING, (BAD,), ParcelRules(), None),
]


@pytest.mark.parametrize(("state", "parcels", "rules", "expected"), TROUBLES)
def test_what_is_wrong_with_parcels(state, parcels, rules, expected):
    found = parcel_trouble(wanted(*parcels), known(state), rules)
    assert (found and (found.code, found.is_alarm)) == expected


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("佐川急便 飛脚メール便", "HUB-SHIP-011"),
        ("クリックポスト", "HUB-SHIP-011"),
        ("通常配送", None),
        ("宅急便", None),
        ("", None),
    ],
)
def test_a_method_that_is_not_paid_out_is_told_before_shipping(method, code):
    want = wanted(order=replace(ORDER, shipping_method=method))
    found = parcel_trouble(want, known(State.AUTHORIZED), ParcelRules())
    assert (found.code if found else None) == code


def test_waiting_for_the_other_parcels_is_the_shops_own_wish():
    rules = ParcelRules(report_when=LAST)
    want = wanted(A, order=TWO)
    assert waits_for_parcels(want, known(State.AUTHORIZED), rules)
    assert parcel_trouble(want, known(State.AUTHORIZED), rules) is None


def chosen(**changes):
    return ParcelChoice(parcel_number="S-1", user_id="U", at=NOW, **changes)


def test_a_person_chooses_the_service_of_one_parcel():
    parcel = replace(A, carrier="赤帽")
    choice = chosen(words=parcel_words(parcel), service="18")
    want = replace(wanted(parcel, replace(B, carrier="赤帽")), choices=(choice,))
    assert [slip.match.code for slip in slips_of(want, ParcelRules())] == ["18", ""]


def test_a_choice_ends_with_the_words_it_was_made_for():
    choice = chosen(words=parcel_words(replace(A, carrier="赤帽")), service="18")
    want = replace(wanted(replace(A, carrier="黒帽")), choices=(choice,))
    assert not slips_of(want, ParcelRules())[0].is_ready


@pytest.mark.parametrize(("accepted", "is_ready"), [("", False), (NO_A, True)])
def test_a_number_that_was_used_before_waits_until_it_is_accepted(accepted, is_ready):
    want = wanted(A)
    (versioned,) = want.parcels
    reuse = Reuse(number=NO_A, order_number="A-0999")
    want = replace(
        want,
        parcels=(replace(versioned, reused=(reuse,)),),
        choices=(chosen(number=accepted),),
    )
    rules = ParcelRules(stops=frozenset({NumberFault.REUSED}))
    (slip,) = slips_of(want, rules)
    assert (slip.is_ready, slip.reused_in) == (is_ready, "A-0999")
    assert slips_of(want, ParcelRules())[0].is_ready


def test_a_doubtful_number_that_was_reported_is_told_until_it_is_accepted():
    doubtful = replace(A, tracking_number="444413758704")
    reported = replace(REPORTED, tracking_number="444413758704")
    case = known(State.SHIPMENT_REPORTED, reported=reported)
    found = parcel_trouble(wanted(doubtful), case, ParcelRules())
    assert found is not None
    assert (found.code, found.is_alarm) == ("HUB-SHIP-010", False)
    accepted = replace(wanted(doubtful), choices=(chosen(number="444413758704"),))
    assert parcel_trouble(accepted, case, ParcelRules()) is None


def test_each_number_of_a_field_is_a_parcel_of_its_own():
    parcel = replace(A, tracking_number=f"{NO_A}、{NO_B}")
    slips = slips_of(wanted(parcel), ParcelRules())
    assert [(slip.name, slip.judged.number) for slip in slips] == [
        ("S-1", NO_A),
        ("S-1#2", NO_B),
    ]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [(f"{NO_A}、なし", [NO_A]), ("なし、後日", [""]), ("4.44E+11,なし", [""])],
)
def test_a_placeholder_beside_a_number_is_no_parcel(written, numbers):
    slips = slips_of(wanted(replace(A, tracking_number=written)), ParcelRules())
    assert [slip.judged.number for slip in slips] == numbers


def test_the_second_number_of_a_field_can_stand_reported():
    parcel = replace(A, tracking_number=f"4.44414E+11、{NO_B}")
    report = planned(wanted(parcel), State.AUTHORIZED, ParcelRules())
    assert isinstance(report, ReportShipment)
    held = ReportedParcel(
        parcel_number=report.parcel_number,
        carrier_code=report.carrier_code,
        tracking_number=report.tracking_number,
        expected_issue_on=REPORTED.expected_issue_on,
    )
    case = {"reported": held}
    assert planned(wanted(parcel), State.SHIPMENT_REPORTED, ParcelRules(), **case) is (
        None
    )
