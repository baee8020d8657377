"""Encryption at rest: data keys wrapped by the key-encryption key (T-23).

A sealed value is bound to its merchant, table and column: moved elsewhere, it does
not open.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
KEY_BYTES = 32


class VaultError(Exception):
    """A key file or a sealed value cannot be used."""


class Vault:
    """The key-encryption key of one installation, and what is derived from it."""

    def __init__(self, key: bytes) -> None:
        """Take the 32 bytes of the key-encryption key."""
        if len(key) != KEY_BYTES:
            raise VaultError("the key file must hold 32 bytes in hexadecimal")
        self._wrapping = AESGCM(_derive(key, b"wrap"))
        self._search_key = _derive(key, b"search")
        self._file_key = _derive(key, b"file")
        self.key_id = hashlib.sha256(_derive(key, b"id")).hexdigest()[:16]

    def __repr__(self) -> str:
        """Show which key it is, never the key."""
        return f"Vault({self.key_id})"

    def new_data_key(self, merchant_id: str) -> tuple[bytes, bytes]:
        """Return a new data key, plain and wrapped."""
        key = secrets.token_bytes(KEY_BYTES)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        wrapped = self._wrapping.encrypt(nonce, key, merchant_id.encode())
        return key, nonce + wrapped

    def unwrap(self, wrapped: bytes, merchant_id: str) -> bytes:
        """Return the plain data key; raises VaultError for another key file."""
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            return self._wrapping.decrypt(nonce, sealed, merchant_id.encode())
        except InvalidTag as error:
            raise VaultError(
                "a data key does not open: HUB_KEY_FILE is not the file that this "
                "database was written with"
            ) from error

    def seal_file(self, plain: bytes, *, name: str) -> bytes:
        """Encrypt what waits in a file for a moment."""
        return seal(self._file_key, plain, place=name)

    def unseal_file(self, sealed: bytes, *, name: str) -> bytes:
        """Decrypt a file's content; raises VaultError where it was changed."""
        return unseal(self._file_key, sealed, place=name)

    def keyed_hash(self, purpose: str, value: str) -> str:
        """Return a hash for search that is useless without the key file."""
        message = f"{purpose}\0{value}".encode()
        return hmac.new(self._search_key, message, hashlib.sha256).hexdigest()


def seal(key: bytes, plain: bytes, *, place: str) -> bytes:
    """Encrypt a value for its place (merchant, table and column)."""
    return seal_with(AESGCM(key), plain, place=place)


def seal_with(cipher: AESGCM, plain: bytes, *, place: str) -> bytes:
    """Encrypt a value with a key that was made ready before."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """Decrypt a value; raises VaultError where it was moved or changed."""
    try:
        return AESGCM(key).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode()
        )
    except InvalidTag as error:
        raise VaultError(f"a sealed value of {place} does not open") from error


def open_vault(path: Path) -> Vault:
    """Read the key file, making it (0600) where there is none."""
    if not path.exists():
        _make_key_file(path)
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError as error:
        raise VaultError(f"{path} does not hold a key in hexadecimal") from error
    return Vault(key)


def _make_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    # A link does not replace a key that another process made in the meantime.
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(
        algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"atobarai-hub " + purpose
    ).derive(key)
