import pytest

from tests.sandbox.joining import HERE, apply, decide, post, prepare, states


def test_nothing_is_approved_while_a_paper_is_missing(shop):
    apply(shop)
    prepare(shop, papers=["pledge", "seal_certificate", "registry_certificate"])
    post(shop, days=0)
    status, answer = decide(shop, "approve")
    assert status == 422
    assert "service_application" in answer["error"]
    assert shop.control(HERE)[1]["credentials"] is None


def test_the_reviewer_asks_for_a_paper_again(shop):
    apply(shop)
    prepare(shop)
    post(shop, days=0)
    asked = {"papers": ["pledge"], "reason": "（例）押印がありません"}
    answer = decide(shop, "ask_for_papers", **asked)[1]
    assert (answer["stage"], answer["reason"]) == ("asked", asked["reason"])
    assert states(answer)["pledge"] == "missing"
    prepare(shop)
    assert post(shop, days=0)["stage"] == "review"
    assert decide(shop, "approve")[0] == 200


def test_a_declined_applicant_is_told_why_and_gets_nothing(shop):
    apply(shop)
    assert decide(shop, "decline")[0] == 422
    answer = decide(shop, "decline", reason="（例）取扱対象外の商品です")[1]
    assert (answer["stage"], answer["reason"]) == (
        "declined",
        "（例）取扱対象外の商品です",
    )
    assert answer["credentials"] is None
    for path in ("papers", "post", "decision"):
        wanted = {"result": "approve"} if path == "decision" else {}
        assert shop.control(f"{HERE}/{path}", wanted)[0] == 422
    assert len(shop.control("/merchants")[1]["merchants"]) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"result": "maybe"},
        {"result": "ask_for_papers", "reason": "x", "papers": []},
        {"result": "ask_for_papers", "reason": "x", "papers": ["residence_record"]},
        {"result": "ask_for_papers", "papers": ["pledge"]},
        {"result": "ask_for_papers", "reason": "x", "papers": "pledge"},
    ],
)
def test_a_wrong_decision_changes_nothing(shop, wanted):
    before = apply(shop)
    assert shop.control(f"{HERE}/decision", wanted)[0] == 422
    assert shop.control(HERE)[1] == before


def test_restricted_goods_bar_the_approval_until_they_are_kept_out(shop):
    apply(shop, goods="例の茶葉、例の商品券")
    prepare(shop)
    assert post(shop, days=0)["restricted_goods"] == ["商品券"]
    status, answer = decide(shop, "approve")
    assert (status, "商品券" in answer["error"]) == (422, True)
    shop.control(HERE, {"excludes_restricted": True})
    assert decide(shop, "approve")[0] == 200


def test_a_corrected_form_may_owe_other_papers(shop):
    apply(shop)
    prepare(shop)
    assert post(shop, days=0)["stage"] == "review"
    answer = shop.control(HERE, {"kind": "sole_proprietor"})[1]
    assert answer["stage"] == "papers"
    assert states(answer)["residence_record"] == "missing"


def test_nobody_knows_another_application(shop):
    for name in ("M000009", "M" + "9" * 30, "X1", "Mone"):
        assert shop.control(f"/applications/{name}")[0] == 404
