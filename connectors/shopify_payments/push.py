"""Tells Shopify how its requests stand; safe to repeat, the first end counts.

The schema has no query for a session (2026-10), so nothing is read before: the answer
to each mutation says how its session stands now.
"""

from connectors.shopify.api import Client
from hub.contract.asking import AskKind
from hub.contract.connector import Connection
from hub.contract.errors import (
    AskEndedError,
    CartGoneError,
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
)
from hub.contract.updates import CartUpdate, PushReceipt

from .answers import Answer, answer_of
from .paths import payments_path
from .queries import query
from .ways import Ways

# Beside it the shop may be asked for its domain: together no longer than its other app
# takes, for the lease of an update is the same.
TOTAL_SECONDS = 40.0

# The cart waits no longer, by its own clock; the denial of the hub's follows.
_LATE = "EXPIRED_PENDING_EXPIRES_AT"
# These speak of what was told, and not of the session.
_WRONG = {"OUT_OF_RANGE_PENDING_EXPIRES_AT", "UNSUPPORTED_PAYMENT_METHOD"}
_UNTIL = "authorizationExpiresAt"


def push(update: CartUpdate, connection: Connection) -> PushReceipt:
    """Tell how each request of an update stands, the payment before what follows it.

    Raises AskEndedError where Shopify knows a payment no more or ended it otherwise,
    CartUnavailableError where it is to be told again, else CartRefusedError.
    """
    path = payments_path(connection.settings)
    client = Client(connection, path=path, total_seconds=TOTAL_SECONDS)
    allowed = Ways(connection)
    ways: dict[str, str] = {}
    refusal: CartRefusedError | None = None
    for asked in sorted(update.asks, key=lambda one: one.kind is not AskKind.PAYMENT):
        answer = answer_of(asked, update, connection.now())
        if answer is None:
            continue
        try:
            way = allowed.on(_told(client, answer))
        except (CartGoneError, CartUnauthorizedError):
            raise
        except CartRefusedError as error:
            if asked.kind is AskKind.PAYMENT:
                # Without its payment there is nothing to capture or to give back.
                raise
            # No AskEndedError: that would say that the buyer has no order.
            refusal = refusal or CartRefusedError(str(error), code=error.code)
            continue
        if way:
            ways[asked.reference] = way
    if refusal is not None:
        raise refusal
    return PushReceipt(status=200, reference=update.reference, ways=ways)


def _told(client: Client, answer: Answer) -> object:
    """Send a mutation and return where the buyer goes on, None for nobody."""
    try:
        return _sent(client, answer)
    except AskEndedError:
        # The end of an authorization is refused where the money counts as taken at
        # once (a sale), and the body that said so is not at hand here.
        again = answer.without(_UNTIL)
        if again is None:
            raise
        return _sent(client, again)


def _sent(client: Client, answer: Answer) -> object:
    data = client.ask(query(answer.document), answer.variables)
    said = data.get("said")
    if not isinstance(said, dict):
        raise CartUnavailableError("the answer names no session")
    session = said.get("session")
    if _state(session) == answer.state:
        return _redirect(session)
    errors = said.get("userErrors")
    if not isinstance(errors, list) or not (errors or isinstance(session, dict)):
        raise CartUnavailableError("the answer does not say how the session stands")
    if not errors:
        # Accepted, and shown in a state that it only passes through.
        return _redirect(session)
    codes = {one.get("code") for one in errors if isinstance(one, dict)}
    if _LATE in codes:
        return None
    if codes & _WRONG:
        raise CartRefusedError(f"{answer.document} was refused", code="HUB-CART-422")
    raise AskEndedError(f"{answer.document}: the session is not waiting for it")


def _state(session: object) -> str:
    match session:
        case {"state": {"code": str(code)}}:
            return code
        case _:
            return ""


def _redirect(session: object) -> object:
    match session:
        case {"nextAction": {"context": {"redirectUrl": url}}}:
            return url
        case _:
            return None
