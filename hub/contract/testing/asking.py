"""What a connector must hold whose cart asks and waits for an answer."""

import json
from dataclasses import replace

from hub.contract.asking import AskKind, AskOutcome, AskStanding
from hub.contract.errors import PayloadError
from hub.contract.testing.hostile import hostile_bodies
from hub.contract.testing.subject import NonconformityError, Subject, need

WAITING_URL = "https://hub.example.jp/wait/mihon"
LARGEST_REPLY = 8192


def a_request_is_answered_at_once_and_the_same_again(subject: Subject) -> None:
    """Hear each request twice; a payment's buyer must be sent where he waits."""
    ask = subject.connector.ask
    if ask is None:
        return
    need(bool(subject.asked()), "fixtures/ has no request of a cart that waits")
    for specimen in subject.asked():
        is_payment = specimen.ask is AskKind.PAYMENT
        url = WAITING_URL if is_payment else ""
        first, again = (
            ask.reply(specimen.heard(subject.connector), url) for _ in range(2)
        )
        need(first == again, f"{specimen.name}: answered twice, two answers")
        need(200 <= first.status < 300, f"{specimen.name}: {first.status} is no 2xx")
        need(len(first.body) < LARGEST_REPLY, f"{specimen.name}: a long answer")
        is_sent = not is_payment or WAITING_URL in json.loads(first.body).values()
        need(is_sent, f"{specimen.name}: the buyer is not sent anywhere")


def a_request_has_one_name_and_one_order(subject: Subject) -> None:
    """Look at what is heard: shop, reference, order number and kind."""
    for specimen in subject.asked():
        heard = specimen.heard(subject.connector)
        names = (heard.shop_key, heard.reference, heard.order_number)
        need(all(names), f"{specimen.name}: a name is missing in {names}")
        is_one = heard.delivery.dedupe_key == heard.reference
        need(is_one, f"{specimen.name}: the key of a request is not its reference")
        need(heard.delivery.topic == specimen.ask, f"{specimen.name}: another topic")


def a_hostile_request_is_refused_before_it_is_kept(subject: Subject) -> None:
    """Send the corpus of hostile bodies as each kind of request."""
    kinds = {one.ask: one for one in subject.asked()}
    for specimen in kinds.values():
        for name, body in hostile_bodies().items():
            request = replace(specimen.request, body=body)
            try:
                replace(specimen, request=request).heard(subject.connector)
            except PayloadError:
                continue
            except Exception as error:
                kind = type(error).__name__
                raise NonconformityError(f"{name!r}: hear raised {kind}") from error
            raise NonconformityError(f"{specimen.ask}: {name!r} is heard")


def standings(subject: Subject) -> tuple[AskStanding, ...]:
    """Return the first payment of the fixtures as granted, () for no such cart."""
    payments = [one for one in subject.asked() if one.ask is AskKind.PAYMENT]
    return tuple(
        AskStanding(
            reference=one.heard(subject.connector).reference,
            kind=AskKind.PAYMENT,
            outcome=AskOutcome.GRANTED,
        )
        for one in payments[:1]
    )
