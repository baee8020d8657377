"""個人情報の依頼: what carts passed on of wishes about personal data, and outcomes."""

from dataclasses import dataclass
from typing import Any

from flask import Response

from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go
from hub.console.visit import OWNING, Visit
from hub.console.words import explained
from hub.flow import privacy
from hub.store import merchants, orders, privacy_requests
from hub.store.privacy_requests import StoredRequest
from hub.store.store import Scope
from hub.text.catalogue import Message

_TONES = {
    "new": "info",
    "ready": "wait",
    "kept": "info",
    "done": "ok",
    "passed_over": "quiet",
}
MOST_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An order whose persons are kept for now, and why."""

    order_id: str
    order_number: str
    reason: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One request as it is listed."""

    request: StoredRequest
    shop_name: str
    kept: tuple[Kept, ...]
    is_late: bool


def add_privacy(house: House) -> None:
    """Add the routes."""

    @house.page("/privacy", "privacy")
    def requests(visit: Visit) -> Response:
        lines = visit.store.read(lambda scope: _lines(scope, visit))
        return page(visit, "privacy.html", lines=lines, tones=_TONES)

    @house.action("/privacy/<request_id>/download", "privacy_download", roles=OWNING)
    def download(visit: Visit, request_id: str) -> Response:
        document = privacy.download(
            visit.parts, visit.merchant_id, request_id, user_id=visit.user_id
        )
        if document is None:
            raise AbsentError
        answer = Response(document, mimetype="application/json")
        answer.headers.set(
            "Content-Disposition", "attachment", filename="personal-data.json"
        )
        return answer

    @house.action("/privacy/<request_id>/close", "privacy_close", roles=OWNING)
    def close(visit: Visit, request_id: str) -> Response:
        is_closed = privacy.close_export(
            visit.parts, visit.merchant_id, request_id, user_id=visit.user_id
        )
        if not is_closed:
            raise AbsentError
        return go("privacy", done="privacy")


def _lines(scope: Scope, visit: Visit) -> list[Line]:
    now = visit.parts.clock.now()
    return [
        Line(
            request=request,
            shop_name=merchants.get_shop(scope, request.shop_id).name,
            kept=tuple(
                _kept(scope, one)
                for one in request.outcome.get("orders", ())[:MOST_KEPT]
            ),
            is_late=request.ended_at is None and now > request.due_at,
        )
        for request in privacy_requests.of_merchant(scope)
    ]


def _kept(scope: Scope, document: dict[str, Any]) -> Kept:
    order = orders.get(scope, document["order_id"])
    return Kept(
        order_id=document["order_id"],
        order_number=order.order_number if order else "",
        reason=explained(document["code"]),
    )
