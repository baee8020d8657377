"""Our own drawing of the banner, as trees that the tag builds (S2, S14, S19, S22)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from hub.domain.banner import Placement
from hub.flow.shop_tag import ShopTag
from hub.flow.tag_markup import Node
from hub.text.catalogue import Language, Words

# Colours of the drawing, each pair at least 4.5:1; set on both sides, so that a dark
# page changes neither.
INK, QUIET, GROUND, BRAND, SAMPLE = "#1b2430", "#51606f", "#fff", "#0f5e63", "#a63a24"

_TEXT = (
    f"margin:0;padding:0;border:0;color:{INK};font-size:15px;line-height:1.6;"
    "letter-spacing:0;text-align:left;text-indent:0;float:none"
)
_SMALL = f"margin:0;padding:0;color:{QUIET};font-size:13px;line-height:1.6"
# The height that the snippet reserves, so that nothing on the page moves.
CART_HEIGHT = 96
_BOX = (
    f"display:block;box-sizing:border-box;max-width:600px;margin:0;padding:10px 16px;"
    f"background:{GROUND};color:{INK};border:2px solid {BRAND};border-radius:8px;"
    "color-scheme:light;text-align:left"
)
_MARK = (
    f"display:inline-block;margin:0 8px 0 0;padding:0 8px;background:{SAMPLE};"
    f"color:{GROUND};border-radius:4px;font-size:13px;line-height:1.6;font-weight:bold"
)
_BADGE = (
    f"display:inline-block;padding:2px 10px;background:{GROUND};color:{BRAND};"
    f"border:1px solid {BRAND};border-radius:14px;font-size:13px;line-height:1.6;"
    "font-weight:bold;color-scheme:light"
)
_TERM = f"margin:10px 0 0;padding:0;color:{QUIET};font-size:13px;line-height:1.6"


@cache
def _words() -> Mapping[str, Mapping[str, Words]]:
    text = resources.files("hub.flow").joinpath("tag_words.toml").read_text("utf-8")
    return {
        section: {name: Words(**entry) for name, entry in entries.items()}
        for section, entries in tomllib.loads(text).items()
    }


class _Pen:
    """Draws one tag in one language."""

    def __init__(self, tag: ShopTag, language: Language) -> None:
        self.tag = tag
        self.language = language

    def say(self, section: str, name: str) -> str:
        fee = self.tag.fee
        words = _words()[section][name].say(self.language)
        return words.format(
            fee="" if fee is None else f"{int(fee):,}",
            limit=f"{int(self.tag.credit_limit):,}",
        )

    def mark(self, placement: Placement) -> list[Node]:
        if placement not in self.tag.sampled:
            return []
        return [["span", {"style": _MARK}, self.say("sample", "mark")]]

    def box(self, style: str, *children: Node) -> Node:
        named = {"role": "group", "aria-label": self.say("cart", "label")}
        return [
            "div",
            {**named, "lang": self.language, "style": f"{_BOX};{style}"},
            *children,
        ]


def _cart(pen: _Pen) -> Node:
    facts = ["limit"] if pen.tag.fee is None else ["fee", "limit"]
    between = " ・ " if pen.say("cart", "fee").startswith("手") else " · "
    return pen.box(
        f"min-height:{CART_HEIGHT}px",
        [
            "div",
            {"style": f"{_TEXT};font-weight:bold"},
            *pen.mark(Placement.CART),
            pen.say("cart", "title"),
        ],
        ["div", {"style": _SMALL}, pen.say("cart", "text")],
        [
            "div",
            {"style": _SMALL},
            between.join(pen.say("cart", fact) for fact in facts),
        ],
    )


def _method(pen: _Pen) -> Node:
    facts = ["how", "fee", "limit", "where", "screening"]
    if pen.tag.fee is None:
        facts.remove("fee")
    rows: list[Node] = []
    for fact in facts:
        rows.append(["dt", {"style": _TERM}, pen.say("method", fact)])
        rows.append(["dd", {"style": _TEXT}, pen.say("method", f"{fact}_text")])
    note: list[Node] = []
    if Placement.PAYMENT_METHOD in pen.tag.sampled:
        style = f"{_SMALL};margin-top:12px"
        note = [["div", {"style": style}, pen.say("sample", "note")]]
    return pen.box(
        "padding-bottom:16px",
        [
            "div",
            {"style": f"{_TEXT};font-weight:bold"},
            *pen.mark(Placement.PAYMENT_METHOD),
            pen.say("method", "title"),
        ],
        ["dl", {"style": "margin:0;padding:0"}, *rows],
        *note,
    )


def _badge(pen: _Pen) -> Node:
    return [
        "span",
        {"style": _BADGE, "lang": pen.language},
        *pen.mark(Placement.CART),
        pen.say("badge", "text"),
    ]


def placements_of(tag: ShopTag) -> dict[str, dict[str, list[Node]]]:
    """Return the trees of each placement, by language or `any`.

    A shop whose cart shows the operator's own material gets no badge of ours.
    """
    shown: dict[str, dict[str, list[Node]]] = {
        placement.value: {"any": nodes} for placement, nodes in tag.official.items()
    }
    own = {
        Placement.CART: _cart,
        Placement.PAYMENT_METHOD: _method,
        Placement.BADGE: _badge,
    }
    if Placement.CART in tag.official:
        del own[Placement.BADGE]
    languages: tuple[Language, ...] = ("ja", "en")
    for placement, draw in own.items():
        if placement not in tag.official:
            shown[placement.value] = {
                language: [draw(_Pen(tag, language))] for language in languages
            }
    return shown
