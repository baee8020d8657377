"""The errors of this room; none of them leaves it but the first.

    RoomError
    ├── UnsendableTextError     a text that no XML can hold         → our defect
    └── UnreadableAnswerError   an answer not exactly understood    → Unclear

`code` is an entry of hub/text/catalogue.toml.
"""

from enum import StrEnum


class Unread(StrEnum):
    """Why an answer was not exactly understood."""

    NOT_XML = "HUB-PROV-211"
    FORBIDDEN_MARKUP = "HUB-PROV-212"
    TOO_LARGE = "HUB-PROV-213"
    WRONG_CHARSET = "HUB-PROV-214"
    WRONG_ROOT = "HUB-PROV-215"
    REPEATED = "HUB-PROV-216"
    UNKNOWN_RESULT = "HUB-PROV-217"
    MISSING = "HUB-PROV-218"
    UNKNOWN_WORD = "HUB-PROV-219"
    OTHER_ID = "HUB-PROV-220"
    CONTRADICTION = "HUB-PROV-221"
    HTTP_STATUS = "HUB-PROV-222"
    BUSY = "HUB-PROV-223"


class RoomError(Exception):
    """The root of this room's errors."""


class UnsendableTextError(RoomError):
    """A text holds a character that XML forbids; lint finds it before sending."""

    def __init__(self, element: str) -> None:
        """Name the element, never the text."""
        super().__init__(f"The text of {element} cannot be written as XML.")
        self.element = element


class UnreadableAnswerError(RoomError):
    """An answer was not exactly understood."""

    def __init__(self, reason: Unread) -> None:
        """Keep the reason, which is the code of its entry in the catalogue."""
        super().__init__(f"The answer was not understood ({reason.name.lower()}).")
        self.reason = reason
