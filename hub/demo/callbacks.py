"""Where the hub's push-backs come in."""

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from hub import log
from hub.clock import Clock
from hub.contract.secret import Secret

from . import signatures, wire
from .book import Book

ADDRESS = "/callbacks/atobarai"
LONGEST_BODY = 65_536

logger = log.get("demo")


def blueprint(book: Book, secret: Secret, clock: Clock) -> Blueprint:
    """Return the address, bound to the shop's book and the hub's secret."""
    signatures.key_bytes(secret)
    door = Blueprint("callbacks", __name__)

    @door.post(ADDRESS)
    def receive() -> tuple[Response, int]:
        if (request.content_length or 0) > LONGEST_BODY:
            return jsonify(result="too long"), 413
        body, now = request.get_data(), clock.now()
        try:
            webhook_id = signatures.check(
                secret, dict(request.headers), body=body, now=now
            )
        except signatures.SignatureRefusedError as error:
            logger.warning("callback_refused", reason=str(error))
            return jsonify(result="signature refused"), 401
        if wire.is_ping(body):
            return jsonify(result="pong"), 200
        try:
            news = wire.read_callback(body)
        except wire.CallbackUnreadableError as error:
            logger.warning("callback_unreadable", reason=str(error))
            return jsonify(result="unreadable"), 422
        reception = book.receive(news, webhook_id=webhook_id, body=body, now=now)
        return jsonify(result=str(reception)), 200

    return door
