"""Making, opening with and revoking the keys of merchants' own systems; audited."""

from collections.abc import Sequence

from hub.flow.deeds import Deed, InterventionError, carry_out
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import accounts, api_keys
from hub.store.api_keys import ApiKey, ApiScope
from hub.store.store import Across, Scope


def issue_key(
    parts: Parts,
    merchant_id: str,
    *,
    name: str,
    scopes: frozenset[ApiScope],
    user_id: str,
) -> tuple[str, str]:
    """Make a key; returns its id and its token, which can never be shown again.

    Raises InterventionError where it has no name or no scope.
    """
    name = name.strip()
    if not name or len(name) > api_keys.LONGEST_NAME or not scopes:
        raise InterventionError("a key needs a name and a scope", code="HUB-API-422")
    made: list[tuple[str, str]] = []

    def work(scope: Scope) -> set[Lane]:
        made[:] = [
            api_keys.add(
                scope,
                name=name,
                scopes=scopes,
                created_by=user_id,
                now=parts.clock.now(),
            )
        ]
        return set()

    detail = {"name": name, "scopes": " ".join(sorted(scopes))}
    deed = Deed(user_id=user_id, action="issue_api_key", subject="", detail=detail)
    carry_out(parts, merchant_id, deed, work)
    return made[0]


def revoke_key(parts: Parts, merchant_id: str, key_id: str, *, user_id: str) -> None:
    """Refuse a key from now on; raises InterventionError where none is in force."""

    def work(scope: Scope) -> set[Lane]:
        if not api_keys.revoke(scope, key_id, now=parts.clock.now()):
            raise InterventionError("no such key", code="HUB-ACT-404")
        return set()

    deed = Deed(user_id=user_id, action="revoke_api_key", subject=key_id, detail={})
    carry_out(parts, merchant_id, deed, work)


def open_with(parts: Parts, token: str) -> ApiKey | None:
    """Return the key of a token, and remember the use; None where none is in force."""
    found = parts.store.across.read(lambda across: api_keys.find(across, token))
    now = parts.clock.now()
    if found is not None and found.is_stale(now=now):
        parts.store.of(found.merchant_id).write(
            lambda scope: api_keys.touch(scope, found.id, now=now)
        )
    return found


def actors(across: Across, merchant_id: str, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of whoever acted, people and keys, by id."""
    found = accounts.names(across, ids)
    others = [one for one in ids if one not in found]
    if others:
        keys = api_keys.names(across.of(merchant_id), others)
        found |= {key_id: f"API: {name}" for key_id, name in keys.items()}
    return found
