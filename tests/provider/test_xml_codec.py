import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.provider.errors import UnreadableAnswerError, UnsendableTextError
from hub.provider.xml_codec import Node, build, parse

CAP = 100_000
CORPUS = Path(__file__).parent / "corpus" / "outbound_texts.jsonl"


def texts(verdict):
    """Return the texts of the corpus (G10) that are sent, or cannot be."""
    rows = map(json.loads, CORPUS.read_text("utf-8").splitlines())
    return [
        row["text"] if "text" in row else row["repeat"][0] * row["repeat"][1]
        for row in rows
        if row["verdict"] == verdict
    ]


HAZARDS, FORBIDDEN = texts("sent"), texts("unsendable")
XML_TEXT = (
    st.text(
        st.characters(
            exclude_categories=["Cs"],
            exclude_characters=[*FORBIDDEN],
        )
    )
    .map(str.strip)
    .filter(lambda text: text == text.strip(" \t\r\n"))
)
TREES = st.dictionaries(st.sampled_from("abcdefgh"), XML_TEXT, min_size=1).map(
    lambda texts: Node("request", children=tuple(Node(k, v) for k, v in texts.items()))
)


def leaf(text):
    return Node("request", children=(Node("name", text),))


@pytest.mark.parametrize("text", HAZARDS, ids=range(len(HAZARDS)))
def test_a_hazard_comes_back_as_it_went(text):
    assert parse(build(leaf(text)), cap_bytes=CAP) == leaf(text)


@pytest.mark.parametrize("text", FORBIDDEN, ids=range(len(FORBIDDEN)))
def test_what_xml_forbids_names_its_element_and_is_not_sent(text):
    with pytest.raises(UnsendableTextError) as raised:
        build(leaf(f"見本{text}花子"))
    assert raised.value.element == "name"
    assert "見本" not in str(raised.value)


@settings(max_examples=300)
@given(TREES)
def test_what_is_built_is_read_back(tree):
    assert parse(build(tree), cap_bytes=10 * CAP) == tree


def test_empty_elements_are_written_in_their_long_form():
    assert build(leaf("")).endswith(b"<request><name></name></request>")


def test_the_document_declares_utf_8():
    assert build(leaf("")).startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')


@pytest.mark.parametrize(
    "empty", ["<name></name>", "<name/>", "<name />", "<name> \n</name>"]
)
def test_both_forms_of_an_empty_element_are_read(empty):
    assert parse(f"<request>{empty}</request>".encode(), cap_bytes=CAP) == leaf("")


@pytest.mark.parametrize("name", ["Shift_JIS", "Windows-31J", "MS932", "cp932"])
def test_japanese_encodings_are_decoded_as_windows_does(name):
    text = (
        f'<?xml version="1.0" encoding="{name}"?><request><name>髙﨑</name></request>'
    )
    assert parse(text.encode("cp932"), cap_bytes=CAP) == leaf("髙﨑")


def test_euc_jp_is_decoded():
    text = '<?xml version="1.0" encoding="EUC-JP"?><request><name>見本</name></request>'
    assert parse(text.encode("euc_jp"), cap_bytes=CAP) == leaf("見本")


def test_a_document_at_its_cap_is_read_and_one_over_it_is_not():
    raw = build(leaf("x"))
    assert parse(raw, cap_bytes=len(raw)) == leaf("x")
    with pytest.raises(UnreadableAnswerError):
        parse(raw, cap_bytes=len(raw) - 1)


def test_an_element_beside_what_is_looked_for_is_found():
    tree = Node("a", children=(Node("b", "1"), Node("c", "2")))
    assert (tree.text_of("c"), tree.text_of("d")) == ("2", "")
