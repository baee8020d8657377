import re
from pathlib import Path

import hub.console
from hub.console.words import words

ROOM = Path(hub.console.__file__).parent
NEVER = (
    "再送",
    "再生",
    "取引ID",
    "送信箱",
    "発行済み",
    "しばらくしてから",
    "システム管理者",
    "エラーが発生",
)


def used() -> set[str]:
    sources = [*ROOM.glob("*.py"), *ROOM.glob("templates/*.html")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    return set(re.findall(r"say(?:\.first)?\(\s*'([\w-]+\.[\w-]+)'", text)) | set(
        re.findall(r'say(?:\.first)?\(\s*"([\w-]+\.[\w-]+)"', text)
    )


def test_every_word_that_is_said_is_written_down() -> None:
    whole = {key for key in used() if not key.endswith("_")}
    assert whole - set(words()) == set()


def test_both_languages_fill_in_the_same_values() -> None:
    for key, word in words().items():
        values = [sorted(re.findall(r"{\w+}", text)) for text in (word.ja, word.en)]
        assert values[0] == values[1], key


def test_the_words_that_clerks_misread_are_not_used() -> None:
    for key, word in words().items():
        assert not [never for never in NEVER if never in word.ja], key


def test_a_cancellation_says_of_what() -> None:
    for key, word in words().items():
        rest = re.sub(
            r"(注文|後払い取引(\s*{amount}\s*)?[のを]?|の)キャンセル", "", word.ja
        )
        if "キャンセル" in rest:
            assert key in {"cancel.cart", "cancel.submit", "reason.cart_cancelled"}, key
