"""E-mail addresses as people write them by mistake."""

import re

from hub.text.widths import narrow, without_spaces, without_unseen

_WRAPPED = re.compile(r"^(?:mailto:)?.*?<?([!-;=?-~]+@[!-;=?-~]+)>?$", re.IGNORECASE)
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def repaired_email(text: str) -> str:
    """Return the address that is most likely meant, "" where none can be told."""
    plain = without_spaces(narrow(without_unseen(text)))
    plain = plain.replace("。", ".").replace("、", ",").replace("@@", "@")
    wrapped = _WRAPPED.match(plain)
    name, at, domain = (wrapped[1] if wrapped else plain).rpartition("@")
    name = name.removeprefix("mailto:")
    domain = re.sub(r"\.{2,}", ".", domain.replace(",", ".")).strip(".")
    if not at or not name or not name.isascii() or not _DOMAIN.fullmatch(domain):
        return ""
    return "" if "@" in name else f"{name}@{domain}"
