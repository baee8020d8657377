"""A page of its own for each look at a shop's tag, for a frame that can do nothing."""

from html import escape

from hub.domain.banner import Placement
from hub.flow.shop_tag import tag_of
from hub.flow.tag_drawing import placements_of
from hub.flow.tag_markup import read_markup
from hub.flow.tag_script import script_of
from hub.flow.tools import Parts

# What the operator sent is a stranger's code: it may draw and load, and nothing else.
# `sandbox` takes away our origin, also where somebody opens the address itself.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'unsafe-inline' http: https:",
        "style-src 'unsafe-inline' http: https:",
        "img-src http: https: data:",
        "font-src http: https:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-scripts",
    )
)
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body style="margin:0;background:#fff;font-family:sans-serif">
<div data-atobarai="{placement}"></div>
<script>{script}</script>
</body></html>
"""


def live_preview(
    parts: Parts, tag_key: str, placement: Placement, *, language: str, title: str
) -> str:
    """Return a page that shows what the shop's pages show now."""
    tag = tag_of(parts, tag_key)
    shown = placements_of(tag) if tag else {}
    return _page(script_of(shown), placement, language=language, title=title)


def version_preview(
    html: str, placement: Placement, *, language: str, title: str
) -> str:
    """Return a page that shows one version of the operator's material."""
    nodes = read_markup(html).nodes
    script = script_of({placement.value: {"any": nodes}})
    return _page(script, placement, language=language, title=title)


def _page(script: bytes, placement: Placement, *, language: str, title: str) -> str:
    return _PAGE.format(
        language=escape(language),
        title=escape(title),
        placement=placement.value,
        script=script.decode("ascii"),
    )
