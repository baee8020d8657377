"""個人情報の依頼: forgotten where nothing is owed, kept with its reason where it is."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from hub.domain.known import State
from hub.flow import intervene, privacy
from hub.flow.sweep import sweep
from hub.store import inbox, print_data, privacy_requests
from hub.store.privacy_requests import StoredRequest
from hub.store.store import Scope
from hub.store.tables import audit, data_key, person
from tests.flow.specimens import TRACKING
from tests.flow.toucans import say, toucan_house
from tests.house import House

NUMBER, GID = "A-1001", "gid://toucan/Order/1"


@pytest.fixture
def perch(house: House) -> House:
    return toucan_house(house)


def place(house: House, number: str = NUMBER, **fields: Any) -> None:
    say(house, "placed", **{"number": number, "reference": GID, **fields})


def cancel(house: House, number: str = NUMBER) -> None:
    say(house, "cancelled", order_number=number)


def requests(house: House) -> list[StoredRequest]:
    return house.read(privacy_requests.of_merchant)


def forget(house: House, **whom: Any) -> StoredRequest:
    say(house, "buyer_forgotten", **whom)
    sweep(house.parts)
    return requests(house)[0]


def test_a_finished_order_forgets_its_buyer_and_keeps_its_amounts(
    perch: House,
) -> None:
    place(perch)
    cancel(perch)
    before = perch.order()
    request = forget(perch, references=[GID])
    after = perch.order()
    assert (request.state, request.outcome["erased"]) == ("done", 1)
    assert after.wanted.is_erased
    assert after.wanted.order is not None
    assert "花子" not in repr(after.wanted)
    assert before.wanted.order is not None
    assert after.wanted.order.total == before.wanted.order.total
    assert after.wanted.reference == GID
    assert [one.request for one in perch.attempts()] == [b""] * len(perch.attempts())
    assert {one.answer for one in perch.attempts()} <= {b"", None}


def test_the_key_of_what_was_forgotten_is_destroyed(perch: House) -> None:
    place(perch)
    cancel(perch)
    old = perch.order().data_key_id
    forget(perch, references=[GID])

    def keys(scope: Scope) -> list[str]:
        query = select(data_key.c.id).where(data_key.c.merchant_id == scope.merchant_id)
        return list(scope.connection.execute(query).scalars())

    assert old not in perch.read(keys)


def test_the_raw_deliveries_are_forgotten_and_not_processed_again(
    perch: House,
) -> None:
    place(perch)
    cancel(perch)
    forget(perch, references=[GID])
    bodies = []
    for line in perch.deliveries():
        found = perch.read(partial(inbox.get, delivery_id=line.id))
        assert found is not None
        bodies.append(found[1].body)
    assert bodies == [b""] * 3
    with pytest.raises(intervene.InterventionError):
        intervene.replay_delivery(
            perch.parts, perch.merchant_id, perch.deliveries()[-1].id, user_id="u"
        )


def test_a_buyer_is_found_by_email_and_by_phone_in_any_writing(perch: House) -> None:
    place(perch, email="One@Example.jp", phone="090-1234-5678")
    place(perch, "A-2", reference="gid://toucan/Order/2", email="two@example.jp")
    cancel(perch)
    cancel(perch, "A-2")
    assert forget(perch, phone="+81 90 1234 5678").outcome["erased"] == 1
    perch.move_real(seconds=1)
    assert forget(perch, email="TWO@example.jp").outcome["erased"] == 1


def test_no_hash_is_left_to_find_a_forgotten_buyer_by(perch: House) -> None:
    place(perch)
    cancel(perch)
    forget(perch, references=[GID])

    def hashes(scope: Scope) -> list[object]:
        return list(scope.connection.execute(select(person.c.email_hash)).scalars())

    assert perch.read(hashes) == [None]


def test_an_order_in_progress_is_kept_with_its_reason_until_it_ends(
    perch: House,
) -> None:
    place(perch)
    request = forget(perch, references=[GID])
    kept = {"order_id": perch.order().id, "code": "HUB-PRIV-101"}
    assert (request.state, request.outcome["orders"]) == ("kept", [kept])
    cancel(perch)
    perch.wait(hours=13)
    (request,) = requests(perch)
    assert (request.state, request.outcome["erased"]) == ("done", 1)
    assert (request.subject, perch.state()) == (None, State.CANCELLED)


def test_an_invoice_that_may_be_unpaid_keeps_its_buyer_for_half_a_year(
    perch: House,
) -> None:
    place(perch)
    say(perch, "shipped", number=NUMBER, tracking_number=TRACKING)
    request = forget(perch, references=[GID])
    assert request.outcome["orders"][0]["code"] == "HUB-PRIV-102"
    perch.clock.business += timedelta(days=181)
    perch.wait(hours=13)
    assert requests(perch)[0].state == "done"
    calls = perch.calls()
    perch.settle()
    assert (perch.state(), perch.calls()) == (State.SHIPMENT_REPORTED, calls)


def test_a_late_message_does_not_bring_the_buyer_back(perch: House) -> None:
    place(perch)
    cancel(perch)
    forget(perch, references=[GID])
    place(perch, version=7)
    assert "花子" not in repr(perch.order().wanted)


def test_an_order_that_was_forgotten_before_it_was_registered_never_is(
    perch: House,
) -> None:
    place(perch, ordered_at="2020-01-01T00:00:00+09:00")
    assert forget(perch, references=[GID]).state == "done"
    intervene.release_order(
        perch.parts, perch.merchant_id, perch.order().id, user_id="u"
    )
    perch.settle()
    assert (perch.state(), perch.calls()) == (State.RECEIVED, [])


def test_a_request_that_comes_twice_is_carried_out_once(perch: House) -> None:
    place(perch)
    forget(perch, references=[GID])
    delivery_id = perch.deliveries()[0].id
    intervene.replay_delivery(perch.parts, perch.merchant_id, delivery_id, user_id="u")
    perch.settle()
    assert len(requests(perch)) == 1


def test_a_shop_is_forgotten_with_every_finished_order(perch: House) -> None:
    for number in range(1, 31):
        place(
            perch,
            f"B-{number}",
            reference=f"gid://toucan/Order/B{number}",
            ordered_at="2020-01-01T00:00:00+09:00",
        )
    place(perch)
    say(perch, "shop_forgotten", at=perch.clock.now().isoformat())
    sweep(perch.parts)
    (request,) = requests(perch)
    assert (request.outcome["erased"], request.outcome["kept"]) == (30, 1)


def test_the_data_of_a_buyer_are_there_for_an_owner_until_it_is_closed(
    perch: House,
) -> None:
    place(perch)
    say(perch, "data_request", request_id="77", references=[GID])
    sweep(perch.parts)
    (request,) = requests(perch)
    assert (request.state, request.outcome) == ("ready", {"orders_found": 1})
    assert request.due_at - request.occurred_at == timedelta(days=30)
    document = privacy.download(
        perch.parts, perch.merchant_id, request.id, user_id="owner"
    )
    assert document is not None
    told = json.loads(document)
    assert told["orders"][0]["order"]["buyer"]["name"] == "見本 花子"
    assert privacy.close_export(
        perch.parts, perch.merchant_id, request.id, user_id="owner"
    )
    assert (
        privacy.download(perch.parts, perch.merchant_id, request.id, user_id="owner")
        is None
    )
    actions = perch.read(
        lambda scope: list(
            scope.connection.execute(
                select(audit.c.action).where(audit.c.user_id == "owner")
            ).scalars()
        )
    )
    assert actions == ["privacy_download", "privacy_done"]


def test_print_data_go_too(perch: House) -> None:
    place(perch)
    cancel(perch)
    found, transaction = perch.order(), perch.transaction().id
    perch.parts.store.of(perch.merchant_id).write(
        lambda scope: print_data.save(
            scope,
            transaction,
            b"printed",
            data_key_id=found.data_key_id,
            now=perch.clock.now(),
        )
    )
    forget(perch, references=[GID])
    assert perch.read(lambda scope: print_data.get(scope, transaction)) is None
