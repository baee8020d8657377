"""Whether a page of a shop carries its tag, as an outsider sees the page (S22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from urllib.parse import urljoin

from hub.contract.http import (
    AddressRefusedError,
    AnswerLostError,
    HttpAnswer,
    NotSentError,
    PublicHttp,
)
from hub.domain.banner import Placement

PAGE_SECONDS = 10.0
LARGEST_PAGE = 3_000_000
MOST_MOVES = 3
_MOVED = (301, 302, 303, 307, 308)


class Sight(StrEnum):
    """What was seen of a tag on a page."""

    IN_PLACE = "in_place"
    NO_PLACE = "no_place"
    OTHER_TAG = "other_tag"
    ABSENT = "absent"
    NO_PAGE = "no_page"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen; `status` is the page's HTTP status, 0 where none came."""

    sight: Sight
    status: int = 0


def look_for_tag(
    http: PublicHttp, url: str, *, tag_keys: Sequence[str], placement: Placement
) -> Sighting:
    """Fetch a page and look for a shop's tag and the element that it fills.

    Redirects are followed by hand, so that every address is checked again.
    """
    try:
        answer = _page(http, url)
    except AddressRefusedError:
        return Sighting(sight=Sight.REFUSED)
    except (NotSentError, AnswerLostError):
        return Sighting(sight=Sight.UNREACHABLE)
    if answer.status != 200:
        return Sighting(sight=Sight.NO_PAGE, status=answer.status)
    # Names and addresses are ASCII whatever the page's encoding is.
    seen = _Reader(answer.body.decode("latin-1"))
    return Sighting(sight=seen.sight(tag_keys, placement), status=answer.status)


def _page(http: PublicHttp, url: str) -> HttpAnswer:
    moves = 0
    while True:
        answer = http.get(url, total_seconds=PAGE_SECONDS, cap_bytes=LARGEST_PAGE)
        moved_to = answer.headers.get("location", "")
        if answer.status not in _MOVED or not moved_to or moves == MOST_MOVES:
            return answer
        url = urljoin(url, moved_to)
        moves += 1


class _Reader(HTMLParser):
    """Collects the tags and the placements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.has_own = False
        self.placements: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a script that is a tag, and an element that one fills."""
        found = dict(attrs)
        source = (found.get("src") or "").partition("?")[0]
        directory, _, name = source.rpartition("/")
        # A cart may pass its shop's tag on at an address of the shop (Storefront); a
        # block of it names the address, and loads it once the page is there.
        named = found.get("data-atobarai-tag") or source
        if named.startswith("/") and named.endswith("/atobarai/tag.js"):
            self.has_own = True
        if tag == "script" and directory.endswith("/tag") and name.endswith(".js"):
            self.tags.add(name.removesuffix(".js"))
        if found.get("data-atobarai"):
            self.placements.add(str(found["data-atobarai"]))

    def sight(self, tag_keys: Sequence[str], placement: Placement) -> Sight:
        """Return what was seen of a shop's tags at one placement."""
        if not self.has_own and self.tags.isdisjoint(tag_keys):
            return Sight.OTHER_TAG if self.tags else Sight.ABSENT
        return Sight.IN_PLACE if placement.value in self.placements else Sight.NO_PLACE
