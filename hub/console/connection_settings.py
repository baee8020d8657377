"""接続の設定: what a connector asks, as its manifest says; secrets are not shown."""

from collections.abc import Mapping

from flask import Response

from hub.console.order import connector_title
from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go
from hub.console.visit import OWNING, Visit, field
from hub.console.words import explained
from hub.flow.connection_settings import Editable, change_settings, editable
from hub.flow.enroll import EnrollError
from hub.registry import UnknownConnectorError
from hub.store import merchants
from hub.store.store import Scope
from hub.text.catalogue import Message

_LONGEST = 500
# The words of enrolment say that no shop was added.
_CODES = {"HUB-CONN-001": "HUB-CONN-005", "HUB-CONN-003": "HUB-CONN-005"}


def add_connection_settings(house: House) -> None:
    """Add the page and its form."""

    @house.page("/connections/<connection_id>/settings", "connection_settings")
    def settings(visit: Visit, connection_id: str) -> Response:
        found = _found(visit, connection_id)
        return _page(visit, found, found.connection.settings.values)

    @house.action(
        "/connections/<connection_id>/settings", "change_connection", roles=OWNING
    )
    def change(visit: Visit, connection_id: str) -> Response:
        found = _found(visit, connection_id)
        typed = {one.name: field(one.name, longest=_LONGEST) for one in found.fields}
        try:
            change_settings(
                visit.parts,
                visit.merchant_id,
                connection_id,
                typed,
                user_id=visit.user_id,
            )
        except EnrollError as error:
            problem = explained(_CODES.get(error.code, error.code))
            return _page(visit, found, typed, problem=problem)
        return go("connection_settings", connection_id=connection_id, done="connection")


def _found(visit: Visit, connection_id: str) -> Editable:
    try:
        found = visit.store.read(
            lambda scope: editable(scope, visit.parts, connection_id)
        )
    except UnknownConnectorError as error:
        raise AbsentError from error
    if found is None:
        raise AbsentError
    return found


def _page(
    visit: Visit,
    found: Editable,
    typed: Mapping[str, str],
    *,
    problem: Message | None = None,
) -> Response:
    connection = found.connection

    def read(scope: Scope) -> str:
        return merchants.get_shop(scope, connection.shop_id).name

    return page(
        visit,
        "connection_settings.html",
        status=422 if problem else 200,
        problem=problem,
        connection=connection,
        shop_name=visit.store.read(read),
        cart=connector_title(visit, connection.connector),
        fields=found.fields,
        typed=typed,
        longest=_LONGEST,
        is_ja=visit.language == "ja",
    )
