"""What cannot work is refused when a shop is added, not when its first order comes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.config import Config
from hub.contract.secret import Secret
from hub.domain.policy import Mode
from hub.flow.enroll import EnrollError, NewShop, enroll_merchant, enroll_shop
from hub.parts import Parts, assemble
from hub.store import connections, merchants
from hub.store.schema import migrate

ALLOWED = "127.0.0.1:8003"


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = assemble(
        Config(data_dir=tmp_path / "hub", callback_allow=frozenset({ALLOWED}))
    )
    migrate(opened.store.engine)
    yield opened
    opened.store.close()


@pytest.fixture
def merchant_id(parts: Parts) -> str:
    return enroll_merchant(
        parts,
        name="見本茶舗",
        shop_code="atd000000001",
        link_id="original00",
        link_password=Secret("Example01"),
    )


def add(
    parts: Parts,
    merchant_id: str,
    *,
    connector: str = "generic_webhook",
    prefix: str = "",
    **settings: str,
) -> NewShop:
    return enroll_shop(
        parts,
        merchant_id,
        name="見本茶舗 本店",
        connector=connector,
        settings=settings,
        mode=Mode.SHADOW,
        cutover_at=datetime(2026, 11, 25, tzinfo=UTC),
        order_number_prefix=prefix,
    )


def shops(parts: Parts, merchant_id: str) -> list[str]:
    return parts.store.of(merchant_id).read(merchants.shop_ids)


def test_a_connector_that_is_not_installed_is_refused(
    parts: Parts, merchant_id: str
) -> None:
    with pytest.raises(EnrollError, match="no connector nobody") as refused:
        add(parts, merchant_id, connector="nobody")
    assert refused.value.code == "HUB-CONN-001"


def test_an_unknown_setting_is_refused_with_the_names_there_are(
    parts: Parts, merchant_id: str
) -> None:
    with pytest.raises(EnrollError, match=r"no setting colour; there are .*secret"):
        add(parts, merchant_id, colour="red")


def test_a_choice_that_is_none_is_refused(parts: Parts, merchant_id: str) -> None:
    with pytest.raises(EnrollError, match="scheme must be one of"):
        add(parts, merchant_id, scheme="none")


def test_a_required_setting_that_is_missing_is_refused(
    parts: Parts, merchant_id: str
) -> None:
    kept = parts.registry.connector("generic_webhook")
    fields = [
        replace(field, is_required=True) if field.name == "callback_url" else field
        for field in kept.manifest.settings
    ]
    asking = replace(kept, manifest=replace(kept.manifest, settings=fields))
    registry = replace(parts.registry, connectors={"generic_webhook": asking})
    with pytest.raises(EnrollError, match="the setting callback_url is missing"):
        add(replace(parts, registry=registry), merchant_id)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.jp/atobarai",
        "https://shop.example.jp:8443/atobarai",
        "https://127.0.0.1/atobarai",
        "https://10.0.0.8/atobarai",
        "https://192.168.1.1/atobarai",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/atobarai",
        "https://[fd00::1]/atobarai",
        "https://2130706433/atobarai",
        "https://user:word@shop.example.jp/atobarai",
        "http://127.0.0.1:8004/",
        "ftp://shop.example.jp/",
        "shop.example.jp",
    ],
)
def test_a_callback_url_that_is_never_sent_to_is_refused(
    parts: Parts, merchant_id: str, url: str
) -> None:
    with pytest.raises(EnrollError) as refused:
        add(parts, merchant_id, callback_url=url)
    assert refused.value.code == "HUB-CONN-003"


def test_a_refused_callback_url_leaves_no_shop(parts: Parts, merchant_id: str) -> None:
    with pytest.raises(EnrollError):
        add(parts, merchant_id, callback_url="http://shop.example.jp/")
    assert shops(parts, merchant_id) == []


def test_the_refusal_does_not_repeat_the_url(parts: Parts, merchant_id: str) -> None:
    """It may hold a token, and the text may reach a log."""
    with pytest.raises(EnrollError) as refused:
        add(parts, merchant_id, callback_url="http://shop.example.jp/?token=canary")
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://shop.example.jp/atobarai", f"http://{ALLOWED}/callbacks"]
)
def test_a_callback_url_that_can_be_reached_is_taken(
    parts: Parts, merchant_id: str, url: str
) -> None:
    new = add(parts, merchant_id, callback_url=url)
    now = parts.clock.now()
    stored = parts.store.of(merchant_id).read(
        lambda scope: connections.get(scope, new.connection_id, now=now)
    )
    assert stored is not None
    assert stored.settings.values["callback_url"] == url


def test_a_shop_without_callbacks_needs_no_url(parts: Parts, merchant_id: str) -> None:
    assert add(parts, merchant_id).shop_id


def test_a_second_shop_without_a_prefix_is_refused(
    parts: Parts, merchant_id: str
) -> None:
    add(parts, merchant_id)
    with pytest.raises(EnrollError) as refused:
        add(parts, merchant_id)
    assert refused.value.code == "HUB-CONN-002"


def test_a_prefix_that_another_shop_has_is_refused(
    parts: Parts, merchant_id: str
) -> None:
    add(parts, merchant_id)
    add(parts, merchant_id, prefix="B-")
    with pytest.raises(EnrollError) as refused:
        add(parts, merchant_id, prefix="B-")
    assert refused.value.code == "HUB-CONN-002"


def test_a_generated_secret_is_new_for_every_shop(
    parts: Parts, merchant_id: str
) -> None:
    first = add(parts, merchant_id).secrets["secret"].reveal()
    second = add(parts, merchant_id, prefix="B-").secrets["secret"].reveal()
    assert first != second


def test_a_new_shop_shows_no_secret_in_its_repr(parts: Parts, merchant_id: str) -> None:
    new = add(parts, merchant_id)
    assert new.secrets["secret"].reveal() not in repr(new)


def test_a_new_shop_shows_no_hook_key_in_its_repr(
    parts: Parts, merchant_id: str
) -> None:
    new = add(parts, merchant_id)
    assert new.hook_key not in repr(new)
