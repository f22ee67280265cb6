"""`load` through the encrypted and the WebSocket door of another implementation of OpenD."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from support.independent_opend import IndependentOpenD
from support.independent_totals import LAST, TOTALS, US, expected, got, totals_of
from support.independent_transports import IndependentWebSocket, PycryptodomeSeal
from support.raw_clients import rsa_pem

import pd_optstat as po
from pd_optstat.opend.rate_limit import LIMIT, shared_slots

pytestmark = pytest.mark.vendor

YEAR = ("2025-01-01", "2025-12-31")
KEY = "open sesame"
TIMEOUT = 1.0


@pytest.fixture(scope="module", params=[1024, 2048])
def pem(request: pytest.FixtureRequest) -> bytes:
    return rsa_pem(request.param)


def sealed(pem: bytes) -> Callable[[], PycryptodomeSeal]:
    return lambda: PycryptodomeSeal(pem)


@pytest.mark.parametrize("cipher", ["AES_CBC", "FTAES_ECB"])
@pytest.mark.parametrize("form", ["protobuf", "json"])
@pytest.mark.parametrize("option", [{}, {"trickle": True}, {"shuffle": True}, {"push": True}], ids=str)
def test_encrypted_loads(option: dict[str, Any], form: str, cipher: str, pem: bytes) -> None:
    with IndependentOpenD(TOTALS, sealed(pem), page_size=40, **option) as server:
        source = po.OpenD(port=server.port, rsa_key=pem, cipher=cipher, format=form)
        frame = po.load("US_SECURITY", "VOLUME", "2023-01-01", "2025-12-31", source=source, cache=False)
        assert got(frame) == expected(US, "2023-01-01", "2025-12-31")
        assert (server.connections, server.not_understood) == (1, 0)


@pytest.mark.parametrize("size", range(1, 18))
def test_bodies_of_any_length(size: int, pem: bytes) -> None:
    """One to seventeen rows a page: the last block is filled to every degree."""
    days = [date(2025, 3, day) for day in range(3, 29) if date(2025, 3, day).weekday() < 5]
    with IndependentOpenD({(1, 0): totals_of(days)}, sealed(pem), page_size=size) as server:
        for cipher in ("AES_CBC", "FTAES_ECB"):
            source = po.OpenD(port=server.port, rsa_key=pem, cipher=cipher)
            frame = po.load("US_SECURITY", "VOLUME", "2025-03-03", "2025-03-28", source=source, cache=False)
            assert got(frame) == totals_of(days)


def test_another_rsa_key_is_an_error_in_time(pem: bytes) -> None:
    other = rsa_pem()
    with IndependentOpenD(TOTALS, sealed(pem)) as server:
        begun = time.monotonic()
        with pytest.raises((po.ConnectionFailed, po.ProtocolError), match="rsa_key"):
            po.load("US_SECURITY", source=po.OpenD(port=server.port, rsa_key=other, timeout=TIMEOUT), cache=False)
        with pytest.raises((po.ConnectionFailed, po.ProtocolError), match="rsa_key"):
            po.load("US_SECURITY", source=po.OpenD(port=server.port, timeout=TIMEOUT), cache=False)
        assert time.monotonic() - begun < 3 * TIMEOUT
        assert server.asked == []


@pytest.mark.parametrize("key", ["", KEY])
@pytest.mark.parametrize("option", [{}, {"push": True}, {"bare": True}], ids=str)
def test_websocket_loads(option: dict[str, Any], key: str) -> None:
    with IndependentOpenD(TOTALS, page_size=40, **option) as server, IndependentWebSocket(server, key) as door:
        url = f"ws://:{key.replace(' ', '%20')}@127.0.0.1:{door.port}" if key else f"ws://127.0.0.1:{door.port}"
        frame = po.load("HK_INDEX", "OPEN_INTEREST", "2016-01-01", LAST, source=url, cache=False)
        assert got(frame) == expected(TOTALS[4, 1], "2016-01-01", LAST)
        assert (frame.attrs["optstat"]["source"], server.connections) == ("opend", 1)


def test_tcp_and_websocket_share_the_rate_limit() -> None:
    """The WebSocket does not tell the login, so the host decides."""
    with IndependentOpenD(TOTALS, page_size=400) as server, IndependentWebSocket(server) as websocket:
        windows = 0
        for url in (f"opend://localhost:{server.port}", f"ws://127.0.0.1:{websocket.port}", server.url):
            frame = po.load("US_SECURITY", "VOLUME", "2020-01-01", "2025-12-31", source=url, cache=False)
            windows += frame.attrs["optstat"]["first_page_requests"]
        assert 6 <= windows == len(server.first_pages)
        assert len(shared_slots("localhost", None).acquire(LIMIT, time.monotonic())) == LIMIT - windows


@pytest.mark.parametrize("key", [None, "open barley"])
def test_a_wrong_websocket_key_is_an_error(key: str | None) -> None:
    with IndependentOpenD(TOTALS) as server, IndependentWebSocket(server, KEY) as door:
        with pytest.raises(po.RequestRejected, match="WebSocket key") as caught:
            po.load("US_SECURITY", source=po.OpenDWebSocket(port=door.port, key=key, timeout=TIMEOUT), cache=False)
        assert caught.value.ret_msg == "wrong key"
        assert "barley" not in str(caught.value)
        assert server.asked == []


def test_a_lost_websocket_connection_is_replaced(tmp_path: Any) -> None:
    with (
        IndependentOpenD(TOTALS, page_size=40, fault="close-before", honest=3) as server,
        IndependentWebSocket(server) as door,
    ):
        source = po.OpenDWebSocket(port=door.port)
        # It closes at every page from now on.
        with pytest.raises(po.ConnectionFailed, match="after 5 lost connections"):
            po.load("US_SECURITY", "VOLUME", *YEAR, source=source, cache=tmp_path)
        server.options.fault = None
        frame = po.load("US_SECURITY", "VOLUME", *YEAR, source=source, cache=tmp_path)
        assert got(frame) == expected(US, *YEAR)
