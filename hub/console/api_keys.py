"""APIキー: the keys of a merchant's own systems, which only an owner makes or ends."""

from flask import Response, request

from hub.console.interventions import attempted
from hub.console.pages import page
from hub.console.rooms import House, go, problem_page
from hub.console.visit import OWNING, Visit, field
from hub.console.words import own_message
from hub.flow.api_keys import actors, issue_key, revoke_key
from hub.store import api_keys
from hub.store.api_keys import LONGEST_NAME, ApiKey, ApiScope
from hub.text.catalogue import Message


def add_api_keys(house: House) -> None:
    """Add the routes."""

    @house.page("/api-keys", "api_keys")
    def all_keys(visit: Visit) -> Response:
        if not visit.may_own:
            return problem_page(visit, "forbidden", status=403)
        return _keys_page(visit)

    @house.action("/api-keys", "add_api_key", roles=OWNING)
    def add_key(visit: Visit) -> Response:
        name, scopes = field("name"), _scopes()
        if not name or len(name) > LONGEST_NAME or not scopes:
            wrong = own_message("input")
            return _keys_page(visit, problem=wrong, status=422, name=name)
        _key_id, token = issue_key(
            visit.parts,
            visit.merchant_id,
            name=name,
            scopes=scopes,
            user_id=visit.user_id,
        )
        # Without a redirect: the key stands in this one answer and nowhere else.
        return _keys_page(visit, new_key=token)

    @house.action("/api-keys/<key_id>/revoke", "revoke_api_key", roles=OWNING)
    def revoke(visit: Visit, key_id: str) -> Response:
        problem = attempted(
            lambda: revoke_key(
                visit.parts, visit.merchant_id, key_id, user_id=visit.user_id
            )
        )
        if problem is not None:
            return _keys_page(visit, problem=problem, status=409)
        return go("api_keys", done="api_key_revoked")


def _scopes() -> frozenset[ApiScope]:
    chosen = request.form.getlist("scope")
    return frozenset(scope for scope in ApiScope if scope.value in chosen)


def _keys_page(
    visit: Visit,
    *,
    problem: Message | None = None,
    status: int = 200,
    new_key: str = "",
    name: str = "",
) -> Response:
    keys = visit.store.read(api_keys.of_merchant)
    return page(
        visit,
        "api_keys.html",
        status=status,
        problem=problem,
        keys=keys,
        makers=_makers(visit, keys),
        scopes=list(ApiScope),
        new_key=new_key,
        name=name,
        longest=LONGEST_NAME,
        public_url=visit.parts.config.public_url,
    )


def _makers(visit: Visit, keys: list[ApiKey]) -> dict[str, str]:
    ids = [key.created_by for key in keys if key.created_by]
    return visit.parts.store.across.read(
        lambda across: actors(across, visit.merchant_id, ids)
    )
