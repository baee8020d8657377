"""The console as one blueprint."""

from flask import Blueprint, Response, request

from hub.console import guard
from hub.console.adopt import add_adopt
from hub.console.api_keys import add_api_keys
from hub.console.connection_settings import add_connection_settings
from hub.console.connections import add_connections
from hub.console.cookies import Cookies
from hub.console.correct import add_correct
from hub.console.deliveries import add_deliveries
from hub.console.doors import add_doors
from hub.console.happened import add_happened
from hub.console.home import add_home
from hub.console.install import add_install
from hub.console.interventions import add_interventions
from hub.console.invoice import add_invoice
from hub.console.merging import add_merging
from hub.console.order import add_order
from hub.console.parcels import add_parcels
from hub.console.privacy import add_privacy
from hub.console.rooms import House
from hub.console.shop_rules import add_shop_rules
from hub.console.shop_test import add_shop_test
from hub.console.tag import add_tag
from hub.console.transactions import add_transactions
from hub.flow.entrance import Entrance
from hub.flow.throttle import Throttle
from hub.flow.tools import Parts


def make_console(parts: Parts) -> Blueprint:
    """Make the console's blueprint; it stands under /console."""
    blueprint = Blueprint(
        "console",
        "hub.console",
        url_prefix="/console",
        static_folder="static",
        static_url_path="/static",
    )
    is_https = guard.is_https(parts.config)
    house = House(
        parts=parts,
        blueprint=blueprint,
        entrance=Entrance(parts=parts, throttle=Throttle()),
        cookies=Cookies(is_https=is_https),
    )
    for add in (
        add_doors,
        add_home,
        add_transactions,
        add_order,
        add_interventions,
        add_happened,
        add_merging,
        add_parcels,
        add_correct,
        add_invoice,
        add_deliveries,
        add_connections,
        add_connection_settings,
        add_install,
        add_api_keys,
        add_shop_rules,
        add_shop_test,
        add_tag,
        add_adopt,
        add_privacy,
    ):
        add(house)
    _add_edges(house, is_https=is_https)
    return blueprint


def _add_edges(house: House, *, is_https: bool) -> None:
    @house.blueprint.after_request
    def dress(response: Response) -> Response:
        is_static = request.endpoint == "console.static"
        return guard.dress(response, is_https=is_https, is_static=is_static)

    @house.blueprint.errorhandler(404)
    def no_file(_error: Exception) -> Response:
        return house.absent()

    def anything(rest: str = "") -> Response:  # noqa: ARG001 - the rule names it
        return house.absent()

    # A wrong method gets the same answer, with the same headers.
    house.blueprint.add_url_rule("/", "nothing", anything, methods=["POST"])
    house.blueprint.add_url_rule(
        "/<path:rest>", "anything", anything, methods=["GET", "POST"]
    )
