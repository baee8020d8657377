import re
from pathlib import Path

import pytest

from hub.domain.known import State
from hub.text.catalogue import catalogue, message

ROOT = Path(__file__).parents[2]
CODE = re.compile(r'"(HUB-[A-Z]+-[0-9]{3})"')
ENTRIES = catalogue()
# Read by name rather than written out: one entry for each state.
BY_NAME = {f"HUB-STATE-{state}" for state in State}
SHIP_OR_MONEY = re.compile("発送|請求|立替|代金")
ABOUT_ORDERS = re.compile(
    "HUB-(ELIG|WIRE|SHIP|PROV|INV|AFTER|MERGE|MODE|STATE|TIME"
    "|ADDR|NAME|TELE|FEE|LINE|DUPE)-"
)
# Words on screens (style.md): what is never said, and what may not stand alone.
NEVER = re.compile(
    "再送|再生|取引ID|送信箱|しばらくしてから|システム管理者|エラーが発生|発行済み|Delivery"
    "|(?<!請求書)(?<!おまとめ\\()同梱"
    "|(?<!注文)(?<!後払い取引の)キャンセル"
    "|(?<!立替)入金"
)


def codes_in_use():
    sources = [*ROOT.glob("hub/**/*.py"), *ROOT.glob("connectors/*/*.py")]
    return {
        code for path in sources for code in CODE.findall(path.read_text("utf-8"))
    } | BY_NAME


def test_every_code_in_use_is_in_the_catalogue():
    assert codes_in_use() - set(ENTRIES) == set()


def test_every_entry_is_in_use():
    assert set(ENTRIES) - codes_in_use() == set()


def test_a_code_that_nobody_wrote_down_has_no_message():
    with pytest.raises(KeyError):
        message("HUB-NONE-000")


def test_no_two_entries_say_that_the_same_thing_happened():
    for language in ("ja", "en"):
        said = [entry.what.say(language) for entry in ENTRIES.values()]
        assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize("code", ENTRIES)
def test_an_entry_has_three_whole_sentences_in_both_languages(code):
    entry = ENTRIES[code]
    for words in (entry.what, entry.means, entry.next):
        assert words.ja.endswith("。")
        assert words.en.endswith(".")


@pytest.mark.parametrize("code", ENTRIES)
def test_an_entry_uses_the_words_of_the_screens(code):
    entry = ENTRIES[code]
    text = entry.what.ja + entry.means.ja + entry.next.ja
    assert NEVER.search(text) is None


@pytest.mark.parametrize("code", [c for c in ENTRIES if ABOUT_ORDERS.match(c)])
def test_an_entry_about_an_order_speaks_of_shipping_or_money(code):
    assert SHIP_OR_MONEY.search(ENTRIES[code].means.ja)


def screen_texts():
    """Return everything that stands on a screen of ours, as one text."""
    kinds = ("hub/console/*.toml", "hub/console/templates/*", "hub/text/after_*.toml")
    sources = [path for kind in kinds for path in ROOT.glob(kind)]
    sources += ROOT.glob("connectors/*/*.py")
    return "\n".join(path.read_text("utf-8") for path in sources)


ON_SCREEN = screen_texts()
# A word that is to be typed is none that stands there already.
QUOTED = re.compile("「([^」]+)」(?!と(?:書|入))")
# Where a person goes to act: a place of ours, the cart, the provider, the server.
PLACE = re.compile(
    "画面|接続|設定|一覧|今日の仕事|要対応|カート|決済会社|受信データ|運送会社|購入者"
    "|HUB_[A-Z_]+|hub [a-z]+|Retry-After|Content-Type|Content-Length|Allow|errors"
    "|Idempotency-Key|https://|ファイル|入力|書いて|店舗側|鍵|注文|送り状番号|発行予定日|証明書|追加"
)
# What nobody has to act on says so.
REST = re.compile("自動で|そのまま|必要はありません|お待ちください")


@pytest.mark.parametrize("code", ENTRIES)
def test_a_button_that_an_action_names_stands_on_a_screen(code):
    named = QUOTED.findall(ENTRIES[code].next.ja)
    assert [words for words in named if words not in ON_SCREEN] == []


@pytest.mark.parametrize("code", ENTRIES)
def test_an_action_names_a_button_or_a_place_or_asks_for_none(code):
    text = ENTRIES[code].next.ja
    assert QUOTED.search(text) or PLACE.search(text) or REST.search(text)


def test_no_two_entries_are_alike_in_all_three_sentences():
    said = [(entry.what, entry.means, entry.next) for entry in ENTRIES.values()]
    assert len(said) == len(set(said))
