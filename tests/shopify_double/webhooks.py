"""Webhooks as Shopify delivers them: signed, eight retries, then the end."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.shopify_double.signing import webhook_hmac

if TYPE_CHECKING:
    from tests.shopify_double.world import Shop, Subscription, World

ANSWER_SECONDS = 5.0
RETRIES = 8
SENDERS = 3


@dataclass
class Sent:
    """One delivery, and what it was answered, attempt by attempt."""

    topic: str
    shop: str
    uri: str
    body: bytes
    headers: dict[str, str]
    answers: list[int] = field(default_factory=list)
    subscription: Subscription | None = None
    due_at: float = 0.0

    @property
    def is_taken(self) -> bool:
        return bool(self.answers) and 200 <= self.answers[-1] < 300

    def sent_to(self, uri: str) -> Sent:
        """Return the same bytes and headers for another address."""
        return Sent(self.topic, self.shop, uri, self.body, dict(self.headers))


class Webhooks:
    """The sender: a few threads, retries whose waits are compressed."""

    def __init__(self, world: World, *, retry_seconds: float = 0.05) -> None:
        self._world = world
        self.retry_seconds = retry_seconds
        self.sent: list[Sent] = []
        self._waiting: deque[Sent] = deque()
        self._underway = 0
        self._changed = threading.Condition()
        self._is_open = True
        self._threads = [
            threading.Thread(target=self._work, daemon=True) for _ in range(SENDERS)
        ]
        for thread in self._threads:
            thread.start()

    def emit(self, shop: Shop, topic: str, document: Any) -> None:
        """Queue one delivery per subscription of the topic."""
        if not (shop.sends_webhooks and shop.is_installed):
            return
        wanted = topic.upper().replace("/", "_")
        event = str(uuid4())
        for subscription in list(shop.subscriptions):
            if subscription.topic == wanted:
                chosen = _chosen(document, subscription.include_fields)
                self.send(shop, topic, chosen, subscription.uri, event, subscription)

    def emit_to_app(self, shop: Shop, topic: str, document: Any) -> None:
        """Queue a compliance topic for the app's own address."""
        self.send(shop, topic, document, self._world.app.compliance_url, str(uuid4()))

    def send(
        self,
        shop: Shop,
        topic: str,
        document: Any,
        uri: str,
        event: str,
        subscription: Subscription | None = None,
    ) -> None:
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = self.headers(shop.domain, topic, body) | {"X-Shopify-Event-Id": event}
        if subscription is not None and subscription.name:
            headers["X-Shopify-Name"] = subscription.name
        delivery = Sent(topic, shop.domain, uri, body, headers)
        delivery.subscription = subscription
        with self._changed:
            self.sent.append(delivery)
            self._waiting.append(delivery)
            self._changed.notify()

    def headers(self, shop: str, topic: str, body: bytes) -> dict[str, str]:
        """Return every header of a delivery; the signature covers the body alone."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": webhook_hmac(self._world.app.webhook_secret, body),
            "X-Shopify-Shop-Domain": shop,
            "X-Shopify-API-Version": self._world.app.answers_version,
            "X-Shopify-Webhook-Id": str(uuid4()),
            "X-Shopify-Event-Id": str(uuid4()),
            "X-Shopify-Triggered-At": self._world.now().strftime(
                "%Y-%m-%dT%H:%M:%S.%f000Z"
            ),
        }

    def again(self, delivery: Sent) -> None:
        """Deliver a delivery once more, as at-least-once does."""
        with self._changed:
            copy = Sent(
                delivery.topic,
                delivery.shop,
                delivery.uri,
                delivery.body,
                dict(delivery.headers),
            )
            self.sent.append(copy)
            self._waiting.append(copy)
            self._changed.notify()

    def settle(self, seconds: float = 20.0) -> None:
        """Wait until every delivery was taken or given up."""
        with self._changed:
            done = self._changed.wait_for(
                lambda: not self._waiting and not self._underway, timeout=seconds
            )
        if not done:
            raise TimeoutError("webhooks are still waiting")

    def close(self) -> None:
        with self._changed:
            self._is_open = False
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(ANSWER_SECONDS + 1)

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            status = _posted(delivery)
            delivery.answers.append(status)
            self._judge(delivery)
            with self._changed:
                self._underway -= 1
                self._changed.notify_all()

    def _next(self) -> Sent | None:
        with self._changed:
            while self._is_open:
                for delivery in list(self._waiting):
                    if delivery.due_at <= time.monotonic():
                        self._waiting.remove(delivery)
                        self._underway += 1
                        return delivery
                wait = min((one.due_at for one in self._waiting), default=None)
                self._changed.wait(
                    None if wait is None else max(wait - time.monotonic(), 0.001)
                )
        return None

    def _judge(self, delivery: Sent) -> None:
        subscription = delivery.subscription
        if delivery.is_taken:
            if subscription is not None:
                subscription.failures = 0
            return
        if len(delivery.answers) <= RETRIES:
            with self._changed:
                delivery.due_at = time.monotonic() + self.retry_seconds
                self._waiting.append(delivery)
        if subscription is None:
            return
        with self._world.lock:
            subscription.failures += 1
            if subscription.failures >= RETRIES:
                shop = self._world.shops[delivery.shop]
                shop.subscriptions = [
                    one for one in shop.subscriptions if one is not subscription
                ]


def _posted(delivery: Sent) -> int:
    """Return the status; 0 where no whole answer came in time."""
    address = urlsplit(delivery.uri)
    kind = (
        http.client.HTTPSConnection
        if address.scheme == "https"
        else http.client.HTTPConnection
    )
    connection = kind(address.hostname or "", address.port, timeout=ANSWER_SECONDS)
    try:
        path = address.path or "/"
        if address.query:
            path += f"?{address.query}"
        connection.request("POST", path, body=delivery.body, headers=delivery.headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return answer.status
    finally:
        connection.close()


def _chosen(document: Any, fields: list[str]) -> Any:
    if not fields:
        return document
    return {name: document[name] for name in fields if name in document}
