import html
import re

from flask import Flask
from sqlalchemy import select

from hub.contract.order import OrderKind
from hub.domain.lint_rules import CHOOSABLE, LintRules, Severity
from hub.domain.order_kind_policy import KindPolicies
from hub.store import merchants
from hub.store.merchants import Shop
from hub.store.tables import audit
from tests.console.people import Person, logged_in
from tests.console.seed import CLERK, OWNER
from tests.house import House


def page_of(house: House) -> str:
    return f"/console/shops/{house.shop_id}/rules"


def shop_of(house: House) -> Shop:
    return house.read(lambda scope: merchants.get_shop(scope, house.shop_id))


def seen(person: Person, house: House, topic: str) -> str:
    text = person.text(page_of(house))
    form = text.split(f'/rules/{topic}"', 1)[1]
    found = re.search(r'name="seen" value="(\w+)"', form)
    assert found
    return found[1]


def save(person: Person, house: House, topic: str, **fields: str):
    fields.setdefault("seen", seen(person, house, topic))
    if topic == "parcels":
        fields.setdefault("reuse_months", "6")
    return person.post(f"{page_of(house)}/{topic}", **fields)


def test_an_owner_changes_when_a_report_is_sent(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    assert save(person, house, "parcels", report_when="last").status_code == 303
    assert shop_of(house).parcels.report_when == "last"
    assert 'value="last" checked' in person.text(page_of(house))
    assert save(person, house, "parcels", report_when="first").status_code == 303


def test_a_change_is_audited_with_what_differs(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    save(person, house, "parcels", report_when="first", unsaid_is_all="yes")
    rows = house.read(lambda scope: scope.connection.execute(select(audit)).all())
    last = max(rows, key=lambda row: row.seq)
    assert last.action == "change_rules"
    assert last.detail == {
        "topic": "parcels",
        "before": '{"unsaid_is_all":""}',
        "after": '{"unsaid_is_all":"yes"}',
    }
    save(person, house, "parcels", report_when="first")


def test_what_was_typed_stays_beside_the_mistake(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    answer = save(person, house, "parcels", report_when="never", unsaid_is_all="yes")
    assert answer.status_code == 422
    assert "どれか1つを選んでください" in answer.text
    assert 'name="unsaid_is_all" value="yes" checked' in answer.text
    assert not shop_of(house).parcels.unsaid_is_all


def test_nobody_overwrites_what_another_changed(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    old = seen(person, house, "parcels")
    save(person, house, "parcels", report_when="all")
    answer = save(person, house, "parcels", report_when="last", seen=old)
    assert answer.status_code == 422
    assert "別の方が先に変更" in answer.text
    assert shop_of(house).parcels.report_when == "all"
    save(person, house, "parcels", report_when="first")


def test_words_of_the_shop_get_a_meaning_with_who_and_when(
    app: Flask, house: House
) -> None:
    person = logged_in(app, OWNER)
    meant = {"words-0": "通常配送", "service-0": "12"}
    assert save(person, house, "carriers", **meant).status_code == 303
    (rule,) = shop_of(house).parcels.words
    assert (rule.words, rule.service, bool(rule.user_id)) == ("通常配送", "12", True)
    assert "見本 花子 が" in person.text(page_of(house))
    assert save(person, house, "carriers").status_code == 303
    assert shop_of(house).parcels.words == ()


def test_a_designation_needs_its_day_and_its_code(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    told = {"code-nekopos": "12", "day-nekopos": "2020-01-15"}
    for wrong in (
        {"code-nekopos": ""},
        {"day-nekopos": ""},
        {"day-nekopos": "2999-01-01"},
        {"code-nekopos": "99"},
    ):
        answer = save(person, house, "carriers", **{**told, **wrong})
        assert answer.status_code == 422, wrong
    assert shop_of(house).parcels.designations == ()
    assert save(person, house, "carriers", **told).status_code == 303
    (one,) = shop_of(house).parcels.designations
    assert (one.service, one.code, one.confirmed_on.isoformat()) == (
        "nekopos",
        "12",
        "2020-01-15",
    )
    assert save(person, house, "carriers").status_code == 303


def test_the_same_words_cannot_mean_two_services(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    twice = {
        "words-0": "通常 配送",
        "service-0": "12",
        "words-1": "通常配送",
        "service-1": "11",
    }
    answer = save(person, house, "carriers", **twice)
    assert answer.status_code == 422
    assert "同じ言葉がもう1つあります" in answer.text


def test_doubts_that_stop_a_report_are_chosen(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    fields = {"report_when": "first", "stops-check_digit": "yes"}
    assert save(person, house, "parcels", **fields).status_code == 303
    assert shop_of(house).parcels.stops == {"check_digit"}
    assert save(person, house, "parcels", report_when="first").status_code == 303


def test_a_clerk_reads_the_rules_and_changes_none(app: Flask, house: House) -> None:
    person = logged_in(app, CLERK)
    text = person.text(page_of(house))
    assert "変更は責任者だけができます" in text
    assert "この項目を保存する" not in text
    answer = save(person, house, "parcels", report_when="last")
    assert answer.status_code == 403


def test_the_page_says_how_many_open_orders_it_touches(
    app: Flask, house: House
) -> None:
    text = html.unescape(logged_in(app, OWNER).text(page_of(house)))
    assert re.search(r"進行中の注文 \d+件・[\d,]+円", text)


def lint_form(house: House) -> dict[str, str]:
    return {code: one.value for code, one in CHOOSABLE.items()} | {
        "duplicate_hours": "24"
    }


def test_an_owner_says_what_may_be_corrected(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    fields = lint_form(house) | {
        "HUB-ADDR-101": "warn",
        "lint_apply_WIRE_201": "yes",
        "fee": "330",
        "refuses_companies": "yes",
        "forwarders": "成田市例町1-1\n\n見本倉庫",
    }
    assert save(person, house, "lint", **fields).status_code == 303
    rules = shop_of(house).lint
    assert rules.severities == {"HUB-ADDR-101": Severity.WARN}
    assert rules.applied == {"HUB-WIRE-201"}
    assert (rules.fee, rules.refuses_companies) == (330, True)
    assert rules.forwarders == ("成田市例町1-1", "見本倉庫")
    text = person.text(page_of(house))
    assert 'name="lint_apply_WIRE_201" value="yes" checked' in text
    assert save(person, house, "lint", **lint_form(house)).status_code == 303
    assert shop_of(house).lint == LintRules()


def test_a_wrong_answer_of_the_check_is_named(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    for name, text in (
        ("HUB-ADDR-101", "never"),
        ("fee", "三百円"),
        ("fee", "-1"),
        ("duplicate_hours", "721"),
        ("forwarders", "\n".join("見" for _ in range(51))),
    ):
        answer = save(person, house, "lint", **(lint_form(house) | {name: text}))
        page = answer.get_data(as_text=True)
        assert (answer.status_code, f'id="{name}-wrong"' in page) == (422, True)


def test_a_code_that_always_stops_an_order_is_no_choice(
    app: Flask, house: House
) -> None:
    text = logged_in(app, OWNER).text(page_of(house))
    assert 'name="HUB-ADDR-301"' not in text
    assert 'name="HUB-WIRE-201"' not in text


def kinds_form(person: Person, house: House) -> dict[str, str]:
    """Return what the form of the kinds holds now."""
    text = person.text(page_of(house)).split('/rules/kinds"', 1)[1]
    form = text.split("</form>", 1)[0]
    typed = dict(
        re.findall(r'<input class="few" id="\w+" name="(\w+)".*?value="(\d+)"', form)
    )
    for name, options in re.findall(
        r'<select id="\w+" name="(\w+)".*?>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="(\w+)" selected', options)
        assert chosen, name
        typed[name] = chosen[1]
    return typed


def test_an_owner_sets_the_rules_of_a_kind(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    before = kinds_form(person, house)
    fields = before | {
        "preorder_registers": "by_hand",
        "multiple_report_when": "as_shop",
        "normal_days_before": "１０",
        "hold_answer_days": "5",
    }
    assert save(person, house, "kinds", **fields).status_code == 303
    kinds = shop_of(house).kinds
    assert kinds.of_kind(OrderKind.PREORDER).registers == "by_hand"
    assert kinds.of_kind(OrderKind.MULTIPLE).report_when is None
    assert set(kinds.by_kind) == {
        OrderKind.NORMAL,
        OrderKind.PREORDER,
        OrderKind.MULTIPLE,
    }
    assert kinds.hold_answer_days == 5
    assert save(person, house, "kinds", **before).status_code == 303
    assert shop_of(house).kinds == KindPolicies()


def test_a_wrong_rule_of_a_kind_is_named(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    fields = kinds_form(person, house)
    for name, text in (
        ("gift_registers", "never"),
        ("test_report_when", ""),
        ("normal_days_before", "61"),
        ("stock_hold_days", "一"),
    ):
        answer = save(person, house, "kinds", **(fields | {name: text}))
        page = answer.get_data(as_text=True)
        assert (answer.status_code, f'id="{name}-wrong"' in page) == (422, True)


def test_a_shop_says_that_it_sends_everything(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    said = {"report_when": "first", "always_sent": "yes"}
    assert save(person, house, "parcels", **said).status_code == 303
    assert shop_of(house).parcels.always_sent
    assert 'name="always_sent" value="yes" checked' in person.text(page_of(house))
    assert save(person, house, "parcels", report_when="first").status_code == 303
    assert not shop_of(house).parcels.always_sent
