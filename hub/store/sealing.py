"""A data key made ready once, for the way of a webhook to the disk."""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from hub.store import data_keys
from hub.store.store import MerchantStore, Scope
from hub.store.tables import data_key
from hub.store.vault import seal_with


@dataclass(frozen=True, slots=True)
class Sealer:
    """One data key, ready to encrypt values of a merchant without a database."""

    merchant_id: str
    key_id: str
    label: str
    _cipher: AESGCM = field(repr=False)

    def seal(self, plain: bytes, *, column: str) -> bytes:
        """Encrypt a value of a column under the data key."""
        place = f"{self.merchant_id}/{column}/{self.key_id}"
        return seal_with(self._cipher, plain, place=place)


def sealer(store: MerchantStore, label: str, now: datetime) -> Sealer:
    """Return what seals under the data key of a label, which is committed by then."""
    found = store.read(lambda scope: _find(scope, label))
    if found is None:
        store.write(lambda scope: data_keys.ensure(scope, label, now))
        found = store.read(lambda scope: _find(scope, label))
    if found is None:
        raise LookupError(f"no data key {label}")
    return found


def _find(scope: Scope, label: str) -> Sealer | None:
    key_id = scope.connection.execute(
        select(data_key.c.id).where(
            data_key.c.merchant_id == scope.merchant_id, data_key.c.label == label
        )
    ).scalar_one_or_none()
    if key_id is None:
        return None
    plain = scope.keys.plain(scope.connection, scope.merchant_id, key_id)
    return Sealer(scope.merchant_id, key_id, label, AESGCM(plain))
