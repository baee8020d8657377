"""Keys of the API, and its OpenAPI document."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from hub.flow.api_keys import issue_key, revoke_key
from hub.flow.deeds import InterventionError
from hub.parts import Parts, assemble, read_config
from hub.store import api_keys as stored_keys
from hub.store import merchants
from hub.store.api_keys import LONGEST_NAME, ApiScope

# The command line acts for the operator, who is no person of the merchant.
_NOBODY = ""


@click.group("api-keys")
def api_keys() -> None:
    """Make, list and revoke keys of merchants' own systems (APIキー)."""


@contextmanager
def _opened(merchant_id: str) -> Iterator[Parts]:
    parts = assemble(read_config())
    try:
        if not parts.store.across.read(
            lambda across: merchants.merchant_exists(across, merchant_id)
        ):
            raise click.ClickException(f"no merchant {merchant_id}")
        yield parts
    finally:
        parts.store.close()


@api_keys.command("add")
@click.option("--merchant", required=True)
@click.option("--name", required=True, help="The system that will use it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in ApiScope]),
    default=(ApiScope.READ.value,),
    show_default=True,
    help="May be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def add_key(
    merchant: str, name: str, scopes: tuple[str, ...], *, as_json: bool
) -> None:
    """Make a key; it is shown once."""
    with _opened(merchant) as parts:
        try:
            key_id, token = issue_key(
                parts,
                merchant,
                name=name,
                scopes=frozenset(ApiScope(scope) for scope in scopes),
                user_id=_NOBODY,
            )
        except InterventionError as error:
            raise click.BadParameter(
                f"a name of up to {LONGEST_NAME} characters", param_hint="--name"
            ) from error
    if as_json:
        click.echo(json.dumps({"key_id": key_id, "key": token}))
        return
    click.echo(f"key_id: {key_id}\nkey: {token}")


@api_keys.command("list")
@click.option("--merchant", required=True)
def list_keys(merchant: str) -> None:
    """List keys: id, last characters, scopes, last use, name."""
    with _opened(merchant) as parts:
        for key in parts.store.of(merchant).read(stored_keys.of_merchant):
            used = f"{key.last_used_at:%Y-%m-%d %H:00}" if key.last_used_at else "never"
            state = "revoked" if key.revoked_at else "in force"
            scopes = ",".join(sorted(key.scopes))
            click.echo(f"{key.id} …{key.hint} {state} {scopes} used {used}: {key.name}")


@api_keys.command("revoke")
@click.option("--merchant", required=True)
@click.argument("key_id")
def revoke(merchant: str, key_id: str) -> None:
    """Refuse a key from now on."""
    with _opened(merchant) as parts:
        try:
            revoke_key(parts, merchant, key_id, user_id=_NOBODY)
        except InterventionError as error:
            raise click.ClickException(f"no key {key_id} is in force") from error
    click.echo("revoked")


@click.command()
def openapi() -> None:
    """Print the OpenAPI document of /api/v1 (docs/openapi.json is a copy)."""
    from hub.api.application import make_api, openapi_text

    parts = assemble(read_config())
    click.echo(openapi_text(make_api(parts)), nl=False)
    parts.store.close()


COMMANDS = (api_keys, openapi)
