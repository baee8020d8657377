"""店舗の設定: the pages of the shop on which its tag is looked for (S22)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hub.console.rules_form import Editor, Form, Read, Section
from hub.contract.addresses import AddressError, read_target
from hub.domain.banner import REQUIRED, BannerRules
from hub.store.merchants import Shop

_FIELDS = {place: f"page_{place.value.replace('-', '_')}" for place in REQUIRED}


def _answers(shop: Shop) -> Mapping[str, Any]:
    urls = shop.banner.page_urls
    return {name: urls.get(place, "") for place, name in _FIELDS.items()}


def _read(shop: Shop, form: Form, _editor: Editor) -> Read:
    urls = {place: form.get(name, "").strip() for place, name in _FIELDS.items()}
    problems = {
        _FIELDS[place]: "rules.banner_wrong"
        for place, url in urls.items()
        if url and not _is_url(url)
    }
    if any(name not in form for name in _FIELDS.values()):
        problems.setdefault(_FIELDS[REQUIRED[0]], "rules.banner_wrong")
    if problems:
        return Read(shop=shop, problems=problems)
    kept = {place: url for place, url in urls.items() if url}
    return Read(shop=replace(shop, banner=BannerRules(page_urls=kept)))


def _is_url(url: str) -> bool:
    try:
        read_target(url)
    except AddressError:
        return False
    return True


def _shows(_visit: object, _shop: Shop) -> Mapping[str, object]:
    return {"pages": tuple(_FIELDS.values())}


BANNER = Section(
    topic="banner",
    affects=frozenset(),
    answers=_answers,
    read=_read,
    shows=_shows,
)
