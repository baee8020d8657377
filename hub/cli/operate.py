"""For operators: `hub migrate`, `hub doctor`, `hub verify`."""

import sys

import click

from hub.cli.installation import migrate_database
from hub.config import SETTINGS
from hub.flow.doctor import Health, diagnose
from hub.flow.verify_books import verify_books
from hub.parts import assemble, read_config

_MARKS = {Health.OK: "ok  ", Health.WARNING: "WARN", Health.FAILURE: "FAIL"}


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    migrate_database(read_config())
    click.echo("the schema is current")


@click.command()
def verify() -> None:
    """Check the invariants; exit 1 naming each row that breaks one."""
    parts = assemble(read_config())
    found = verify_books(parts)
    parts.store.close()
    for violation in found:
        where = f"{violation.table} {violation.merchant_id} {violation.row_id}".strip()
        click.echo(f"{violation.invariant} {where}: {violation.why}")
    click.echo(f"{len(found)} violations" if found else "the books hold")
    sys.exit(1 if found else 0)


@click.command()
def doctor() -> None:
    """Tell what is wrong with this installation; exit 1 where something is."""
    parts = assemble(read_config())
    diagnoses = list(diagnose(parts))
    parts.store.close()
    for diagnosis in diagnoses:
        click.echo(f"{_MARKS[diagnosis.health]} {diagnosis.name}: {diagnosis.text}")
    click.echo("\nsettings:")
    for setting in SETTINGS:
        value = parts.config.environment.get(setting.name, "")
        shown = ("set" if setting.is_secret else value) if value else "default"
        click.echo(f"  {setting.name} ({shown}): {setting.meaning}")
    is_ill = any(diagnosis.health is Health.FAILURE for diagnosis in diagnoses)
    sys.exit(1 if is_ill else 0)


COMMANDS = (migrate, verify, doctor)
