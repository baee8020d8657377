"""`hub demo`: hub, sandbox and demo shop on this machine, ready to be clicked."""

import json
import os
import signal
import sys
import tempfile
import threading
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click
import requests

from hub import log
from hub.cli.demo_cast import HOST, LOGIN, Enrolled, Ports, free_ports, prepare
from hub.cli.processes import hub_children, in_child
from hub.clock import Clock, tokyo_date
from hub.config import Config
from hub.contract.secret import Secret
from hub.parts import read_config
from hub.supervisor import Child, Supervisor
from hub.web.serve import listen

ONCE_SECONDS = 60.0
START_SECONDS = 30.0
STOP_SECONDS = 5.0
TABLE_WIDTH = 110


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
    ports = Ports(hub=port, sandbox=sandbox_port, control=control_port, shop=shop_port)
    if not once:
        folder = read_config().data_dir / "demo" / str(shop_port)
        sys.exit(_run(folder, ports, _offset(today), play=False))
    with tempfile.TemporaryDirectory(prefix="hub-once-") as folder_name:
        sys.exit(_run(Path(folder_name), free_ports(), _offset(today), play=True))


def _run(folder: Path, ports: Ports, offset: timedelta, *, play: bool) -> int:
    for number in (ports.sandbox, ports.control, ports.shop):
        listen(HOST, number).close()
    listener = listen(HOST, ports.hub)
    config = _demo_config(folder, ports, offset)
    enrolled = Enrolled(**in_child(lambda: prepare(config, ports)))
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


def _demo_config(folder: Path, ports: Ports, offset: timedelta) -> Config:
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


def _sandbox(folder: Path, ports: Ports, clock: Clock) -> None:
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


def _shop(folder: Path, ports: Ports, clock: Clock, enrolled: Enrolled) -> None:
    from hub.demo.server import DemoShopSettings, run_demo_shop

    settings = DemoShopSettings(
        data_dir=folder / "shop",
        hook_url=enrolled.hook_url,
        hook_secret=Secret(enrolled.hook_secret),
        callback_secret=Secret(enrolled.callback_secret),
        tag_url=enrolled.tag_url,
    )
    run_demo_shop(settings, host=HOST, port=ports.shop, clock=clock)


def _greet(ports: Ports, enrolled: Enrolled) -> None:
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


def _play(ports: Ports, verdict: Path) -> None:
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


def _wait_until_all_answer(ports: Ports) -> None:
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


COMMANDS = (demo,)
