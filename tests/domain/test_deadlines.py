"""What time alone brings about, and the moment at which it is looked at."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hub.contract.money import Yen
from hub.contract.updates import MayShip
from hub.domain.deadlines import (
    FOLLOW_EVERY,
    TAKEN_BACK_PATIENCE,
    UNANSWERED,
    UNCLEAR_PATIENCE,
    next_moment,
)
from hub.domain.known import Fact, State, Trouble, move
from hub.domain.order_kind_policy import KindPolicy, RegisterTime
from hub.domain.plan import Amend, Cancel, plan
from hub.domain.policy import Policy
from hub.domain.revision import Refund, Revision, lines_digest
from hub.domain.verdict import Attention, attention, may_ship
from tests.domain.specimens import (
    CHEAPER,
    LATE,
    NOW,
    ORDER,
    PARCEL,
    REPORTED,
    known,
    wanted,
)

S, SECOND = State, timedelta(seconds=1)
POLICY = Policy()
WARNED = LATE - POLICY.approval_warning
PREORDER = replace(ORDER, ships_on=date(2026, 12, 24))
LATER = Policy(kind=KindPolicy(registers=RegisterTime.BEFORE_SHIPPING))
REFUSED = Trouble(code="HUB-PROV-401", since=NOW)
SILENT = Trouble(code=UNANSWERED, since=NOW)
TAKEN_BACK = known(S.AUTHORIZED, taken_back_at=NOW)
HELD, DECLINED = known(S.ON_HOLD, since=NOW), known(S.DECLINED, since=NOW)
CUT_OFF = Policy(cancel_cut_off=timedelta(days=30))
REPORTED_NOW = replace(REPORTED, reported_at=NOW)


def code(want, what, now=NOW, policy=POLICY):
    found = attention(want, what, policy, now=now)
    return found.code if found else None


@pytest.mark.parametrize(
    ("want", "what", "policy", "moment"),
    [
        (wanted(), known(S.AUTHORIZED), POLICY, WARNED),
        (wanted(is_cancelled=True), known(S.AUTHORIZED), POLICY, None),
        (wanted(), known(S.SHIPMENT_REPORTED), POLICY, None),
        (wanted(), HELD, POLICY, NOW + POLICY.hold_answer),
        (wanted(), known(S.ON_HOLD), POLICY, None),
        (wanted(), DECLINED, POLICY, NOW + POLICY.stock_hold),
        (wanted(), known(S.DECLINED), POLICY, None),
        (wanted(PARCEL), TAKEN_BACK, POLICY, NOW + TAKEN_BACK_PATIENCE),
        (
            wanted(order=PREORDER),
            known(S.RECEIVED),
            LATER,
            NOW.replace(month=12, day=16, hour=15),
        ),
        (
            wanted(),
            known(S.SCREENING, trouble=SILENT),
            POLICY,
            NOW + UNCLEAR_PATIENCE,
        ),
        (wanted(), known(S.SCREENING, trouble=REFUSED), POLICY, None),
    ],
)
def test_when_it_is_looked_at_again(want, what, policy, moment):
    assert next_moment(want, what, policy, now=NOW) == moment


def test_a_moment_that_has_come_is_over():
    assert next_moment(wanted(), HELD, POLICY, now=NOW + POLICY.hold_answer) is None


def test_the_end_of_an_authorization_is_told_before_it_comes():
    assert code(wanted(), known(S.AUTHORIZED), WARNED - SECOND) is None
    assert code(wanted(), known(S.AUTHORIZED), WARNED) == "HUB-TIME-101"
    assert code(wanted(), known(S.AUTHORIZED), LATE) == "HUB-PROV-104"


def test_a_cancelled_order_is_not_warned_of():
    assert code(wanted(is_cancelled=True), known(S.AUTHORIZED), WARNED) is None


def test_an_authorization_past_its_life_does_not_ship():
    for now, answer in [(LATE - SECOND, MayShip.YES), (LATE, MayShip.NO)]:
        told = may_ship(
            wanted(), known(S.AUTHORIZED), now=now, life=POLICY.approval_life
        )
        assert told is answer


def test_a_hold_that_nobody_answered_in_time_is_said():
    due = NOW + POLICY.hold_answer
    assert code(wanted(), HELD, due - SECOND) == "HUB-PROV-103"
    assert code(wanted(), HELD, due) == "HUB-TIME-102"


def test_goods_of_a_declined_order_are_kept_for_so_long():
    due = NOW + POLICY.stock_hold
    assert code(wanted(), DECLINED, due - SECOND) is None
    assert code(wanted(), DECLINED, due) == "HUB-TIME-103"


def test_refused_credentials_ask_for_a_person_at_once():
    waiting = known(S.RECEIVED, trouble=REFUSED)
    assert code(wanted(), waiting) == "HUB-PROV-401"
    screening = known(S.SCREENING, trouble=REFUSED)
    assert code(wanted(), screening) == "HUB-PROV-401"


def test_they_are_an_alarm_where_goods_wait_for_their_report():
    found = attention(
        wanted(PARCEL), known(S.AUTHORIZED, trouble=REFUSED), POLICY, now=NOW
    )
    assert found == Attention(code="HUB-PROV-401", is_alarm=True)


def test_a_trouble_with_nothing_left_to_send_is_none():
    assert code(wanted(), known(S.AUTHORIZED, trouble=REFUSED)) is None


def test_a_call_without_a_clear_answer_asks_after_an_hour():
    what = known(S.AUTHORIZED, trouble=SILENT)
    want = wanted(order=CHEAPER)
    assert code(want, what, NOW + UNCLEAR_PATIENCE - SECOND) is None
    assert code(want, what, NOW + UNCLEAR_PATIENCE) == "HUB-PROV-304"


IN_DOUBT = known(S.SHIPMENT_REPORTED, in_doubt_since=NOW)


@pytest.mark.parametrize(
    "want",
    [
        wanted(PARCEL, order=CHEAPER),
        wanted(PARCEL),
        wanted(replace(PARCEL, tracking_number="444413758714")),
        wanted(),
    ],
    ids=["amended", "amended back", "another number", "taken back"],
)
def test_a_report_in_doubt_asks_a_person_and_plans_nothing(want):
    assert code(want, IN_DOUBT) == "HUB-PROV-305"
    assert plan(want, IN_DOUBT, POLICY, now=NOW) is None


def test_a_report_in_doubt_is_no_yes_to_shipping():
    life = POLICY.approval_life
    assert may_ship(wanted(), IN_DOUBT, now=NOW, life=life) is MayShip.CHECK


def test_an_order_whose_report_is_in_doubt_may_be_cancelled():
    ended = replace(wanted(PARCEL), is_cancelled=True)
    assert plan(ended, IN_DOUBT, POLICY, now=NOW) == Cancel()


def test_goods_that_are_out_make_a_report_in_doubt_an_alarm():
    found = attention(wanted(PARCEL), IN_DOUBT, POLICY, now=NOW)
    assert found == Attention(code="HUB-PROV-305", is_alarm=True)


@pytest.mark.parametrize(
    "fact",
    [
        Fact.SHIPMENT_REPORT_CHANGED,
        Fact.SHIPMENT_REPORT_CANCELLED,
        Fact.CANCELLATION_CONFIRMED,
    ],
)
def test_an_answer_that_tells_ends_the_doubt(fact):
    assert move(IN_DOUBT, fact, now=NOW).in_doubt_since is None


def test_a_report_taken_back_and_not_made_again_is_the_top_alarm():
    amend = Amend(order=CHEAPER, digest=wanted(order=CHEAPER).digest)
    want = wanted(PARCEL, order=CHEAPER)
    stuck = replace(TAKEN_BACK, refused=frozenset({amend.key}))
    found = attention(want, stuck, POLICY, now=NOW)
    assert found == Attention(code="HUB-AFTER-001", is_alarm=True)


def test_while_the_next_call_is_on_its_way_there_is_a_little_patience():
    want, over = wanted(PARCEL, order=CHEAPER), NOW + TAKEN_BACK_PATIENCE
    assert code(want, TAKEN_BACK) is None
    assert code(want, TAKEN_BACK, over) == "HUB-AFTER-001"


@pytest.mark.parametrize("state", [S.SCREENING, S.ON_HOLD])
def test_a_rescreening_of_goods_that_are_out_is_that_alarm(state):
    what = known(state, taken_back_at=NOW)
    assert code(wanted(PARCEL), what) == "HUB-AFTER-001"


@pytest.mark.parametrize(
    "want", [wanted(), wanted(PARCEL, is_cancelled=True), wanted(is_cancelled=True)]
)
def test_goods_that_came_back_need_no_report(want):
    assert code(want, TAKEN_BACK) != "HUB-AFTER-001"


@pytest.mark.parametrize(
    ("fact", "is_kept"),
    [(Fact.AMENDMENT_ACCEPTED, True), (Fact.SHIPMENT_REPORTED, False)],
)
def test_it_is_known_until_the_report_is_back(fact, is_kept):
    taken_back = move(
        known(S.SHIPMENT_REPORTED), Fact.SHIPMENT_REPORT_CANCELLED, now=NOW
    )
    assert taken_back.taken_back_at == NOW
    later = move(taken_back, fact, now=LATE)
    assert (later.taken_back_at == NOW) is is_kept


def test_a_state_keeps_the_moment_at_which_it_began():
    held = move(known(S.SCREENING), Fact.SCREENING_HELD, now=NOW)
    assert move(held, Fact.SCREENING_HELD, now=LATE).since == NOW


def test_a_reported_transaction_is_cancelled_until_the_cut_off():
    what = known(S.SHIPMENT_REPORTED, reported=REPORTED_NOW)
    want, over = wanted(is_cancelled=True), NOW + timedelta(days=30)
    assert plan(want, what, CUT_OFF, now=over - SECOND) == Cancel()
    assert plan(want, what, CUT_OFF, now=over) is None
    assert code(want, what, over, CUT_OFF) == "HUB-PROV-306"


def test_without_a_cut_off_the_provider_decides():
    what = known(S.SHIPMENT_REPORTED, reported=REPORTED_NOW)
    assert plan(wanted(is_cancelled=True), what, POLICY, now=LATE) == Cancel()


def test_a_refund_is_a_task_until_it_is_done():
    task = Refund(amount=Yen(500), at=NOW, user_id="u")
    want, what = replace(wanted(), refund=task), known(S.SHIPMENT_REPORTED)
    assert code(want, what) == "HUB-AFTER-002"
    done = replace(task, done_on=NOW.date())
    assert code(replace(want, refund=done), what) is None


def test_an_order_that_waits_to_be_merged_does_not_ship():
    want = replace(wanted(), merged_into="01")
    what = known(S.AUTHORIZED)
    assert may_ship(want, what, now=NOW, life=POLICY.approval_life) is MayShip.NO
    assert plan(want, what, POLICY, now=NOW) is None


def test_a_merge_that_was_declined_asks_for_a_person():
    want = replace(wanted(), merges=("02",))
    assert code(want, known(S.DECLINED)) == "HUB-MERGE-001"


@pytest.mark.parametrize("change", [{"merged_into": "01"}, {"waits_for": "01"}])
def test_an_order_that_waits_for_another_looks_soon(change):
    want, what = replace(wanted(), **change), known(S.RECEIVED)
    assert next_moment(want, what, POLICY, now=NOW) == NOW + FOLLOW_EVERY
    assert plan(want, what, POLICY, now=NOW) is None


def test_merged_goods_that_the_cart_s_amount_lacks_ask_for_a_person():
    both = Revision(base=lines_digest(ORDER), lines=(*ORDER.lines, *ORDER.lines))
    merged = replace(wanted(), merges=("02",), revision=both)
    what = known(S.AUTHORIZED, registered=merged.digest)
    assert code(merged, what) is None
    other = replace(merged, order=CHEAPER)
    assert code(other, replace(what, registered=other.digest)) == "HUB-MERGE-002"
