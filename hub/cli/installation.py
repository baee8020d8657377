"""The processes of an installation: `hub start`, and its parts one by one."""

import os
import sys
from pathlib import Path

import click

from hub.cli.processes import (
    hub_children,
    in_child,
    serve_hub,
    sweep_hub,
    work_lane,
    work_together,
)
from hub.clock import Clock
from hub.config import Config
from hub.parts import assemble, read_config
from hub.queue import Lane
from hub.store.schema import migrate as migrate_schema
from hub.supervisor import Supervisor
from hub.web.serve import listen, port_of

_HOST = click.option("--host", default="127.0.0.1", show_default=True)


def migrate_database(config: Config) -> bool:
    """Bring the database to the newest schema and see that it is durable."""
    parts = assemble(config)
    try:
        migrate_schema(parts.store.engine)
        parts.store.check()
    finally:
        parts.store.close()
    return True


@click.command()
@_HOST
@click.option("--port", default=8000, show_default=True)
@click.option("--servers", default=min(2, os.cpu_count() or 1), show_default=True)
def start(host: str, port: int, servers: int) -> None:
    """Run the embedded default: migrate, then serve, work and sweep until stopped."""
    config = read_config()
    listener = listen(host, port)
    in_child(lambda: migrate_database(config))
    click.echo(f"Atobarai Hub: http://{host}:{port_of(listener)}/console/")
    sys.exit(Supervisor(hub_children(config, listener, servers=servers)).run())


@click.command()
@_HOST
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve webhooks and the console with one process."""
    serve_hub(read_config(), listen(host, port))


@click.command()
@click.option("--lane", type=click.Choice([lane.value for lane in Lane]))
def work(lane: str | None) -> None:
    """Work all lanes off in one process, or one lane."""
    if lane is None:
        work_together(read_config())
    else:
        work_lane(read_config(), Lane(lane))


@click.command()
def sweep() -> None:
    """Ring for due rows, take back leases, replay spooled answers."""
    sweep_hub(read_config())


@click.command()
@_HOST
@click.option("--port", default=8001, show_default=True)
@click.option("--control-port", default=8002, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), default=Path("var/sandbox"))
def sandbox(host: str, port: int, control_port: int, data: Path) -> None:
    """Run the pretended Atodene: the wire on one port, its desk on another."""
    # Imported here: a hub without a sandbox does not pay for it.
    from hub.sandbox.server import SandboxAddresses, run_sandbox

    read_config()

    def ready(addresses: SandboxAddresses) -> None:
        click.echo(f"wire:    {addresses.wire_url}/api/")
        click.echo(f"control: {addresses.control_url}/")

    run_sandbox(
        host=host,
        port=port,
        control_host=host,
        control_port=control_port,
        data_dir=data,
        clock=Clock(),
        ready=ready,
    )


COMMANDS = (start, serve, work, sweep, sandbox)
