"""A toucan whose buyers wait: it asks, and its shop installed the app here."""

import json
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient

from hub.contract.asking import Ask, Asked, AskKind, Reply
from hub.contract.connector import Connector, Settings
from hub.contract.credentials import Credentials
from hub.contract.errors import PayloadError
from hub.contract.inbound import InboundRequest
from hub.contract.json_body import read_json
from hub.contract.proof import Delivery, signed
from hub.registry import Registry
from hub.store import installations
from hub.store.store import Across
from tests.flow import toucan
from tests.flow.toucans import NOON, signature, toucan_house
from tests.house import House, same_parts

SHOP = "jungle"


def _hear(request: InboundRequest, kind: AskKind, settings: Settings) -> Asked:
    toucan.verify(request, settings)
    asked = read_json(request.body)
    if not isinstance(asked, dict) or not isinstance(asked.get("gid"), str):
        raise PayloadError("no id", fields={"gid": "必須です。 / Required."})
    gid = asked["gid"]
    return Asked(
        shop_key=asked["shop"],
        delivery=signed(request, topic=kind.value, dedupe_key=f"{kind.value}:{gid}"),
        reference=gid,
        order_number=asked["number"],
    )


def _reply(asked: Asked, waiting_url: str) -> Reply:
    told = {"asked": asked.reference, "redirect_url": waiting_url}
    return Reply(status=200 if waiting_url else 201, body=json.dumps(told).encode())


def _translate(delivery: Delivery, settings: Settings) -> Any:
    if delivery.topic == AskKind.CAPTURE.value:
        return ()
    return toucan.translate(delivery, settings)


connector: Connector = replace(
    toucan.connector, ask=Ask(hear=_hear, reply=_reply), translate=_translate
)


def asking_house(house: House) -> House:
    """Return the house with a toucan that asks, installed and claimed."""
    opened = toucan_house(house)
    known = {**opened.parts.registry.connectors, "toucan": connector}
    opened = replace(same_parts(opened, registry=Registry(connectors=known)))
    now = opened.clock.now()

    def work(across: Across) -> None:
        token = installations.put_pending(
            across,
            connector="toucan",
            shop_key=SHOP,
            title="Jungle",
            settings={},
            given=Credentials(values={}),
            now=now,
        )
        found = installations.pending(across, token, now=now)
        assert found is not None
        installations.claimed(
            across,
            found.id,
            merchant_id=opened.merchant_id,
            connection_id=opened.connection_id,
        )

    opened.parts.store.across.write(work)
    return opened


def payment(number: str = "A-1001", *, shop: str = SHOP, **changes: Any) -> bytes:
    """Return the request of a payment; its order is the toucan's usual one."""
    asked = {
        "gid": f"gid://toucan/Payment/{number}",
        "shop": shop,
        "number": number,
        "says": "placed",
        "at": NOON,
        "fields": {"number": number, "reference": f"gid://toucan/Payment/{number}"},
    }
    return json.dumps({**asked, **changes}).encode()


def capture(number: str = "A-1001") -> bytes:
    """Return the request of a capture."""
    return payment(number, gid=f"gid://toucan/Capture/{number}")


def proven(body: bytes) -> dict[str, str]:
    """Return the headers with which the toucan proves a body."""
    return {"Content-Type": "application/json", "X-Toucan": signature(body)}


def begun(client: FlaskClient, number: str = "A-1001") -> str:
    """Let a buyer pay for an order; returns the path of the page where she waits."""
    body = payment(number)
    answer = client.post("/asks/toucan/payment", data=body, headers=proven(body))
    url: str = json.loads(answer.data)["redirect_url"]
    return url[url.index("/wait/") :]
