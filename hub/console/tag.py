"""バナーとタグ: what a shop's pages show of deferred payment, and since when (S22)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, request

from hub.console import guard
from hub.console.interventions import attempted
from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go, problem_page
from hub.console.visit import OWNING, Visit, field
from hub.contract.connector import Snippet
from hub.domain.banner import REQUIRED, MaterialKind, Placement
from hub.flow import tag_deeds
from hub.flow.tag_markup import Markup, read_markup
from hub.flow.tag_preview import POLICY, live_preview, version_preview
from hub.registry import UnknownConnectorError
from hub.store import accounts, connections, merchants, tag_material
from hub.store.connections import StoredConnection
from hub.store.merchants import Shop
from hub.store.store import Scope
from hub.store.tag_material import Material
from hub.text.catalogue import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopOfTag:
    """A shop with its connections and every version of its material."""

    shop: Shop
    connections: Sequence[StoredConnection]
    history: Sequence[Material]

    @property
    def current(self) -> Mapping[Placement, Material]:
        """Return the version in force of each placement that has one."""
        found: dict[Placement, Material] = {}
        for material in self.history:
            found.setdefault(material.placement, material)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One placement as the page shows it."""

    placement: Placement
    kind: MaterialKind
    material: Material | None
    markup: Markup | None


def add_tag(house: House) -> None:
    """Add the routes."""

    @house.page("/shops/<shop_id>/tag", "tag")
    def tag(visit: Visit, shop_id: str) -> Response:
        return _tag_page(visit, shop_id)

    _add_deeds(house)
    _add_restore(house)
    _add_previews(house)


def _add_deeds(house: House) -> None:
    @house.action("/shops/<shop_id>/tag/official", "keep_tag", roles=OWNING)
    def keep(visit: Visit, shop_id: str) -> Response:
        file = request.files.get("file")
        body = file.read() if file and file.filename else b""
        body = body or request.form.get("html", "").encode()

        def deed(placement: Placement) -> None:
            tag_deeds.keep_official(
                visit.parts,
                visit.merchant_id,
                shop_id,
                placement,
                body=body,
                user_id=visit.user_id,
            )

        return _done(visit, shop_id, deed)

    @house.action("/shops/<shop_id>/tag/confirmed", "confirm_tag", roles=OWNING)
    def confirm(visit: Visit, shop_id: str) -> Response:
        def deed(placement: Placement) -> None:
            tag_deeds.confirm_own(
                visit.parts,
                visit.merchant_id,
                shop_id,
                placement,
                confirmed_on=_day(field("confirmed_on")),
                user_id=visit.user_id,
            )

        return _done(visit, shop_id, deed)

    @house.action("/shops/<shop_id>/tag/sample", "sample_tag", roles=OWNING)
    def sample(visit: Visit, shop_id: str) -> Response:
        def deed(placement: Placement) -> None:
            tag_deeds.back_to_sample(
                visit.parts,
                visit.merchant_id,
                shop_id,
                placement,
                user_id=visit.user_id,
            )

        return _done(visit, shop_id, deed)


def _add_restore(house: House) -> None:
    @house.action(
        "/shops/<shop_id>/tag/versions/<material_id>/restore",
        "restore_tag",
        roles=OWNING,
    )
    def restore(visit: Visit, shop_id: str, material_id: str) -> Response:
        material = _version(visit, shop_id, material_id)
        problem = attempted(
            lambda: tag_deeds.keep_official(
                visit.parts,
                visit.merchant_id,
                shop_id,
                material.placement,
                body=material.body,
                user_id=visit.user_id,
            )
        )
        if problem is not None:
            return _tag_page(visit, shop_id, problem=problem)
        return go("tag", shop_id=shop_id, done="tag")


def _add_previews(house: House) -> None:
    @house.page("/shops/<shop_id>/tag/preview", "tag_preview")
    def preview(visit: Visit, shop_id: str) -> Response:
        found = _shop_of_tag(visit, shop_id)
        name = request.args.get("placement", Placement.CART.value)
        if name not in Placement.__members__.values():
            raise AbsentError
        keys = [one.tag_key for one in found.connections if not one.is_disabled]
        html = live_preview(
            visit.parts,
            keys[0] if keys else "",
            Placement(name),
            language=visit.language,
            title=visit.say("tag.preview"),
        )
        return _framed(html)

    @house.page("/shops/<shop_id>/tag/versions/<material_id>", "tag_version")
    def version(visit: Visit, shop_id: str, material_id: str) -> Response:
        material = _version(visit, shop_id, material_id)
        html = version_preview(
            material.html,
            material.placement,
            language=visit.language,
            title=visit.say("tag.preview"),
        )
        return _framed(html)


def _framed(html: str) -> Response:
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _done(visit: Visit, shop_id: str, deed: Callable[[Placement], None]) -> Response:
    name = field("placement")
    found = _shop_of_tag(visit, shop_id)
    if name not in [place.value for place in REQUIRED]:
        return problem_page(visit, "input", status=422)
    problem = attempted(lambda: deed(Placement(name)))
    if problem is not None:
        return _tag_page(visit, found.shop.id, problem=problem)
    return go("tag", shop_id=shop_id, done="tag", _anchor=name)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        # No day is told in the same words as one that has not come.
        return date.max


def _shop_of_tag(visit: Visit, shop_id: str) -> ShopOfTag:
    now = visit.parts.clock.now()

    def read(scope: Scope) -> ShopOfTag:
        if shop_id not in merchants.shop_ids(scope):
            raise AbsentError
        return ShopOfTag(
            shop=merchants.get_shop(scope, shop_id),
            connections=connections.of_shop(scope, shop_id, now=now),
            history=tag_material.history(scope, shop_id),
        )

    return visit.store.read(read)


def _version(visit: Visit, shop_id: str, material_id: str) -> Material:
    def read(scope: Scope) -> Material | None:
        return tag_material.get(scope, shop_id, material_id)

    material = visit.store.read(read)
    if material is None or material.kind is not MaterialKind.OFFICIAL:
        raise AbsentError
    return material


def snippets_of(
    visit: Visit, found: Sequence[StoredConnection]
) -> list[tuple[Snippet, str]]:
    """Return what is pasted into the shop's pages, with the HTML filled in."""
    pasted = []
    for connection in found:
        try:
            manifest = visit.parts.registry.connector(connection.connector).manifest
        except UnknownConnectorError:
            continue
        url = f"{visit.parts.config.public_url}/tag/{connection.tag_key}.js"
        pasted += [(snippet, snippet.pasted(url)) for snippet in manifest.snippets]
    return pasted


def _tag_page(
    visit: Visit, shop_id: str, *, problem: Message | None = None
) -> Response:
    found = _shop_of_tag(visit, shop_id)
    places = [_place(found, placement) for placement in REQUIRED]
    ids = sorted({material.user_id for material in found.history})
    names = visit.parts.store.across.read(lambda across: accounts.names(across, ids))
    response = page(
        visit,
        "tag.html",
        status=409 if problem else 200,
        problem=problem,
        shop=found.shop,
        places=places,
        history=found.history,
        current_ids={material.id for material in found.current.values()},
        names=names,
        snippets=snippets_of(visit, found.connections),
        samples=sum(place.kind is MaterialKind.SAMPLE for place in places),
        needs_official=tag_deeds.needs_official(visit.parts),
        today=f"{visit.now:%Y-%m-%d}",
    )
    response.headers["Content-Security-Policy"] = guard.POLICY_WITH_FRAMES
    return response


def _place(found: ShopOfTag, placement: Placement) -> Place:
    material = found.current.get(placement)
    is_official = material is not None and material.kind is MaterialKind.OFFICIAL
    return Place(
        placement=placement,
        kind=material.kind if material else MaterialKind.SAMPLE,
        material=material,
        markup=read_markup(material.html) if material and is_official else None,
    )
