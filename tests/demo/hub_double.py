"""A tiny hub on a real socket: takes signed webhooks, pushes signed answers."""

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

HOOK_KEY = b"hook-key-of-the-tests-32-bytes!!"
CALLBACK_KEY = b"callback-key-of-the-tests-32-b!!"


def whsec(key):
    return "whsec_" + base64.b64encode(key).decode()


def sign(key, webhook_id, timestamp, body):
    content = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


class Received:
    def __init__(self, headers, body):
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        self.content = json.loads(body)

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def is_proven(self):
        expected = sign(HOOK_KEY, self.id, self.headers["webhook-timestamp"], self.body)
        return self.headers["webhook-signature"] == expected


class HubDouble:
    """Answers with `answers` in turn, then 202."""

    def __init__(self):
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.react = lambda received: None
        self.transactions: list[dict[str, object]] = []
        double = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                double.received.append(Received(self.headers, body))
                self.send_response(double.answers.pop(0) if double.answers else 202)
                self.send_header("content-length", "0")
                self.end_headers()
                double.react(double.received[-1])

            def do_GET(self):
                body = json.dumps({"transactions": double.transactions}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.url = f"{self.address}/hooks/generic_webhook/k"

    def __enter__(self):
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def wait_for(self, number, seconds=60.0):
        deadline = time.monotonic() + seconds
        while len(self.received) < number:
            assert time.monotonic() < deadline, f"only {len(self.received)} received"
            time.sleep(0.01)
        return self.received[:number]


STATES = {
    "screening.pending": ("SCREENING", "審査中", "no"),
    "screening.hold": ("ON_HOLD", "保留", "no"),
    "screening.ok": ("AUTHORIZED", "審査OK", "yes"),
    "screening.ng": ("DECLINED", "審査NG", "no"),
    "shipping.accepted": ("SHIPMENT_REPORTED", "出荷報告済み", "no"),
    "transaction.cancelled": ("CANCELLED", "取消済み", "no"),
    "attention.required": ("UNCLEAR", "結果不明", "check"),
}


def update(kind, number, sequence, *, issue_on=None, reasons=()):
    state, label, may_ship = STATES[kind]
    return {
        "type": kind,
        "id": f"upd_{number}_{sequence}",
        "sequence": sequence,
        "occurred_at": "2026-11-25T03:00:00Z",
        "order": {"number": number},
        "transaction": {
            "state": state,
            "state_label": label,
            "provider_transaction_id": "X0000000001",
            "reasons": list(reasons),
        },
        "may_ship": may_ship,
        "invoice": issue_on and {"expected_issue_on": issue_on, "evidence": "computed"},
        "shipment": None,
        "message": {"code": "HUB-SCREEN-001", "ja": "", "en": ""},
    }


def push(shop_url, content, *, key=CALLBACK_KEY, webhook_id=None, moment=None):
    body = json.dumps(content, ensure_ascii=False).encode()
    webhook_id = webhook_id or content["id"]
    timestamp = str(int((moment or datetime.now(UTC)).timestamp()))
    return requests.post(
        shop_url + "/callbacks/atobarai",
        data=body,
        headers={
            "content-type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": sign(key, webhook_id, timestamp, body),
        },
        timeout=60,
    )
