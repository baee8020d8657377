"""`hub connectors`: what is installed, whether it conforms, and a new one to begin."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub import registry
from hub.config import app_variable, from_environment

# The kit is imported where it is used: no process of a hub pays for it.
if TYPE_CHECKING:
    from hub.contract.testing.conformance import Subject, Verdict

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def connectors() -> None:
    """List, check and begin connectors (a developer's kit)."""


@connectors.command("list")
@_JSON
def list_connectors(*, as_json: bool) -> None:
    """Show the passport of every connector; exit 1 where a folder fails to load."""
    found = registry.load().switched(from_environment(os.environ).is_on)
    passports = [registry.passport(one) for one in found.connectors.values()]
    off = {
        slug: app_variable(slug, one.manifest.switch)
        for slug, one in found.switched_off.items()
    }
    failures = [{"slug": f.slug, "reason": f.reason} for f in found.failures]
    if as_json:
        document = {
            "connectors": passports,
            "switched_off": off,
            "failures": failures,
        }
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        for passport in passports:
            _show(passport)
        for slug, variable in off.items():
            click.echo(f"{slug}: switched off; {variable}=1 switches it on")
        for failure in failures:
            click.echo(f"FAIL {failure['slug']}: {failure['reason']}", err=True)
    sys.exit(1 if failures else 0)


def _show(passport: Mapping[str, Any]) -> None:
    click.echo(
        f"{passport['slug']} {passport['version'] or '-'}"
        f"  {passport['title_ja']} / {passport['title_en']}"
    )
    for name in ("capabilities", "roles", "topics", "settings"):
        click.echo(f"  {name}: {', '.join(passport[name]) or '-'}")


@connectors.command("check")
@click.argument("which", metavar="SLUG|PATH")
@_JSON
def check_connector(which: str, *, as_json: bool) -> None:
    """Run the conformance suite over a connector; exit 1 naming the failing case."""
    from hub.contract.testing.conformance import judged

    subject = _subject(which)
    verdicts = []
    for verdict in judged(subject):
        verdicts.append(verdict)
        if not as_json:
            _say(verdict)
    failed = [verdict.case for verdict in verdicts if verdict.fault]
    if as_json:
        cases = [{"case": v.case, "fault": v.fault} for v in verdicts]
        document = {"slug": subject.folder.name, "failed": failed, "cases": cases}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        click.echo(f"{len(verdicts) - len(failed)} of {len(verdicts)} cases hold")
    sys.exit(1 if failed else 0)


def _say(verdict: "Verdict") -> None:
    mark = "FAIL" if verdict.fault else "ok  "
    click.echo(f"{mark} {verdict.case}")
    if verdict.fault:
        # A fault may quote a whole body.
        click.echo(f"     {verdict.fault[:2000]}")


def _subject(which: str) -> "Subject":
    from hub.contract.testing.conformance import Subject

    folder = Path(which)
    is_path = "/" in which or folder.is_dir()
    if not is_path:
        found = registry.folder_of(which)
        if found is None:
            raise click.ClickException(f"no connector {which}, and no such folder")
        folder = found
    try:
        connector = registry.load_folder(folder)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise click.ClickException(f"{folder} cannot be loaded: {reason}") from error
    return Subject(connector=connector, folder=folder.resolve())


@connectors.command("new")
@click.argument("slug")
@click.option("--title", default="", help="What merchants call the cart.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("connectors"),
    show_default=True,
    help="The folder beside the other connectors.",
)
def new_connector(slug: str, title: str, into: Path) -> None:
    """Write the folder of a new connector, which conforms at once."""
    from hub.cli.scaffold import ScaffoldError, write_connector

    try:
        folder = write_connector(into, slug, title=title)
    except ScaffoldError as error:
        raise click.ClickException(f"{error}; nothing was overwritten") from error
    click.echo(f"{folder}/")
    click.echo(f"next: hub connectors check {folder}")


COMMANDS = (connectors,)
