from datetime import timedelta

import pytest
from flask import Flask

from hub.store import accounts, invitations, sessions
from hub.store.accounts import MemberRole
from tests.console.people import HONEST, Person, logged_in
from tests.console.seed import CLERK, OWNER, PASSWORD, add_person
from tests.house import House

WRONG = "a wrong password 1"


def fresh(house: House, login: str) -> str:
    return add_person(house, login, "見本 門番", MemberRole.CLERK)


def test_nobody_gets_in_without_a_login(app: Flask) -> None:
    answer = Person(app).get("/console/transactions")
    assert answer.status_code == 303
    assert answer.location.startswith("/console/login")


def test_a_wrong_password_and_an_unknown_login_look_alike(app: Flask) -> None:
    answers = [Person(app).log_in(login, WRONG) for login in (CLERK, "no@example.jp")]
    first, second = (
        answer.text.replace(CLERK, "").replace("no@example.jp", "")
        for answer in answers
    )
    assert [answer.status_code for answer in answers] == [403, 403]
    assert _without_tokens(first) == _without_tokens(second)


def _without_tokens(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if 'name="csrf"' not in line)


def test_a_login_ends_the_session_before_it(app: Flask) -> None:
    person = logged_in(app, OWNER)
    old = person.cookie("hub_session")
    person.log_in(OWNER)
    assert person.cookie("hub_session") != old
    person.client.set_cookie("hub_session", old)
    assert person.get("/console/").status_code == 303


@pytest.mark.parametrize("path", ["/console/logout", "/console/logout-everywhere"])
def test_a_cookie_is_refused_after_logout(app: Flask, path: str) -> None:
    person = logged_in(app, OWNER)
    token = person.cookie("hub_session")
    person.post(path)
    person.client.set_cookie("hub_session", token)
    assert person.get("/console/").status_code == 303


def test_a_session_ends_after_half_an_hour_of_silence(app: Flask, house: House) -> None:
    person = logged_in(app, CLERK)
    house.move_real(minutes=31)
    assert person.get("/console/").status_code == 303


def test_a_session_ends_after_twelve_hours_of_work(app: Flask, house: House) -> None:
    person = logged_in(app, CLERK)
    for _ in range(29):
        house.move_real(minutes=25)
        if person.get("/console/").status_code != 200:
            break
    assert person.get("/console/").status_code == 303


def test_a_person_who_was_shut_out_is_out_at_once(app: Flask, house: House) -> None:
    user_id = fresh(house, "shut@example.jp")
    person = logged_in(app, "shut@example.jp")
    across = house.parts.store.across
    across.write(
        lambda scope: accounts.set_disabled(
            scope, user_id, disabled_at=house.clock.now()
        )
    )
    assert person.get("/console/").status_code == 303


def test_the_session_is_stored_as_a_hash_only(app: Flask, house: House) -> None:
    token = logged_in(app, CLERK).cookie("hub_session")
    assert sessions.token_hash(token) != token
    stored = house.parts.config.data_dir / "hub.sqlite"
    pages = stored.read_bytes() + stored.with_name("hub.sqlite-wal").read_bytes()
    assert sessions.token_hash(token).encode() in pages
    assert token.encode() not in pages


def test_t35_an_account_is_tried_ten_times_in_ten_minutes(
    app: Flask, house: House
) -> None:
    fresh(house, "tried@example.jp")
    for _ in range(10):
        assert Person(app).log_in("tried@example.jp", WRONG).status_code == 403
    assert Person(app).log_in("tried@example.jp", PASSWORD).status_code == 403
    house.move_real(minutes=11)
    assert Person(app).log_in("tried@example.jp", PASSWORD).status_code == 303


def test_t35_an_address_cannot_try_many_accounts(app: Flask) -> None:
    statuses = {
        Person(app).log_in(f"many{n}@example.jp", WRONG).status_code for n in range(31)
    }
    assert statuses == {403, 429}


def test_t19_a_login_leads_to_our_own_pages_only(app: Flask) -> None:
    good = Person(app).log_in(CLERK, back="/console/transactions")
    assert good.location == "/console/transactions"
    for back in (
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/console/%2f%2fevil",
        "/console/transactions\r\nX: 1",
        "/console/../hooks",
    ):
        assert Person(app).log_in(CLERK, back=back).location == "/console/"


def test_an_invitation_makes_an_account_once(app: Flask, house: House) -> None:
    token = invitations.invite(
        house.parts.store,
        house.merchant_id,
        login="New@Example.jp",
        role=MemberRole.CLERK,
        now=house.clock.now(),
    )
    path = f"/console/invitations/{token}"
    person = Person(app)
    assert "new@example.jp" in person.text(path)
    short = person.open_door(path, name="見本 新人", password="short")
    assert short.status_code == 422
    done = person.open_door(path, name="見本 新人", password="a long one, 405")
    assert done.status_code == 303
    assert person.get(path).status_code == 404
    assert person.log_in("new@example.jp", "a long one, 405").status_code == 303


def test_an_invitation_of_a_known_login_needs_its_password(
    app: Flask, house: House
) -> None:
    fresh(house, "known@example.jp")
    token = invitations.invite(
        house.parts.store,
        house.merchant_id,
        login="known@example.jp",
        role=MemberRole.OWNER,
        now=house.clock.now(),
    )
    path = f"/console/invitations/{token}"
    assert Person(app).open_door(path, password=WRONG).status_code == 422
    assert Person(app).open_door(path, password=PASSWORD).status_code == 303


def test_an_invitation_ends(app: Flask, house: House) -> None:
    token = invitations.invite(
        house.parts.store,
        house.merchant_id,
        login="late@example.jp",
        role=MemberRole.CLERK,
        now=house.clock.now() - timedelta(hours=73),
    )
    assert Person(app).get(f"/console/invitations/{token}").status_code == 404


def test_a_person_of_two_merchants_sees_one_at_a_time(
    app: Flask, house: House, other: House
) -> None:
    fresh(house, "both@example.jp")
    fresh(other, "both@example.jp")
    person = logged_in(app, "both@example.jp")
    person.post("/console/merchant", merchant=house.merchant_id)
    assert "1017" in person.text("/console/transactions")
    person.post("/console/merchant", merchant=other.merchant_id)
    text = person.text("/console/transactions")
    assert "9001" in text
    assert "1017" not in text


def test_nobody_switches_to_a_foreign_merchant(app: Flask, other: House) -> None:
    person = logged_in(app, CLERK)
    answer = person.post("/console/merchant", merchant=other.merchant_id)
    assert answer.status_code == 404


def test_https_gives_host_only_cookies(house: House) -> None:
    from dataclasses import replace

    from hub.app import create_app

    config = replace(house.parts.config, public_url="https://hub.example.jp")
    app = create_app(replace(house.parts, config=config))
    answer = app.test_client().get("/console/login", headers=HONEST)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-hub_visitor=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
