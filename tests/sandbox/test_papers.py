from datetime import date

import pytest

from hub.sandbox.papers import months_later
from tests.sandbox.joining import HERE, TODAY, apply, post, prepare, states


@pytest.mark.parametrize(
    ("kind", "has_proof", "owed"),
    [
        ("corporation", False, ["registry_certificate", "seal_certificate"]),
        ("corporation", True, ["registry_certificate", "seal_certificate"]),
        (
            "sole_proprietor",
            False,
            ["residence_record", "representative_seal_certificate"],
        ),
        (
            "sole_proprietor",
            True,
            [
                "residence_record",
                "representative_seal_certificate",
                "business_proof",
            ],
        ),
    ],
)
def test_each_kind_of_merchant_owes_its_papers(shop, kind, has_proof, owed):
    form = {**shop.control(f"/applications/example?kind={kind}")[1]}
    answer = shop.control("/applications", {**form, "has_proof": has_proof})[1]
    assert list(states(answer)) == ["service_application", "pledge", *owed]
    assert set(states(answer).values()) == {"missing"}
    aged = [line["paper"] for line in answer["papers"] if line["max_age_months"] == 3]
    assert aged == owed[:2]


def test_a_wrong_form_names_each_field_in_both_languages(shop):
    form = shop.control("/applications/example")[1]
    wrong = {
        "email": "nobody",
        "tel": "12",
        "shop_url": "shop.example.com",
        "plan": "E",
        "cycle": 4,
        "expected_yen": -1,
        "contacted_on": "2026-11-21",
        "wished_on": "soon",
        "company": " ",
        "colour": "red",
    }
    status, answer = shop.control("/applications", {**form, **wrong})
    assert status == 422
    assert set(answer["fields"]) == set(wrong)
    assert all(text["ja"] and text["en"] for text in answer["fields"].values())
    assert shop.control("/applications")[1]["applications"] == []


# The age of papers


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2026-08-20", "2026-11-20"),
        ("2026-11-30", "2027-02-28"),
        ("2027-11-30", "2028-02-29"),
        ("2026-10-31", "2027-01-31"),
    ],
)
def test_three_months_end_on_the_same_day_or_the_months_last(day, later):
    assert months_later(date.fromisoformat(day), 3) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("issued_on", "state"),
    [("2026-08-20", "accepted"), ("2026-08-19", "too_old"), (TODAY, "accepted")],
)
def test_the_three_months_run_from_issue_to_arrival(shop, issued_on, state):
    apply(shop)
    prepare(shop)
    prepare(shop, papers=["seal_certificate"], issued_on=issued_on)
    answer = post(shop, days=0)
    assert states(answer)["seal_certificate"] == state
    assert answer["stage"] == ("review" if state == "accepted" else "papers")


def test_a_paper_in_hand_ages_with_the_clock(shop):
    apply(shop)
    prepare(shop, papers=["registry_certificate"], issued_on="2026-09-20")
    shop.control("/clock", {"hours": 24 * 30})
    assert states(shop.control(HERE)[1])["registry_certificate"] == "ready"
    shop.control("/clock", {"hours": 24})
    assert states(shop.control(HERE)[1])["registry_certificate"] == "stale"


def test_a_paper_grows_too_old_in_the_post(shop):
    apply(shop)
    prepare(shop)
    prepare(shop, papers=["seal_certificate"], issued_on="2026-08-21")
    answer = post(shop)
    # Two days later is a Sunday and the Monday is a holiday, so nobody opens the post.
    arrivals = {line["arrives_on"] for line in answer["papers"]}
    assert arrivals == {"2026-11-24"}
    assert set(states(answer).values()) == {"underway"}
    shop.control("/clock", {"business_days": 1})
    answer = shop.control(HERE)[1]
    assert states(answer).pop("seal_certificate") == "too_old"
    assert [line["received_on"] for line in answer["papers"]] == ["2026-11-24"] * 4
    assert answer["stage"] == "papers"


def test_what_arrived_in_time_does_not_age_any_more(shop):
    apply(shop)
    prepare(shop)
    post(shop)
    shop.control("/clock", {"business_days": 80})
    answer = shop.control(HERE)[1]
    assert set(states(answer).values()) == {"accepted"}
    assert answer["stage"] == "review"


def test_the_signed_papers_have_no_age(shop):
    apply(shop)
    prepare(shop, papers=["pledge"], issued_on="2020-01-01")
    assert states(post(shop, days=0))["pledge"] == "accepted"


@pytest.mark.parametrize(
    ("paper", "state"),
    [("residence_record", "not_original"), ("business_proof", "accepted")],
)
def test_a_copy_counts_only_where_one_will_do(shop, paper, state):
    apply(shop, kind="sole_proprietor")
    prepare(shop, papers=[paper], is_original=False)
    assert states(post(shop, days=0))[paper] == state


@pytest.mark.parametrize(
    "wanted",
    [
        {"issued_on": "2026-11-21"},
        {"issued_on": "soon"},
        {"papers": ["residence_record"]},
        {"papers": []},
        {"paper": "pledge"},
    ],
)
def test_a_wrong_paper_changes_nothing(shop, wanted):
    before = apply(shop)
    assert shop.control(f"{HERE}/papers", wanted)[0] == 422
    assert shop.control(HERE)[1] == before


def test_there_must_be_a_paper_to_post(shop):
    apply(shop)
    assert shop.control(f"{HERE}/post", {})[0] == 422
    prepare(shop)
    assert shop.control(f"{HERE}/post", {"days": 61})[0] == 422
