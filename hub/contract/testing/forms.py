"""What every connector must say of itself: its manifest and its guide."""

import re

from hub.contract.connector import CONTRACT_NUMBER, SettingKind
from hub.contract.testing.subject import Subject, need

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
_NAME = re.compile("[a-z][a-z0-9_]*")


def the_manifest_names_itself_in_both_languages(subject: Subject) -> None:
    """Look at slug and titles."""
    manifest = subject.connector.manifest
    need(manifest.slug == subject.folder.name, "the slug is not the folder's name")
    need(bool(_NAME.fullmatch(manifest.slug)), "the slug is not lower-case ASCII")
    need(bool(JAPANESE.search(manifest.title_ja)), "title_ja is not Japanese")
    title = manifest.title_en
    need(title.isascii() and bool(title.strip()), "title_en is not ASCII")


def the_manifest_states_its_contract_topics_and_roles(subject: Subject) -> None:
    """Look at contract, topics, roles and the accepted status."""
    manifest = subject.connector.manifest
    need(manifest.contract == CONTRACT_NUMBER, f"contract is not {CONTRACT_NUMBER}")
    need(len(set(manifest.topics)) == len(manifest.topics) > 0, "topics: none or twice")
    need(len(set(manifest.roles)) == len(manifest.roles) > 0, "roles: none or twice")
    need(manifest.accepted_status in (200, 201, 202, 204), "accepted_status is no 2xx")


def every_setting_is_asked_for_in_both_languages(subject: Subject) -> None:
    """Look at names, labels and helps."""
    for field in subject.connector.manifest.settings:
        need(bool(_NAME.fullmatch(field.name)), f"{field.name}: not lower-case ASCII")
        is_named = JAPANESE.search(field.label_ja) and field.label_en.strip()
        need(bool(is_named), f"{field.name}: a label is missing")
        is_even = bool(field.help_ja) == bool(field.help_en)
        need(is_even, f"{field.name}: the help is in one language only")


def every_setting_can_be_entered(subject: Subject) -> None:
    """Look at choices, defaults and secrets."""
    settings = subject.connector.manifest.settings
    need(len({field.name for field in settings}) == len(settings), "a name twice")
    for field in settings:
        is_choice = field.kind is SettingKind.CHOICE
        need(bool(field.choices) == is_choice, f"{field.name}: choices for CHOICE only")
        fits = not is_choice or field.default in field.choices
        need(fits, f"{field.name}: the default is no choice")
        is_secret = field.kind is SettingKind.SECRET
        need(not (is_secret and field.default), f"{field.name}: a secret by default")
        need(is_secret or not field.is_generated, f"{field.name}: generated, no secret")


def every_snippet_can_be_pasted(subject: Subject) -> None:
    """Look at the HTML for the shop's pages."""
    snippets = subject.connector.manifest.snippets
    need(len({one.name for one in snippets}) == len(snippets), "a snippet's name twice")
    for one in snippets:
        is_named = JAPANESE.search(one.title_ja) and one.title_en.strip()
        need(bool(is_named), f"snippet {one.name}: a title is missing")
        is_own = subject.connector.storefront is not None and "/tag.js" in one.html
        need(
            is_own or "{tag_url}" in one.html,
            f"snippet {one.name}: without {{tag_url}}",
        )
        need("data-atobarai=" in one.html, f"snippet {one.name}: nothing to fill")
        pasted = one.pasted("https://hub.example.jp/tag/0.js")
        need("{tag_url}" not in pasted, f"snippet {one.name}: not filled in")


def the_shop_finds_a_guide_in_japanese(subject: Subject) -> None:
    """Look at README.md: limits and every setting by its label."""
    path = subject.folder / "README.md"
    need(path.exists(), "README.md is missing")
    guide = path.read_text("utf-8")
    need("既知の制限" in guide, "README.md has no 既知の制限")
    for field in subject.connector.manifest.settings:
        label = field.label_ja.partition("(")[0]
        need(label in guide, f"README.md does not explain {label}")
