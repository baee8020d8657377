"""Over TLS the name of the URL counts, although the address was checked before."""

import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.contract.http import NotSentError, PublicHttp
from tests.contract.raw_server import EMPTY_OK, read_request

NAME = "shop.example.jp"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate of the shop, with its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


@pytest.fixture
def shop(certificate):
    """A TLS server on loopback that notes the names it is asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    asked: list[str] = []
    context.sni_callback = lambda _sock, name, _context: asked.append(name)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with suppress(OSError):
            while True:
                end, _ = listener.accept()
                with (
                    suppress(OSError),
                    context.wrap_socket(end, server_side=True) as tls,
                ):
                    while read_request(tls):
                        tls.sendall(EMPTY_OK)

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], asked
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def send(name, port, *, ca_file, seconds=20.0):
    http = PublicHttp(
        allow=[f"{name}:{port}"], resolve=lambda *_: ["127.0.0.1"], ca_file=ca_file
    )
    try:
        return http.post(
            f"https://{name}:{port}/",
            body=b"{}",
            headers={},
            total_seconds=seconds,
            cap_bytes=1024,
        )
    finally:
        http.close()


def test_the_server_is_asked_for_the_name_of_the_url(shop, certificate):
    port, asked = shop
    answer = send(NAME, port, ca_file=str(certificate / "certificate.pem"))
    assert (answer.status, asked) == (200, [NAME])


def test_a_certificate_of_another_name_is_surely_not_sent(shop, certificate):
    port, _ = shop
    with pytest.raises(NotSentError):
        send("other.example.jp", port, ca_file=str(certificate / "certificate.pem"))


def test_a_certificate_that_nobody_vouches_for_is_surely_not_sent(shop):
    port, _ = shop
    with pytest.raises(NotSentError):
        send(NAME, port, ca_file=None)


def test_a_handshake_that_drips_is_cut_at_the_deadline():
    listener = socket.create_server(("127.0.0.1", 0))

    def drip():
        end, _ = listener.accept()
        with suppress(OSError):
            end.sendall(b"\x16\x03\x03\x40\x00")
            while True:
                end.sendall(b"\x02")
                time.sleep(0.02)
        end.close()

    threading.Thread(target=drip, daemon=True).start()
    started = time.monotonic()
    with pytest.raises(NotSentError):
        send(NAME, listener.getsockname()[1], ca_file=None, seconds=0.5)
    listener.close()
    assert time.monotonic() - started < 20
