"""The connection of the payments app to a shop of the double, and what it tells."""

from dataclasses import replace

import orjson

from connectors.shopify_payments.manifest import SCOPES
from connectors.shopify_payments.push import push
from hub.contract.asking import AskKind, AskOutcome, AskStanding
from hub.contract.connector import Settings
from hub.contract.credentials import Credentials
from hub.contract.http import OperatorHttp
from hub.contract.install import AppDesk
from hub.contract.secret import Secret
from hub.contract.testing.persons import MOMENT, update
from hub.contract.testing.session import ScriptedConnection, ScriptedSession, answer
from tests.shopify_double.connection import Joined

CALLBACK = "https://hub.example.jp/install/shopify_payments/callback"


def app_settings(double, **values):
    app = double.payments.app
    base = {"client_id": app.client_id, "api_base": double.api_base}
    secrets = tuple(Secret(one) for one in reversed(app.secrets))
    return Settings(values=base | values, secrets={"client_secret": secrets})


def desk_of(double):
    return AppDesk(
        settings=app_settings(double),
        http=OperatorHttp([double.base(double.shop)]),
        callback_url=CALLBACK,
        now=double.world.now(),
    )


class Till(Joined):
    """A shop that installed the payments app."""

    def __init__(self, double, *, scopes=SCOPES, **values):
        super().__init__(double)
        named = {"shop": self.shop.domain, "shop_id": str(self.shop.id)}
        self.settings = app_settings(double, **(named | values))
        secret = double.payments.app.newest_secret
        self.take(
            double.world.mint(self.shop.domain, scopes, secret=secret, expiring=True)
        )


def scripted(*answers, **values):
    """Return a connection to a shop that answers with these `data`, one by one."""
    bodies = [orjson.dumps({"data": data}) for data in answers]
    return ScriptedConnection(
        settings=Settings(values={"shop": "atodene-demo.myshopify.com", **values}),
        http=ScriptedSession(*(answer(200, body) for body in bodies)),
        moment=MOMENT,
        held=Credentials(
            values={"access_token": Secret("shpat_x")}, notes={"lasting": "yes"}
        ),
    )


def standing(session, outcome, **more):
    """Return how a session of the double stands in the hub."""
    kind, said = AskKind(session.kind), AskOutcome(outcome)
    return AskStanding(reference=session.gid, kind=kind, outcome=said, **more)


def told(connection, *standings, **changed):
    """Tell the shop how its requests stand; returns the receipt."""
    return push(replace(update(), asks=standings, **changed), connection)
