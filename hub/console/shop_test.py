"""接続テスト: the steps of a shop's test, each with what it means and what to do."""

from flask import Response

from hub.console.pages import page
from hub.console.rooms import AbsentError, House
from hub.console.visit import ACTING, Visit
from hub.console.words import explained
from hub.contract.probe import Outcome, ProbeStep
from hub.flow.shop_test import run_shop_test
from hub.store import merchants
from hub.store.store import Scope
from hub.text.catalogue import Message, Words

_TONES = {
    Outcome.OK: "ok",
    Outcome.WARNING: "wait",
    Outcome.FAILED: "stop",
    Outcome.SKIPPED: "quiet",
}


def add_shop_test(house: House) -> None:
    """Add the route: a test calls others, so a form asks for it."""

    @house.action("/shops/<shop_id>/test", "test_shop", roles=ACTING)
    def test_shop(visit: Visit, shop_id: str) -> Response:
        def read(scope: Scope) -> str:
            if shop_id not in merchants.shop_ids(scope):
                raise AbsentError
            return merchants.get_shop(scope, shop_id).name

        name = visit.store.read(read)
        steps = list(run_shop_test(visit.parts, visit.merchant_id, shop_id))
        outcomes = [step.outcome for step in steps]
        return page(
            visit,
            "shop_test.html",
            shop_id=shop_id,
            shop_name=name,
            steps=[(step, _said(step)) for step in steps],
            tones=_TONES,
            failed=outcomes.count(Outcome.FAILED),
            warned=outcomes.count(Outcome.WARNING),
        )


def _said(step: ProbeStep) -> Message:
    found = explained(step.code)
    if found is not None:
        return found
    # A stranger's connector explains its own codes.
    nothing = Words(ja="", en="")
    what = Words(ja=step.what_ja or step.code, en=step.what_en or step.code)
    return Message(code=step.code, what=what, means=nothing, next=nothing)
