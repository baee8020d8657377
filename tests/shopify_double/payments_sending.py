"""How Shopify starts a session at the app, and the operator's proxy in between."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.shopify_double.world import API_VERSION

if TYPE_CHECKING:
    from tests.shopify_double.payments import Session

VERIFIED = "X-Hub-Client-Verified"
ANSWER_SECONDS = 20.0
# Shopify's own goes from five seconds to four hours in 18 tries.
LADDER = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32)


@dataclass(frozen=True)
class Answer:
    """What the app answered; status 0 where no whole answer came in time."""

    status: int
    body: bytes = b""

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body or b"{}")
        return found


class Proxy:
    """Ends Shopify's mTLS and tells the hub so, as nobody else can."""

    def __init__(self) -> None:
        self.token = "px_d0000000000000000000000000000001"

    def passed_on(self, headers: dict[str, str], *, is_shopify: bool) -> dict[str, str]:
        """Return the headers that the hub sees."""
        own = VERIFIED.casefold()
        kept = {
            name: one
            for name, one in headers.items()
            # Servers read an underscore as a hyphen.
            if name.casefold().replace("_", "-") != own
        }
        return kept | ({VERIFIED: self.token} if is_shopify else {})


class Starting:
    """Posts sessions to the app's addresses, as the Partner dashboard has them."""

    def __init__(self) -> None:
        self.proxy = Proxy()
        self.addresses: dict[str, str] = {}
        self.ladder: tuple[float, ...] = LADDER

    def listens_at(self, base: str) -> None:
        """Enter the addresses of a hub, like https://hub.example.jp/asks/<slug>."""
        kinds = ("payment", "capture", "refund", "void")
        self.addresses = {kind: f"{base}/{kind}" for kind in kinds}

    def start(self, session: Session, *, copies: int = 1) -> None:
        """Post a session until it is taken; the copies go at the same moment."""
        with ThreadPoolExecutor(copies) as pool:
            sent = [pool.submit(self._until_taken, session) for _ in range(copies)]
        for one in sent:
            session.answers += one.result()

    def _until_taken(self, session: Session) -> list[Answer]:
        answers = [self.post(session)]
        for seconds in self.ladder:
            if answers[-1].is_taken:
                break
            time.sleep(seconds)
            answers.append(self.post(session))
        return answers

    def post(
        self, session: Session, *, is_shopify: bool = True, **headers: str
    ) -> Answer:
        """Post it once; with other headers, or by somebody who is not Shopify."""
        told = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify Inc.",
            "Shopify-Shop-Domain": session.shop,
            "Shopify-Request-Id": str(uuid4()),
            "Shopify-Api-Version": API_VERSION,
        }
        told |= {name.replace("_", "-"): one for name, one in headers.items()}
        seen = self.proxy.passed_on(told, is_shopify=is_shopify)
        raw = json.dumps(session.body, ensure_ascii=False).encode()
        return self.post_raw(session.kind, raw, seen)

    def post_raw(self, kind: str, raw: bytes, headers: dict[str, str]) -> Answer:
        """Post bytes past the proxy."""
        place = urlsplit(self.addresses[kind])
        connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=ANSWER_SECONDS
        )
        try:
            connection.request("POST", place.path, body=raw, headers=headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()
