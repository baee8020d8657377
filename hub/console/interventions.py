"""What a person may do: each is one form and one function of `flow.intervene`."""

from collections.abc import Callable

from flask import Response

from hub.console.order import amount_of, order_page, story_of
from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go
from hub.console.visit import ACTING, Visit, field
from hub.console.words import explained, own_message
from hub.flow import intervene
from hub.flow.intervene import InterventionError
from hub.text.catalogue import Message

_ABSENT = "HUB-ACT-404"


def add_interventions(house: House) -> None:
    """Add the routes."""
    _add_orders(house)
    _add_transactions(house)
    _add_operations(house)
    _add_confirmations(house)


def attempted(deed: Callable[[], None]) -> Message | None:
    """Do it; returns why it could not be done, None where it was.

    Raises AbsentError for what is not there or is another merchant's.
    """
    try:
        deed()
    except InterventionError as error:
        if error.code == _ABSENT:
            raise AbsentError from error
        return explained(error.code) or own_message("input")
    return None


def _answer(
    visit: Visit, order_id: str, done: str, deed: Callable[[], None]
) -> Response:
    problem = attempted(deed)
    if problem is not None:
        return order_page(visit, order_id, problem=problem, status=409)
    return go("order", order_id=order_id, done=done)


def _add_orders(house: House) -> None:
    @house.action("/orders/<order_id>/release", "release", roles=ACTING)
    def release(visit: Visit, order_id: str) -> Response:
        return _answer(
            visit,
            order_id,
            "release",
            lambda: intervene.release_order(
                visit.parts, visit.merchant_id, order_id, user_id=visit.user_id
            ),
        )

    @house.action("/orders/<order_id>/cancel", "cancel", roles=ACTING)
    def cancel(visit: Visit, order_id: str) -> Response:
        problem = attempted(
            lambda: intervene.cancel_transaction(
                visit.parts,
                visit.merchant_id,
                order_id,
                reason=field("reason"),
                typed_number=field("number"),
                user_id=visit.user_id,
            )
        )
        if problem is not None:
            return _confirmation(visit, order_id, "cancel.html", problem=problem)
        return go("order", order_id=order_id, done="cancel")


def _add_transactions(house: House) -> None:
    @house.action("/orders/<order_id>/close", "close", roles=ACTING)
    def close(visit: Visit, order_id: str) -> Response:
        story = story_of(visit, order_id)
        problem = attempted(
            lambda: intervene.close_attention(
                visit.parts,
                visit.merchant_id,
                story.transaction.id,
                reason=field("reason"),
                user_id=visit.user_id,
            )
        )
        if problem is not None:
            return _confirmation(visit, order_id, "close.html", problem=problem)
        return go("order", order_id=order_id, done="close")

    @house.action("/orders/<order_id>/retry", "retry", roles=ACTING)
    def retry(visit: Visit, order_id: str) -> Response:
        story = story_of(visit, order_id)
        return _answer(
            visit,
            order_id,
            "retry",
            lambda: intervene.retry_refused(
                visit.parts,
                visit.merchant_id,
                story.transaction.id,
                user_id=visit.user_id,
            ),
        )

    @house.action("/orders/<order_id>/adopt", "adopt", roles=ACTING)
    def adopt(visit: Visit, order_id: str) -> Response:
        story = story_of(visit, order_id)
        return _answer(
            visit,
            order_id,
            "adopt",
            lambda: intervene.adopt(
                visit.parts,
                visit.merchant_id,
                story.transaction.id,
                provider_transaction_id=field("provider_transaction_id"),
                typed_number=field("number"),
                user_id=visit.user_id,
            ),
        )

    @house.action("/orders/<order_id>/register-again", "register_again", roles=ACTING)
    def register_again(visit: Visit, order_id: str) -> Response:
        story = story_of(visit, order_id)
        return _answer(
            visit,
            order_id,
            "register",
            lambda: intervene.register_again(
                visit.parts,
                visit.merchant_id,
                story.transaction.id,
                typed_number=field("number"),
                user_id=visit.user_id,
            ),
        )

    @house.action("/orders/<order_id>/register-old", "register_old", roles=ACTING)
    def register_old(visit: Visit, order_id: str) -> Response:
        story = story_of(visit, order_id)
        if field("number") != story.order.order_number:
            problem = explained("HUB-ACT-009")
            return order_page(visit, order_id, problem=problem, status=409)
        return _answer(
            visit,
            order_id,
            "release",
            lambda: intervene.release_order(
                visit.parts, visit.merchant_id, order_id, user_id=visit.user_id
            ),
        )


def _add_operations(house: House) -> None:
    @house.action(
        "/orders/<order_id>/operations/<operation_id>/send-again",
        "send_again",
        roles=ACTING,
    )
    def send_again(visit: Visit, order_id: str, operation_id: str) -> Response:
        story = story_of(visit, order_id)
        ledger = {moment.operation.id for moment in story.moments if moment.operation}
        if operation_id not in ledger:
            raise AbsentError
        return _answer(
            visit,
            order_id,
            "send",
            lambda: intervene.send_again(
                visit.parts, visit.merchant_id, operation_id, user_id=visit.user_id
            ),
        )


def _confirmation(
    visit: Visit, order_id: str, template: str, *, problem: Message | None = None
) -> Response:
    story = story_of(visit, order_id)
    return page(
        visit,
        template,
        status=409 if problem else 200,
        problem=problem,
        story=story,
        amount=amount_of(story),
        reason=field("reason"),
        matter=visit.say.first(
            f"reason.{story.attention_code}", f"reason.{story.known.state.value}"
        ),
    )


def _add_confirmations(house: House) -> None:
    @house.page("/orders/<order_id>/cancel", "confirm_cancel")
    def confirm_cancel(visit: Visit, order_id: str) -> Response:
        return _confirmation(visit, order_id, "cancel.html")

    @house.page("/orders/<order_id>/close", "confirm_close")
    def confirm_close(visit: Visit, order_id: str) -> Response:
        return _confirmation(visit, order_id, "close.html")
