"""Flask that answers 204 and does nothing else: what a webhook cannot be below."""

from flask import Flask, Response

app = Flask(__name__)


@app.post("/<path:path>")
def answer(path: str) -> Response:  # noqa: ARG001 - the route names it
    """Answer."""
    return Response(status=204)
