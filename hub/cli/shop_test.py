"""`hub shops test`: what works of a shop's connections, step by step."""

import json
import sys
from collections.abc import Iterable
from typing import Any

import click

from hub.contract.probe import Outcome, ProbeStep
from hub.flow.shop_test import run_shop_test
from hub.flow.shops import find_shop
from hub.parts import Parts, assemble, read_config
from hub.text.catalogue import catalogue

_MARKS = {
    Outcome.OK: "ok  ",
    Outcome.WARNING: "WARN",
    Outcome.FAILED: "FAIL",
    Outcome.SKIPPED: "skip",
}


@click.command("test")
@click.argument("shop", required=False)
@click.option("--shop", "shop_option", help="The shop's id or name.")
@click.option("--merchant", default="", help="Needed where a name is not unique.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def test_shop(
    shop: str | None, shop_option: str | None, merchant: str, *, as_json: bool
) -> None:
    """Test a shop's connections without an effect; exit 1 where a step fails."""
    wanted = shop_option or shop
    if not wanted:
        raise click.UsageError("name the shop: hub shops test SHOP")
    parts = assemble(read_config())
    try:
        merchant_id, shop_id = _found(parts, wanted, merchant)
        steps = run_shop_test(parts, merchant_id, shop_id)
        failed = _print_json(steps, shop_id) if as_json else _print_lines(steps)
    finally:
        parts.store.close()
    sys.exit(1 if failed else 0)


def _found(parts: Parts, wanted: str, merchant_id: str) -> tuple[str, str]:
    found = find_shop(parts, wanted, merchant_id=merchant_id)
    if not found:
        raise click.ClickException(f"no shop {wanted}")
    if len(found) > 1:
        raise click.ClickException(
            f"{len(found)} shops are called {wanted}; give its id, or --merchant"
        )
    return found[0]


def _print_lines(steps: Iterable[ProbeStep]) -> bool:
    failed = False
    for step in steps:
        failed = failed or step.outcome is Outcome.FAILED
        said = _said(step)
        detail = f" ({step.detail})" if step.detail else ""
        click.echo(f"{_MARKS[step.outcome]} {step.code} {said['what']['ja']}{detail}")
        click.echo(f"     {said['what']['en']}")
        if step.outcome in (Outcome.FAILED, Outcome.WARNING):
            for part in ("means", "next"):
                click.echo(f"     {said[part]['ja']}")
                click.echo(f"     {said[part]['en']}")
    click.echo("1つ以上の段階が失敗しました / a step failed" if failed else "ok")
    return failed


def _print_json(steps: Iterable[ProbeStep], shop_id: str) -> bool:
    told = [
        {
            "code": step.code,
            "outcome": step.outcome.value,
            "detail": step.detail,
            **_said(step),
        }
        for step in steps
    ]
    failed = any(step["outcome"] == Outcome.FAILED.value for step in told)
    verdict = "failed" if failed else "ok"
    document = {"shop_id": shop_id, "verdict": verdict, "steps": told}
    click.echo(json.dumps(document, ensure_ascii=False))
    return failed


def _said(step: ProbeStep) -> dict[str, Any]:
    entry = catalogue().get(step.code)
    if entry is None:
        # A stranger's connector explains its own codes.
        own = {"ja": step.what_ja or step.code, "en": step.what_en or step.code}
        nothing = {"ja": "", "en": ""}
        return {"what": own, "means": nothing, "next": nothing}
    return {
        name: {"ja": words.ja, "en": words.en}
        for name, words in (
            ("what", entry.what),
            ("means", entry.means),
            ("next", entry.next),
        )
    }
