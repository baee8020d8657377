"""Passwords of people: argon2id, the same work for known and unknown logins (T-35)."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LEAST_LENGTH = 12
MOST_LENGTH = 200
_LEAST_DIFFERENT = 5
_LEAST_NAME = 4
# OWASP's first choice for argon2id: 19 MiB, twice, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# A flood of logins must not take the memory of the webhooks.
_turn = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """Return the hash to store."""
    with _turn:
        return _hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed."""
    with _turn:
        try:
            return _hasher.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False


def pretend(password: str) -> None:
    """Do the work of a comparison for an account that does not exist."""
    matches(_nobody(), password)


@cache
def _nobody() -> str:
    return _hasher.hash("a password that nobody has")


def weakness(password: str, *, login: str) -> str:
    """Return why a password may not be chosen, as a word of the console, or ""."""
    if len(password) < LEAST_LENGTH:
        return "short"
    if len(password) > MOST_LENGTH:
        return "long"
    if len(set(password)) < _LEAST_DIFFERENT:
        return "plain"
    name, _, _ = login.partition("@")
    holds_login = len(name) >= _LEAST_NAME and name.casefold() in password.casefold()
    return "login" if holds_login else ""
