"""Merchants, shops and the people who log in."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hub.cli.shop_test import test_shop
from hub.clock import TOKYO
from hub.contract.secret import Secret
from hub.domain.policy import Mode
from hub.flow.enroll import EnrollError, enroll_merchant, enroll_shop
from hub.parts import Parts, assemble, read_config
from hub.store import invitations
from hub.store import merchants as stored_merchants
from hub.store.accounts import MemberRole
from hub.text.catalogue import message

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def _print(values: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    for name, value in values.items():
        click.echo(f"{name}: {value}")


def _refusal(error: EnrollError) -> click.ClickException:
    entry = message(error.code)
    return click.ClickException(
        f"{error.code}: {error}. {entry.means.en} {entry.next.en}"
    )


def _require_merchant(parts: Parts, merchant_id: str) -> None:
    if not parts.store.across.read(
        lambda across: stored_merchants.merchant_exists(across, merchant_id)
    ):
        parts.store.close()
        raise click.ClickException(f"no merchant {merchant_id}")


@click.group()
def merchants() -> None:
    """Add merchants (加盟店)."""


@merchants.command("add")
@click.option("--name", required=True)
@click.option("--shop-code", required=True, help="加盟店コード")
@click.option("--link-id", required=True, help="接続先特定ID")
@click.option(
    "--link-password-file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that holds the 連携パスワード, so that no shell history does.",
)
@_JSON
def add_merchant(
    name: str, shop_code: str, link_id: str, link_password_file: Path, *, as_json: bool
) -> None:
    """Add a merchant."""
    password = link_password_file.read_text("utf-8").strip()
    if not password:
        raise click.BadParameter("the file is empty", param_hint="--link-password-file")
    parts = assemble(read_config())
    merchant_id = enroll_merchant(
        parts,
        name=name,
        shop_code=shop_code,
        link_id=link_id,
        link_password=Secret(password),
    )
    parts.store.close()
    _print({"merchant_id": merchant_id}, as_json=as_json)


@click.group()
def shops() -> None:
    """Add shops (店舗)."""


@shops.command("add")
@click.option("--merchant", required=True)
@click.option("--connector", required=True)
@click.option("--name", default="", help="What clerks call the shop.")
@click.option("--set", "settings", multiple=True, metavar="K=V")
@click.option("--prefix", default="", help="Before order numbers; from shop 2 on.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.SHADOW.value,
    show_default=True,
    help="shadow sends nothing, approval waits for a clerk.",
)
@click.option(
    "--cutover",
    type=click.DateTime(),
    default=None,
    help="Older orders are never registered by the machine (Japan time; now).",
)
@_JSON
def add_shop(
    merchant: str,
    connector: str,
    name: str,
    settings: tuple[str, ...],
    prefix: str,
    mode: str,
    cutover: datetime | None,
    *,
    as_json: bool,
) -> None:
    """Add a shop with one connection; its key and secret are shown once."""
    pairs = dict(_pair(setting) for setting in settings)
    parts = assemble(read_config())
    moment = cutover.replace(tzinfo=TOKYO) if cutover else parts.clock.now()
    _require_merchant(parts, merchant)
    try:
        new = enroll_shop(
            parts,
            merchant,
            name=name or connector,
            connector=connector,
            settings=pairs,
            mode=Mode(mode),
            cutover_at=moment,
            order_number_prefix=prefix,
        )
    except EnrollError as error:
        raise _refusal(error) from error
    finally:
        parts.store.close()
    public = parts.config.public_url
    revealed = {key: value.reveal() for key, value in new.secrets.items()}
    _print(
        {
            "shop_id": new.shop_id,
            "hook_url": f"{public}/hooks/{connector}/{new.hook_key}",
            "tag_url": f"{public}/tag/{new.tag_key}.js",
            **revealed,
        },
        as_json=as_json,
    )
    if not as_json:
        _print_snippets(parts, connector, f"{public}/tag/{new.tag_key}.js")


def _print_snippets(parts: Parts, connector: str, tag_url: str) -> None:
    for snippet in parts.registry.connector(connector).manifest.snippets:
        click.echo(f"\n# {snippet.title_ja} / {snippet.title_en}")
        click.echo(snippet.pasted(tag_url))


shops.add_command(test_shop)


def _pair(setting: str) -> tuple[str, str]:
    name, separator, value = setting.partition("=")
    if not separator:
        raise click.BadParameter(f"{setting!r} is not K=V", param_hint="--set")
    return name, value


@click.group()
def users() -> None:
    """Invite people to the console (管理画面)."""


@users.command("invite")
@click.option("--merchant", required=True)
@click.option("--login", required=True, help="E-mail address.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in MemberRole]),
    default=MemberRole.CLERK.value,
    show_default=True,
)
def invite_user(merchant: str, login: str, role: str) -> None:
    """Print a link with which a person sets name and password, once."""
    parts = assemble(read_config())
    _require_merchant(parts, merchant)
    token = invitations.invite(
        parts.store,
        merchant,
        login=login,
        role=MemberRole(role),
        now=parts.clock.now(),
    )
    parts.store.close()
    click.echo(f"{parts.config.public_url}/console/invitations/{token}")


COMMANDS = (merchants, shops, users)
