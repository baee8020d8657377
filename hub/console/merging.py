"""おまとめ(同梱): one order takes the goods of another, and lets them go again."""

from flask import Response

from hub.console.interventions import attempted
from hub.console.order import order_page
from hub.console.rooms import House, go
from hub.console.visit import ACTING, Visit, field
from hub.flow import merge


def add_merging(house: House) -> None:
    """Add the routes."""

    @house.action("/orders/<order_id>/merge", "merge", roles=ACTING)
    def merge_orders(visit: Visit, order_id: str) -> Response:
        other_number, reason = field("other"), field("reason")
        problem = attempted(
            lambda: merge.merge_orders(
                visit.parts,
                visit.merchant_id,
                order_id,
                other_number=other_number,
                reason=reason,
                user_id=visit.user_id,
            )
        )
        if problem is not None:
            return order_page(visit, order_id, problem=problem, status=409)
        return go("order", order_id=order_id, done="merge")

    @house.action("/orders/<order_id>/unmerge", "unmerge", roles=ACTING)
    def undo_merge(visit: Visit, order_id: str) -> Response:
        problem = attempted(
            lambda: merge.undo_merge(
                visit.parts, visit.merchant_id, order_id, user_id=visit.user_id
            )
        )
        if problem is not None:
            return order_page(visit, order_id, problem=problem, status=409)
        return go("order", order_id=order_id, done="unmerge")
