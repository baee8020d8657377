"""One order played end to end over real HTTP, checked at each step."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from rich.markup import escape
from rich.table import Table

from .pages_by_hand import PageError, Visitor

LOOK_SECONDS = 0.1
SKU, QUANTITY = "TEA-01", 2
AMOUNT = 1_620 * QUANTITY + 550 + 330  # goods, shipping, fee

Say = Callable[[str], None]


class StepFailedError(Exception):
    """A step came out differently; the text says what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceStep:
    """One step of the play: since the start, by itself, and what was seen."""

    name: str
    started_seconds: float
    seconds: float
    is_ok: bool
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceResult:
    """The whole play."""

    steps: tuple[OnceStep, ...]
    order_number: str

    @property
    def is_ok(self) -> bool:
        """Tell whether every step came out as expected."""
        return bool(self.steps) and all(step.is_ok for step in self.steps)

    @property
    def exit_code(self) -> int:
        """Return 0 when every step came out as expected."""
        return 0 if self.is_ok else 1


def play_once(
    *,
    shop_url: str,
    sandbox_control_url: str,
    console_url: str | None,
    say: Say,
    deadline_seconds: float,
) -> OnceResult:
    """Play one order; the play ends at the first step that differs."""
    with Visitor(shop_url) as visitor:
        play = _Play(
            visitor,
            control_url=sandbox_control_url.rstrip("/"),
            deadline=time.monotonic() + deadline_seconds,
        )
        script: list[tuple[str, Callable[[], str]]] = [
            ("お店で商品をかごに入れる", play.fill_cart),
            ("後払いで注文する", play.place_order),
            ("審査OKがお店に届く", play.wait_for_authorization),
            ("店長が「出荷する」を押す", play.ship),
            ("出荷報告済みと発行予定日が届く", play.wait_for_report),
            ("決済会社の台帳と突き合わせる", play.check_ledger),
        ]
        if console_url:
            script.append(
                ("管理画面が開く", lambda: _console_opens(visitor, console_url))
            )
        steps = _perform(script, say)
        return OnceResult(steps=steps, order_number=play.number)


def timeline_table(result: OnceResult) -> Table:
    """Return the play as a table for a terminal."""
    table = Table(title=f"注文 {result.order_number or '—'} の道のり")
    table.add_column("経過", justify="right")
    table.add_column("所要", justify="right")
    table.add_column("手順")
    table.add_column("結果")
    table.add_column("見えたもの", overflow="fold")
    for step in result.steps:
        table.add_row(
            f"{step.started_seconds:.2f}秒",
            f"{step.seconds:.2f}秒",
            step.name,
            "[green]OK[/]" if step.is_ok else "[bold red]相違[/]",
            escape(step.seen),
        )
    return table


def _perform(
    script: list[tuple[str, Callable[[], str]]], say: Say
) -> tuple[OnceStep, ...]:
    start = time.monotonic()
    steps: list[OnceStep] = []
    for name, act in script:
        began = time.monotonic()
        try:
            seen, is_ok = act(), True
        except (StepFailedError, PageError, requests.RequestException) as error:
            seen, is_ok = f"{type(error).__name__}: {error}", False
        steps.append(
            OnceStep(
                name=name,
                started_seconds=began - start,
                seconds=time.monotonic() - began,
                is_ok=is_ok,
                seen=seen,
            )
        )
        say(f"{'✓' if is_ok else '✗'} {name}: {seen}")
        if not is_ok:
            break
    return tuple(steps)


class _Play:
    """What the steps learn from one another."""

    def __init__(self, visitor: Visitor, *, control_url: str, deadline: float) -> None:
        self._visitor = visitor
        self._control_url = control_url
        self._deadline = deadline
        self._order_path = ""
        self._tracking_number = ""
        self._progress: dict[str, Any] = {}
        self.number = ""

    def fill_cart(self) -> str:
        front = self._visitor.open("/")
        wanted = {"sku": SKU, "quantity": str(QUANTITY)}
        self._visitor.submit(front, "/cart/add", wanted)
        return f"{SKU} × {QUANTITY}"

    def place_order(self) -> str:
        form = self._visitor.open("/checkout?sample=ok")
        page = self._visitor.submit(form, "/checkout", {"consent": "1"})
        path = urlsplit(page.url).path
        if not path.endswith("/completed"):
            raise StepFailedError(f"the shop showed {path}, not the completed page")
        self._order_path = path.removesuffix("/completed")
        self._look()
        self.number = self._progress["number"]
        _expect("the shop's total", self._progress["total"], AMOUNT)
        return f"{self.number} {AMOUNT:,}円"

    def wait_for_authorization(self) -> str:
        self._wait_for("authorized")
        _expect("may_ship", self._progress["may_ship"], "yes")
        page = self._visitor.open(self._order_path)
        if "審査OK" not in page.text:
            raise StepFailedError("the order page does not say 審査OK")
        return f"審査OK お問合せ番号 {self._progress['provider_transaction_id']}"

    def ship(self) -> str:
        page = self._visitor.open(f"/shopkeeper/{self.number}")
        _, fields = page.form("/ship")
        self._tracking_number = fields["tracking_number"]
        self._visitor.submit(page, "/ship", {})
        return f"{fields['carrier']} {self._tracking_number}"

    def wait_for_report(self) -> str:
        self._wait_for("shipped")
        issue_on = self._progress["expected_issue_on"]
        if not issue_on:
            raise StepFailedError("no expected issue date was pushed")
        _expect("evidence", self._progress["evidence"], "computed")
        page = self._visitor.open(self._order_path)
        for words in ("出荷報告済み", "発行予定日"):
            if words not in page.text:
                raise StepFailedError(f"the order page does not say {words}")
        return f"出荷報告済み 請求書 発行予定日 {issue_on}"

    def check_ledger(self) -> str:
        where = f"{self._control_url}/sandbox/ledger?shop_order_id={self.number}"
        found = self._visitor.read(where)["transactions"]
        _expect("transactions of the order", len(found), 1)
        one = found[0]
        _expect("billed amount", one["billed_amount"], AMOUNT)
        _expect("state", one["state"], "SHIPPED")
        _expect("tracking number", one["tracking_number"], self._tracking_number)
        pushed = self._progress["provider_transaction_id"]
        _expect("transaction id", pushed, one["transaction_id"])
        issue_on = self._progress["expected_issue_on"]
        _expect("expected issue date", issue_on, one["issue_on"])
        return f"取引1件 {one['transaction_id']} {AMOUNT:,}円 SHIPPED"

    def _look(self) -> None:
        self._progress = self._visitor.read(f"{self._order_path}/progress.json")

    def _wait_for(self, stage: str) -> None:
        while True:
            self._look()
            now_at = self._progress["stage"]
            if now_at == stage:
                return
            if now_at in ("declined", "cancelled"):
                raise StepFailedError(f"the order is {now_at}, expected {stage}")
            if time.monotonic() >= self._deadline:
                raise StepFailedError(
                    f"still {now_at} ({self._progress['state'] or 'no word yet'}) at"
                    f" the deadline, expected {stage}"
                )
            time.sleep(LOOK_SECONDS)


def _expect(what: str, seen: object, wanted: object) -> None:
    if seen != wanted:
        raise StepFailedError(f"{what} is {seen}, expected {wanted}")


def _console_opens(visitor: Visitor, console_url: str) -> str:
    visitor.look_at(console_url)
    return console_url
