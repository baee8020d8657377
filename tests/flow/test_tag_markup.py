"""The operator's HTML as a tree: what a hostile one may never become (G21)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.contract.money import Yen
from hub.domain.banner import Placement
from hub.flow.shop_tag import ShopTag
from hub.flow.tag_drawing import BRAND, GROUND, INK, QUIET, SAMPLE, placements_of
from hub.flow.tag_markup import read_markup
from hub.flow.tag_script import script_of

ENGINE = script_of({}).decode().partition("(document,")[0]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=x OnErRoR=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=vbscript:x>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<iframe src=javascript:1></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=https://evil.example><input name=card></form>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "</script><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?>",
    "<x:y onclick=1>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<video poster=javascript:alert(1) src=x>",
    "<div " * 2000,
    "<div>" * 3000,
    "\u2028\u2029\ufeff\ud7ff",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "'\"`${alert(1)}\\",
    "<p __proto__=1 constructor=2>",
    "\0<p>\0</p>",
]


def elements(node: Any) -> Iterator[list[Any]]:
    if isinstance(node, str):
        return
    yield node
    for child in node[2:]:
        yield from elements(child)


def all_elements(html: str) -> list[list[Any]]:
    return [one for node in read_markup(html).nodes for one in elements(node)]


@pytest.mark.parametrize("html", HOSTILE, ids=range(len(HOSTILE)))
def test_no_attribute_of_a_hostile_html_is_code(html: str) -> None:
    for name, attributes, *_children in all_elements(html):
        assert name not in ("object", "embed", "form", "base", "meta", "link")
        for attribute, value in attributes.items():
            assert not attribute.startswith("on")
            assert attribute != "srcdoc"
            plain = re.sub(r"[\x00-\x20]", "", value).lower()
            if attribute in ("href", "src", "action", "formaction", "poster"):
                assert not plain.startswith(("javascript:", "vbscript:", "data:text"))


@pytest.mark.parametrize("html", HOSTILE, ids=range(len(HOSTILE)))
def test_only_the_literal_of_the_script_changes(html: str) -> None:
    check_script(html)


def check_script(html: str) -> None:
    nodes = read_markup(html).nodes
    script = script_of({"cart": {"any": nodes}}).decode("ascii")
    assert script.startswith(f"{ENGINE}(document,")
    assert script.endswith(");\n")
    literal = script[len(f"{ENGINE}(document,") : -len(");\n")]
    assert "<" not in literal
    assert json.loads(literal) == {"cart": {"any": nodes}}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/='\"`&;:abcscriptonp \n\\{}()-!あ\u2028")))
def test_any_text_is_read_and_stays_in_its_literal(html: str) -> None:
    check_script(html)


def test_what_is_left_out_is_named() -> None:
    found = read_markup("<p onclick=1>a</p><form></form><a href=javascript:1>b</a>")
    assert found.left_out == ("<form>", "a href=", "p onclick=")


def test_an_ordinary_banner_is_whole() -> None:
    html = (
        '<a href="http://c.atodene.jp/rule/" target="_blank">'
        '<img src="https://x.jp/b.gif" width="468" height="64" alt="後払い"></a>'
    )
    found = read_markup(html)
    assert found.left_out == ()
    assert not found.writes
    (node,) = all_elements(html)[:1]
    name, attributes, image = node
    assert (name, attributes["target"]) == ("a", "_blank")
    assert image[1]["width"] == "468"


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [INK, QUIET, BRAND, SAMPLE])
def test_the_drawing_can_be_read(colour: str) -> None:
    light, dark = sorted((luminance(GROUND), luminance(colour)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_drawing_needs_no_inline_policy_and_no_other_host() -> None:
    tag = ShopTag(
        fee=Yen(330),
        credit_limit=Yen(50_000),
        official={},
        sampled=frozenset(Placement),
    )
    script = script_of(placements_of(tag)).decode()
    for forbidden in ("innerHTML", "eval(", "cookie", "Storage", "fetch(", "XMLHttp"):
        assert forbidden not in script
    urls = set(re.findall(r"https?://[\w./]+", script))
    assert urls == {"http://www.w3.org/2000/svg"}
