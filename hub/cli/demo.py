"""`hub demo`: hub, sandbox and demo shop on this machine, ready to be clicked."""

import json
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click
import requests

from hub import log
from hub.cli.installation import migrate_database
from hub.cli.processes import hub_children, in_child
from hub.clock import TOKYO, Clock, tokyo_date
from hub.config import Config
from hub.contract.secret import Secret
from hub.domain.policy import Mode
from hub.flow.enroll import enroll_merchant, enroll_shop
from hub.flow.passwords import hashed
from hub.parts import assemble, read_config
from hub.store import accounts
from hub.store.accounts import MemberRole
from hub.store.store import Across
from hub.supervisor import Child, Supervisor
from hub.web.serve import listen

HOST = "127.0.0.1"
LOGIN = "demo@example.jp"
# The sandbox's own merchant, known from its start (architecture 8).
SANDBOX_MERCHANT = ("atd000000001", "original00", "Example01")
ONCE_SECONDS = 60.0
START_SECONDS = 30.0
STOP_SECONDS = 5.0
TABLE_WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ports:
    hub: int
    sandbox: int
    control: int
    shop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Enrolled:
    """What the demo shop and the person are told; kept 0600 for the next start."""

    hook_url: str
    hook_secret: str
    callback_secret: str
    password: str


@click.command()
@click.option("--once", is_flag=True, help="Play one order, print its way, and end.")
@click.option("--port", default=8000, show_default=True, help="The hub's.")
@click.option("--sandbox-port", default=8001, show_default=True)
@click.option("--control-port", default=8002, show_default=True)
@click.option("--shop-port", default=8003, show_default=True)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Play on this business day, hub and sandbox alike.",
)
def demo(
    port: int,
    sandbox_port: int,
    control_port: int,
    shop_port: int,
    today: datetime | None,
    *,
    once: bool,
) -> None:
    """Start hub, sandbox and demo shop, and print their addresses."""
    ports = _Ports(hub=port, sandbox=sandbox_port, control=control_port, shop=shop_port)
    if not once:
        folder = read_config().data_dir / "demo" / str(shop_port)
        sys.exit(_run(folder, ports, _offset(today), play=False))
    with tempfile.TemporaryDirectory(prefix="hub-once-") as folder_name:
        sys.exit(_run(Path(folder_name), _free_ports(), _offset(today), play=True))


def _run(folder: Path, ports: _Ports, offset: timedelta, *, play: bool) -> int:
    for number in (ports.sandbox, ports.control, ports.shop):
        listen(HOST, number).close()
    listener = listen(HOST, ports.hub)
    config = _demo_config(folder, ports, offset)
    enrolled = _Enrolled(**in_child(lambda: _prepare(config, ports)))
    clock = Clock(offset)
    verdict = folder / "verdict.json"
    children = [
        *hub_children(config, listener, servers=1, worker_stop_seconds=STOP_SECONDS),
        Child(name="sandbox", run=lambda: _sandbox(folder, ports, clock)),
        Child(name="shop", run=lambda: _shop(folder, ports, clock, enrolled)),
    ]
    if play:
        children.append(Child(name="play", run=lambda: _play(ports, verdict)))
    else:
        children.append(Child(name="greeter", run=lambda: _greet(ports, enrolled)))
    code = Supervisor(children).run()
    if not play:
        return code
    if not verdict.exists():
        click.echo("the order was not played to its end", err=True)
        return 1
    return int(json.loads(verdict.read_text())["exit_code"])


def _demo_config(folder: Path, ports: _Ports, offset: timedelta) -> Config:
    folder.mkdir(parents=True, exist_ok=True)
    config = read_config()
    if "HUB_LOG_LEVEL" not in config.environment:
        # A newcomer looks for addresses, not for a log.
        log.configure(level="WARNING")
    return replace(
        config,
        data_dir=folder,
        database_url="",
        redis_url="",
        key_file=None,
        provider_url=f"http://{HOST}:{ports.sandbox}/api/",
        public_url=f"http://{HOST}:{ports.hub}",
        poll_profile="demo",
        business_offset=offset,
        callback_allow=frozenset({f"{HOST}:{ports.shop}"}),
    )


def _offset(today: datetime | None) -> timedelta:
    """Return what business time is moved by, whole days so that the hour stays."""
    if today is None:
        return timedelta()
    real_day: date = tokyo_date(Clock().now())
    return timedelta(days=(today.date() - real_day).days)


def _prepare(config: Config, ports: _Ports) -> dict[str, str]:
    migrate_database(config)
    kept = config.data_dir / "demo.json"
    if kept.exists():
        found: dict[str, str] = json.loads(kept.read_text("utf-8"))
        return found
    enrolled = asdict(_enroll(config, ports))
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(enrolled, file)
    return enrolled


def _enroll(config: Config, ports: _Ports) -> _Enrolled:
    parts = assemble(config)
    shop_code, link_id, password = SANDBOX_MERCHANT
    merchant_id = enroll_merchant(
        parts,
        name="見本茶舗",
        shop_code=shop_code,
        link_id=link_id,
        link_password=Secret(password),
    )
    new = enroll_shop(
        parts,
        merchant_id,
        name="見本茶舗 本店",
        connector="generic_webhook",
        settings={"callback_url": f"http://{HOST}:{ports.shop}/callbacks/atobarai"},
        mode=Mode.AUTOMATIC,
        cutover_at=datetime(2000, 1, 1, tzinfo=TOKYO),
    )
    console_password = secrets.token_urlsafe(12)
    now = parts.clock.now()

    def add_user(across: Across) -> None:
        user_id = accounts.add(
            across,
            login=LOGIN,
            name="見本 店長",
            password_hash=hashed(console_password),
            now=now,
        )
        accounts.join(
            across,
            merchant_id=merchant_id,
            user_id=user_id,
            role=MemberRole.OWNER,
            now=now,
        )

    parts.store.across.write(add_user)
    parts.store.close()
    return _Enrolled(
        hook_url=f"{config.public_url}/hooks/generic_webhook/{new.hook_key}",
        hook_secret=new.secrets["secret"].reveal(),
        callback_secret=new.secrets["callback_secret"].reveal(),
        password=console_password,
    )


def _sandbox(folder: Path, ports: _Ports, clock: Clock) -> None:
    from hub.sandbox.server import run_sandbox

    business = Clock(read=clock.business_now)
    run_sandbox(
        host=HOST,
        port=ports.sandbox,
        control_host=HOST,
        control_port=ports.control,
        data_dir=folder / "sandbox",
        clock=business,
    )


def _shop(folder: Path, ports: _Ports, clock: Clock, enrolled: _Enrolled) -> None:
    from hub.demo.server import DemoShopSettings, run_demo_shop

    settings = DemoShopSettings(
        data_dir=folder / "shop",
        hook_url=enrolled.hook_url,
        hook_secret=Secret(enrolled.hook_secret),
        callback_secret=Secret(enrolled.callback_secret),
    )
    run_demo_shop(settings, host=HOST, port=ports.shop, clock=clock)


def _greet(ports: _Ports, enrolled: _Enrolled) -> None:
    _wait_until_all_answer(ports)
    click.echo(
        "\n".join(
            (
                "",
                f"  お店(見本茶舗)      http://{HOST}:{ports.shop}/",
                f"  店長のページ        http://{HOST}:{ports.shop}/shopkeeper",
                f"  管理画面            http://{HOST}:{ports.hub}/console/",
                f"    ログイン          {LOGIN}  /  {enrolled.password}",
                f"  検証環境の机        http://{HOST}:{ports.control}/",
                "",
                "  止めるには Ctrl-C  (press Ctrl-C to stop)",
                "",
            )
        )
    )
    signal.pause()


def _play(ports: _Ports, verdict: Path) -> None:
    """Play the scripted order, write down how it went, and ask for the end."""
    from rich.console import Console

    from hub.demo.script import play_once, timeline_table

    supervisor = os.getppid()
    try:
        _wait_until_all_answer(ports)
        result = play_once(
            shop_url=f"http://{HOST}:{ports.shop}",
            sandbox_control_url=f"http://{HOST}:{ports.control}",
            console_url=f"http://{HOST}:{ports.hub}/console/",
            say=lambda text: click.echo(text, err=True),
            deadline_seconds=ONCE_SECONDS,
        )
        Console(width=TABLE_WIDTH).print(timeline_table(result))
        verdict.write_text(json.dumps({"exit_code": result.exit_code}))
    finally:
        os.kill(supervisor, signal.SIGTERM)
    signal.pause()


def _wait_until_all_answer(ports: _Ports) -> None:
    urls = (
        f"http://{HOST}:{ports.hub}/readyz",
        f"http://{HOST}:{ports.sandbox}/",
        f"http://{HOST}:{ports.shop}/",
    )
    deadline = time.monotonic() + START_SECONDS
    pause = threading.Event()
    for url in urls:
        while not _answers(url):
            if time.monotonic() > deadline:
                raise click.ClickException(f"{url} did not begin to answer")
            pause.wait(0.05)


def _answers(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=2).status_code == 200
        except requests.RequestException:
            return False


def _free_ports() -> _Ports:
    sockets = [socket.socket() for _ in range(4)]
    try:
        for one in sockets:
            one.bind((HOST, 0))
        numbers = [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
    return _Ports(
        hub=numbers[0], sandbox=numbers[1], control=numbers[2], shop=numbers[3]
    )


COMMANDS = (demo,)
