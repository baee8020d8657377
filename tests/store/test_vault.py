from pathlib import Path

import pytest

from hub.flow.spool import AnswerSpool
from hub.store import data_keys
from hub.store.store import Store, open_store
from hub.store.vault import VaultError, open_vault, seal, unseal
from tests.store.conftest import NOW, add_merchant

KEY = bytes(range(32))


def test_a_sealed_value_opens_in_its_place() -> None:
    assert unseal(KEY, seal(KEY, b"plain", place="a/b/c"), place="a/b/c") == b"plain"


@pytest.mark.parametrize("place", ["other/b/c", "a/other/c", "a/b/other"])
def test_a_sealed_value_that_was_moved_does_not_open(place: str) -> None:
    with pytest.raises(VaultError):
        unseal(KEY, seal(KEY, b"plain", place="a/b/c"), place=place)


def test_a_sealed_value_that_was_changed_does_not_open() -> None:
    sealed = bytearray(seal(KEY, b"plain", place="a"))
    sealed[-1] ^= 1
    with pytest.raises(VaultError):
        unseal(KEY, bytes(sealed), place="a")


def test_the_same_value_is_never_sealed_alike() -> None:
    assert seal(KEY, b"plain", place="a") != seal(KEY, b"plain", place="a")


def test_a_value_of_one_merchant_does_not_open_for_another(store: Store) -> None:
    ours, other = add_merchant(store, "見本一"), add_merchant(store, "見本二")
    key = store.of(ours).write(lambda scope: data_keys.create(scope, "x", NOW))
    sealed = store.of(ours).read(
        lambda scope: data_keys.seal_for(scope, key, b"plain", column="t.c")
    )
    with pytest.raises(Exception) as error:  # noqa: PT011 - no row, or no opening
        store.of(other).read(
            lambda scope: data_keys.unseal_from(scope, key, sealed, column="t.c")
        )
    assert type(error.value).__name__ in ("VaultError", "NoResultFound")


def test_a_database_does_not_open_with_another_key_file(
    store: Store, merchant_id: str, tmp_path: Path
) -> None:
    key = store.of(merchant_id).write(lambda scope: data_keys.create(scope, "x", NOW))
    sealed = store.of(merchant_id).read(
        lambda scope: data_keys.seal_for(scope, key, b"plain", column="t.c")
    )
    url = store.engine.url.render_as_string(hide_password=False)
    foreign = open_store(url, open_vault(tmp_path / "foreign.key"), data_dir=tmp_path)
    with pytest.raises(VaultError, match="HUB_KEY_FILE"):
        foreign.of(merchant_id).read(
            lambda scope: data_keys.unseal_from(scope, key, sealed, column="t.c")
        )
    foreign.close()


def test_the_key_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    open_vault(tmp_path / "new" / "hub.key")
    assert (tmp_path / "new" / "hub.key").stat().st_mode & 0o777 == 0o600


def test_two_processes_that_make_the_key_file_share_one(tmp_path: Path) -> None:
    path = tmp_path / "hub.key"
    assert open_vault(path).key_id == open_vault(path).key_id


def test_what_is_no_key_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "hub.key"
    path.write_text("not hexadecimal")
    with pytest.raises(VaultError, match=r"hub\.key"):
        open_vault(path)


def test_a_vault_shows_no_key_of_its_own(tmp_path: Path) -> None:
    vault = open_vault(tmp_path / "hub.key")
    assert (tmp_path / "hub.key").read_text() not in repr(vault)


def test_a_spooled_answer_of_another_attempt_does_not_open(tmp_path: Path) -> None:
    spool = AnswerSpool(tmp_path, open_vault(tmp_path / "hub.key"))
    merchant, one, two = "a" * 26, "b" * 26, "c" * 26
    spool.keep(merchant, one, b"answer")
    (tmp_path / f"{merchant}.{one}").rename(tmp_path / f"{merchant}.{two}")
    assert spool.read(merchant, two) is None
