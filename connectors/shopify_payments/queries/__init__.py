"""The documents of the Payments Apps API, each valid by its schema (a test sees to it).

Every mutation is called `said` and its session `session`, so that all are read alike.
"""

from functools import cache
from importlib import resources

_SPREAD = "...PaymentSession"


@cache
def query(name: str) -> str:
    """Return the document of a file with the fragment of a payment where it spreads."""
    text = _text(name)
    return text + _text("payment_session") if _SPREAD in text else text


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(f"{name}.graphql").read_text("utf-8")
