"""A person in a browser without a browser: cookies, tokens and honest headers."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from hub.console.visit import csrf_token
from tests.console.seed import PASSWORD

ORIGIN = "http://localhost"
HONEST = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


class Person:
    """A client of the console's application."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def cookie(self, name: str) -> str:
        found = self.client.get_cookie(name)
        return found.value if found else ""

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def token(self, path: str) -> str:
        secret = self.cookie("hub_session") or self.cookie("hub_visitor")
        return csrf_token(secret, path)

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(
            path, data={"csrf": self.token(path), **fields}, headers=HONEST
        )

    def open_door(self, path: str, **fields: Any) -> TestResponse:
        """Send a form that belongs to nobody's session yet."""
        self.get("/console/login")
        token = csrf_token(self.cookie("hub_visitor"), path)
        return self.client.post(path, data={"csrf": token, **fields}, headers=HONEST)

    def log_in(
        self, login: str, password: str = PASSWORD, **fields: Any
    ) -> TestResponse:
        return self.open_door(
            "/console/login", login=login, password=password, **fields
        )


def logged_in(app: Flask, login: str) -> Person:
    """Return a person who is inside."""
    person = Person(app)
    assert person.log_in(login).status_code == 303
    return person
