"""The command line: `hub …`."""

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from hub.cli import api, connectors, demo, installation, merchants, operate
from hub.config import ConfigError
from hub.store.engine import StorageError
from hub.store.vault import VaultError
from hub.web.serve import PortInUseError

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Atobarai Hub: connects carts to the deferred-payment provider Atodene."""


for command in (
    *demo.COMMANDS,
    *installation.COMMANDS,
    *operate.COMMANDS,
    *merchants.COMMANDS,
    *connectors.COMMANDS,
    *api.COMMANDS,
):
    commands.add_command(command)


def main() -> None:
    """Run a command; what a person can mend is one sentence, not a trace."""
    try:
        commands()
    except (ConfigError, PortInUseError, StorageError, VaultError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except SQLAlchemyError as error:
        # By its type alone: the text holds the values of the statement.
        click.echo(
            f"the database cannot be used ({type(error).__name__}), nothing was "
            "changed; run `hub migrate`, then `hub doctor`",
            err=True,
        )
        sys.exit(1)
