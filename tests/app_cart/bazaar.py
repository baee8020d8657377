"""A stranger's connector of a cart whose app is installed by OAuth."""

import hmac
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from hub.contract.connector import (
    CONTRACT_NUMBER,
    Connection,
    Connector,
    Manifest,
    Role,
    SettingField,
    SettingKind,
    Settings,
)
from hub.contract.credentials import Credentials
from hub.contract.embed import Embed, EmbeddedVisit, ItemState, SetupItem
from hub.contract.errors import (
    CartUnauthorizedError,
    CartUnavailableError,
    ForeignShopError,
    SignatureError,
)
from hub.contract.events import CartEvent, OrderCancelled
from hub.contract.http import AnswerLostError, HttpAnswer, HttpSession, NotSentError
from hub.contract.inbound import InboundRequest
from hub.contract.install import AppDesk, Install, Installed, InstallStart
from hub.contract.json_body import read_json
from hub.contract.proof import Delivery, content_key, signed
from hub.contract.secret import Secret
from hub.contract.signatures import HmacScheme, verify_hmac
from hub.contract.updates import CartUpdate, PushReceipt

SLUG = "bazaar"
_SCHEME = HmacScheme(header="X-Bazaar")
_HOUR = timedelta(hours=1)


def sign(secret: str, text: str) -> str:
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


def signed_query(secret: str, **parameters: str) -> str:
    """The query of a request that the cart's admin sends a browser with."""
    plain = urlencode(sorted(parameters.items()))
    return f"{plain}&hmac={sign(secret, plain)}"


def session_token(secret: str, shop: str, expires_at: datetime) -> str:
    claims = f"{shop}|owner|{int(expires_at.timestamp())}"
    return f"{claims}|{sign(secret, claims)}"


def _proven(request: InboundRequest, settings: Settings) -> Mapping[str, str]:
    plain, _, given = request.query.rpartition("&hmac=")
    for secret in settings.accepted_secrets("client_secret"):
        if hmac.compare_digest(sign(secret.reveal(), plain).encode(), given.encode()):
            return dict(parse_qsl(plain))
    raise SignatureError("not the cart's query")


def _call(
    http: HttpSession, settings: Settings, path: str, access: str = "", **body: str
) -> HttpAnswer:
    try:
        answer = http.post(
            settings.text("api_base").format(shop=quote(path.split("/", maxsplit=1)[0]))
            + path[path.index("/") :],
            body=json.dumps(body).encode(),
            headers={"Authorization": access},
            total_seconds=10,
            cap_bytes=4096,
        )
    except (NotSentError, AnswerLostError) as error:
        raise CartUnavailableError("no answer") from error
    if answer.status == 401:
        raise CartUnauthorizedError("the access ended")
    if answer.status >= 300:
        raise CartUnavailableError("not now")
    return answer


def _credentials(answer: HttpAnswer, now: datetime) -> Credentials:
    tokens: dict[str, Any] = json.loads(answer.body)
    return Credentials(
        values={name: Secret(value) for name, value in tokens.items()},
        notes={"refresh_expires_at": (now + timedelta(days=90)).isoformat()},
        expires_at=now + _HOUR,
    )


def begin(request: InboundRequest, desk: AppDesk) -> InstallStart:
    return again(_proven(request, desk.settings)["shop"], desk)


def again(shop_key: str, desk: AppDesk) -> InstallStart:
    state = secrets.token_urlsafe(24)
    query = urlencode({"redirect_uri": desk.callback_url, "state": state})
    base = desk.settings.text("api_base").format(shop=shop_key)
    return InstallStart(redirect_url=f"{base}/consent?{query}", state=state)


def finish(request: InboundRequest, desk: AppDesk, state: str) -> Installed:
    told = _proven(request, desk.settings)
    if not hmac.compare_digest(told.get("state", "").encode(), state.encode()):
        raise SignatureError("another browser's state")
    return _installed(told["shop"], desk, grant="code", code=told["code"])


def _installed(shop: str, desk: AppDesk, **wish: str) -> Installed:
    answer = _call(desk.http, desk.settings, f"{shop}/token", **wish)
    return Installed(
        shop_key=shop,
        title=f"{shop} の店",
        credentials=_credentials(answer, desk.now),
        settings={"shop": shop},
    )


def renew(connection: Connection) -> Credentials:
    def using(old: Credentials) -> Credentials:
        token = old.values["refresh"].reveal()
        path = f"{connection.settings.text('shop')}/token"
        answer = _call(
            connection.http, connection.settings, path, grant="refresh", token=token
        )
        return _credentials(answer, connection.now())

    return connection.renew(using)


def _ask(connection: Connection, what: str, **body: str) -> HttpAnswer:
    held = connection.credentials()
    path = f"{connection.settings.text('shop')}/{what}"
    token = held.values["access"].reveal()
    try:
        return _call(connection.http, connection.settings, path, token, **body)
    except CartUnauthorizedError:
        token = renew(connection).values["access"].reveal()
        return _call(connection.http, connection.settings, path, token, **body)


def enable(connection: Connection, hook_url: str) -> None:
    _ask(connection, "hooks", address=hook_url)


def push(update: CartUpdate, connection: Connection) -> PushReceipt:
    return PushReceipt(status=_ask(connection, "updates", id=update.id).status)


def verify(request: InboundRequest, settings: Settings) -> Delivery:
    given = settings.accepted_secrets("client_secret")
    verify_hmac(request, given, scheme=_SCHEME, now=request.received_at)
    key = content_key("cancelled", request.body)
    return signed(request, topic="cancelled", dedupe_key=key)


def translate(delivery: Delivery, settings: Settings) -> Sequence[CartEvent]:
    told = read_json(delivery.body)
    if not isinstance(told, dict) or told["app"] != settings.text("client_id"):
        raise ForeignShopError("another app's")
    number = str(told["cancelled"])
    return (OrderCancelled(order_number=number, occurred_at=delivery.received_at),)


def visit(token: str, settings: Settings, now: datetime) -> EmbeddedVisit:
    claims, _, given = token.rpartition("|")
    for secret in settings.accepted_secrets("client_secret"):
        expected = sign(secret.reveal(), claims).encode()
        if hmac.compare_digest(expected, given.encode()):
            shop, person, ends = claims.split("|")
            expires_at = datetime.fromtimestamp(int(ends), tz=now.tzinfo)
            if expires_at > now:
                return EmbeddedVisit(
                    shop_key=shop, person=person, expires_at=expires_at
                )
    raise SignatureError("not a session token of ours")


def exchange(token: str, desk: AppDesk) -> Installed:
    shop = visit(token, desk.settings, desk.now).shop_key
    return _installed(shop, desk, grant="exchange", token=token)


def checklist(connection: Connection) -> Iterator[SetupItem]:
    _ask(connection, "checks")
    yield SetupItem(
        name="method",
        state=ItemState.TO_DO,
        title_ja="支払い方法を作る",
        title_en="Make the payment method",
        help_ja="この文をコピーして貼ります。",
        help_en="Copy and paste this text.",
        link="https://bazaar.example/payments",
        copy_text="後払い(コンビニ・郵便局)",
    )


def shop_of(request: InboundRequest) -> str:
    shop = dict(parse_qsl(request.query)).get("shop", "")
    return shop if shop.isalnum() else ""


connector = Connector(
    manifest=Manifest(
        slug=SLUG,
        title_ja="見本バザール",
        title_en="Specimen bazaar",
        contract=CONTRACT_NUMBER,
        settings=(
            SettingField(
                name="shop", kind=SettingKind.TEXT, label_ja="店", label_en="Shop"
            ),
        ),
        app_settings=(
            SettingField(
                name="client_id",
                kind=SettingKind.TEXT,
                label_ja="アプリの番号",
                label_en="Client id",
                is_required=True,
            ),
            SettingField(
                name="client_secret",
                kind=SettingKind.SECRET,
                label_ja="アプリの鍵",
                label_en="Client secret",
                is_required=True,
            ),
            SettingField(
                name="api_base",
                kind=SettingKind.URL,
                label_ja="API",
                label_en="API",
                default="https://bazaar.example/{shop}",
            ),
        ),
        topics=("cancelled",),
        roles=(Role.ORDERS, Role.CHANGES, Role.PUSH),
    ),
    verify=verify,
    translate=translate,
    push=push,
    install=Install(
        begin=begin, finish=finish, enable=enable, again=again, renew=renew
    ),
    embed=Embed(
        shop_of=shop_of,
        frame_ancestors=lambda shop: (f"https://{shop}.bazaar.example",),
        visit=visit,
        exchange=exchange,
        scripts=("https://cdn.bazaar.example/bridge.js",),
        meta=lambda settings: (("bazaar-key", settings.text("client_id")),),
        checklist=checklist,
        token_function="bazaar.idToken",
        stale_headers=(("X-Bazaar-Retry", "1"),),
    ),
)
