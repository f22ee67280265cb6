"""From an address to a connected socket, within a time that is given, also where the resolver or the peer is silent."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import time
from typing import Any

from .._util import cancellation
from .._util.warn import warn
from ..errors import InvalidRequest, SecurityWarning
from .endpoint import Endpoint

__all__ = ["open_socket"]

Address = tuple[Any, ...]

#: Endpoints whose risk was named already.
_warned: set[str] = set()


def open_socket(endpoint: Endpoint) -> socket.socket:
    """Return a socket that is connected to `endpoint`, with TLS if it wants that.

    Raises
    ------
    OSError
        If nobody answers there, or not in time, or with a certificate that is not to be trusted.
    """
    deadline = time.monotonic() + endpoint.timeout
    addresses = _resolve(endpoint, deadline)
    if not endpoint.is_private and not all(_is_loopback(address) for _, address in addresses):
        _warn(endpoint)
    connected = _connect(addresses, deadline)
    return _wrap(connected, endpoint, deadline) if endpoint.scheme == "wss" else connected


def _resolve(endpoint: Endpoint, deadline: float) -> list[tuple[int, Address]]:
    """Return families and addresses. The system's resolver knows no time limit, so it runs beside."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    if _is_literal(endpoint.host):
        look_up()
    else:
        looking = threading.Thread(target=look_up, name="pd_optstat-resolver", daemon=True)
        looking.start()
        while looking.is_alive() and time.monotonic() < deadline:
            looking.join(0.002 if time.monotonic() < deadline - endpoint.timeout + 0.02 else 0.05)
            cancellation.check()
    if not found:
        raise TimeoutError(f"the name {endpoint.host} was not resolved within {endpoint.timeout:g} s")
    if isinstance(found[0], Exception):
        raise OSError(str(found[0])) from found[0]
    return [(family, address) for family, _, _, _, address in found]


def _connect(addresses: list[tuple[int, Address]], deadline: float) -> socket.socket:
    """Return a socket that is connected to the first of `addresses` that answers within its share of the time."""
    failure: OSError | None = None
    for left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        try:
            return _connect_one(family, address, (deadline - time.monotonic()) / left)
        except OSError as error:
            failure = error
    assert failure is not None
    raise failure


def _connect_one(family: int, address: Address, timeout: float) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        code = made.connect_ex(address)
        if code in _UNDER_WAY:
            if not cancellation.wait_for(made, timeout, write=True):
                raise TimeoutError("timed out")
            code = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made
    except BaseException:
        made.close()
        raise


def _wrap(connected: socket.socket, endpoint: Endpoint, deadline: float) -> socket.socket:
    import ssl

    try:
        trusted = ssl.create_default_context(cafile=endpoint.certificates)
    except OSError as error:
        connected.close()
        raise InvalidRequest(
            f"certificates={endpoint.certificates!r} cannot be read as PEM certificates ({error.strerror or error})."
        ) from None
    try:
        connected.settimeout(max(deadline - time.monotonic(), 0.001))
        return trusted.wrap_socket(connected, server_hostname=endpoint.host)
    except BaseException:
        connected.close()
        raise


def _warn(endpoint: Endpoint) -> None:
    if str(endpoint) not in _warned:
        _warned.add(str(endpoint))
        remedy = (
            "wss:// with a certificate"
            if endpoint.is_websocket
            else "po.OpenD(..., rsa_key=FILE) with the key that OpenD has"
        )
        warn(
            f"{endpoint} is not on this machine, and the connection is not encrypted: whoever is on the way can read "
            f"it{' (a WebSocket key too)' if endpoint.key else ''} and change the numbers. Use {remedy}, or a tunnel.",
            SecurityWarning,
        )


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_loopback(address: Address) -> bool:
    found = ipaddress.ip_address(str(address[0]).partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_loopback or found.is_unspecified


def _under_way() -> frozenset[int]:
    import errno

    names = ("EINPROGRESS", "EWOULDBLOCK", "EALREADY", "WSAEWOULDBLOCK")
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


_UNDER_WAY = _under_way()
