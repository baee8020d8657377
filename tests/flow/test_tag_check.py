"""What an outsider sees of a tag on a page: the hub's own address, or the shop's."""

import pytest

from hub.contract.http import HttpAnswer, PublicHttp
from hub.domain.banner import Placement
from hub.flow.tag_check import Sight, look_for_tag

KEY = "0123456789abcdef"
PLACE = '<div data-atobarai="cart"></div>'
BLOCK = '<div data-atobarai-tag="/apps/atobarai/tag.js"></div>'


class Pages(PublicHttp):
    """Answers every address with one page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page

    def get(self, *_arguments: object, **_named: object) -> HttpAnswer:
        return HttpAnswer(status=200, headers={}, body=self.page.encode())


@pytest.mark.parametrize(
    ("page", "sight"),
    [
        (f'{PLACE}<script src="https://h.example.jp/tag/{KEY}.js">', Sight.IN_PLACE),
        (f'{PLACE}<script src="/apps/atobarai/tag.js" async>', Sight.IN_PLACE),
        (PLACE + BLOCK, Sight.IN_PLACE),
        (BLOCK, Sight.NO_PLACE),
        (PLACE, Sight.ABSENT),
        (f'{PLACE}<script src="/assets/tag.js">', Sight.ABSENT),
        (f'{PLACE}<script src="https://e.example/atobarai/tag.js">', Sight.ABSENT),
        (f'{PLACE}<script src="https://h.example.jp/tag/other.js">', Sight.OTHER_TAG),
    ],
)
def test_a_page_carries_the_tag_by_either_address(page: str, sight: Sight) -> None:
    seen = look_for_tag(
        Pages(page),
        "https://shop.example.jp/cart",
        tag_keys=[KEY],
        placement=Placement.CART,
    )
    assert seen.sight is sight
