"""Login, logout, invitation, language and the switch between merchants."""

import re

from flask import Response, request, url_for

from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go, problem_page
from hub.console.visit import Visit, Visitor, field
from hub.console.words import language_of, own_message
from hub.flow.entrance import EntranceError

# Pages that a login may lead back to; anything else leads home (T-19).
_BACK = re.compile(
    r"/console/(transactions|deliveries|connections|install"
    r"|(orders|deliveries)/[0-9a-z]{26}|connections/[0-9a-z]{26}/setup)?"
)
_NOTES = frozenset({"again", "ended", "welcome"})


def add_doors(house: House) -> None:
    """Add the routes."""
    _add_login(house)
    _add_invitation(house)
    _add_session(house)


def _back(text: str) -> str:
    return text if _BACK.fullmatch(text) else url_for("console.home")


def _login_page(visitor: Visitor, *, word: str = "", status: int = 200) -> Response:
    note = request.args.get("note", "")
    return page(
        visitor,
        "login.html",
        status=status,
        problem=own_message(word) if word else None,
        note=note if note in _NOTES else "",
        login=field("login", longest=200),
        back=request.values.get("back", ""),
    )


def _add_login(house: House) -> None:
    @house.open_page("/login", "login")
    def login_page(visitor: Visitor) -> Response:
        return _login_page(visitor)

    @house.open_action("/login", "log_in")
    def log_in(visitor: Visitor) -> Response:
        try:
            token = house.entrance.log_in(
                login=field("login", longest=200),
                password=request.form.get("password", "")[:1000],
                address=request.remote_addr or "",
                language=visitor.language,
                old_token=house.cookies.session(request),
            )
        except EntranceError as error:
            status = 429 if error.word == "busy" else 403
            return _login_page(visitor, word=error.word, status=status)
        response = Response(status=303)
        response.headers["Location"] = _back(field("back"))
        house.cookies.set_session(response, token)
        return response


def _add_invitation(house: House) -> None:
    def invitation_page(
        visitor: Visitor, token: str, *, word: str = "", status: int = 200
    ) -> Response:
        found = house.entrance.invitation(token)
        if found is None:
            return problem_page(visitor, "invitation", status=404)
        invited, account = found
        return page(
            visitor,
            "invitation.html",
            status=status,
            problem=own_message(word) if word else None,
            invited=invited,
            has_account=account is not None,
            name=field("name", longest=60),
        )

    @house.open_page("/invitations/<token>", "invitation")
    def show(visitor: Visitor, token: str) -> Response:
        return invitation_page(visitor, token)

    @house.open_action("/invitations/<token>", "accept_invitation")
    def accept(visitor: Visitor, token: str) -> Response:
        name = field("name", longest=60)
        found = house.entrance.invitation(token)
        if found is not None and found[1] is None and not name:
            return invitation_page(visitor, token, word="input", status=422)
        try:
            house.entrance.accept(
                token,
                name=name,
                password=request.form.get("password", "")[:1000],
                address=request.remote_addr or "",
            )
        except LookupError:
            return problem_page(visitor, "invitation", status=404)
        except EntranceError as error:
            return invitation_page(visitor, token, word=error.word, status=422)
        return go("login", note="welcome")


def _add_session(house: House) -> None:
    def left() -> Response:
        response = go("login", note="ended")
        house.cookies.clear_session(response)
        return response

    @house.action("/logout", "log_out", roles=None)
    def log_out(visit: Visit) -> Response:
        house.entrance.log_out(visit.token)
        return left()

    @house.action("/logout-everywhere", "log_out_everywhere", roles=None)
    def log_out_everywhere(visit: Visit) -> Response:
        house.entrance.log_out_everywhere(visit.user_id)
        return left()

    @house.action("/merchant", "switch_merchant", roles=None)
    def switch_merchant(visit: Visit) -> Response:
        try:
            token = house.entrance.switch(visit.token, visit.session, field("merchant"))
        except LookupError as error:
            raise AbsentError from error
        response = go("home", done="merchant")
        house.cookies.set_session(response, token)
        return response

    @house.action("/language", "language", roles=None)
    def language(visit: Visit) -> Response:
        chosen = language_of(field("language"))
        house.entrance.set_language(visit.token, chosen)
        response = Response(status=303)
        response.headers["Location"] = _back(field("back"))
        house.cookies.set_language(response, chosen)
        return response

    @house.open_action("/login/language", "login_language")
    def login_language(_visitor: Visitor) -> Response:
        response = go("login")
        house.cookies.set_language(response, language_of(field("language")))
        return response
