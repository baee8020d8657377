"""The operator's own partners are reached wherever they are, and nobody else."""

import pytest

from hub.contract.http import AddressRefusedError, OperatorHttp
from tests.contract.raw_server import EMPTY_OK, says, serving

CAP = 65536


def test_an_operator_client_reaches_its_host_on_loopback():
    with serving(says(EMPTY_OK)) as server:
        http = OperatorHttp([server.url])
        answer = http.post(
            server.url, body=b"<a/>", headers={}, total_seconds=1, cap_bytes=CAP
        )
        http.close()
    assert answer.status == 200


def test_an_operator_client_reaches_no_other_host():
    with serving(says(EMPTY_OK)) as server, serving(says(EMPTY_OK)) as other:
        http = OperatorHttp([server.url])
        with pytest.raises(AddressRefusedError):
            http.post(other.url, body=b"", headers={}, total_seconds=1, cap_bytes=CAP)
    assert other.connections == 0
