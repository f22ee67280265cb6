"""Open sockets to an OpenD: resolve, connect, and start TLS within one timeout, and cancellable throughout."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import threading
import time
from typing import TypeAlias

from .._util import cancellation
from .._util.warn import warn
from ..errors import InvalidRequest, SecurityWarning
from .endpoint import Endpoint

__all__ = ["open_socket", "server_address"]

#: A socket address, as `socket.getaddrinfo` returns it.
_Address: TypeAlias = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]

#: Results of a non-blocking connect() that is still in progress, on POSIX and on Windows.
_IN_PROGRESS = frozenset(
    getattr(errno, name)
    for name in ("EINPROGRESS", "EWOULDBLOCK", "EALREADY", "WSAEWOULDBLOCK")
    if hasattr(errno, name)
)
#: Seconds between looks at the resolver's thread: at first short, as most names are answered from a local cache.
_FAST_POLL, _SLOW_POLL = 0.002, 0.05
_FAST_POLLING = 0.02

#: Endpoints that a `SecurityWarning` named already; one warning for each is enough.
_warned: set[str] = set()


def open_socket(endpoint: Endpoint) -> socket.socket:
    """Return a socket connected to `endpoint`, with TLS if its scheme is ``wss``.

    Raises
    ------
    OSError
        If the name cannot be resolved, no address accepts the connection, the certificate is not trusted, or all of
        this takes longer than the endpoint's timeout.
    """
    deadline = time.monotonic() + endpoint.timeout
    addresses = _resolve(endpoint, deadline)
    # Warned before connecting: the first bytes sent may hold a WebSocket key.
    if not endpoint.is_encrypted and not all(_is_loopback(address) for _, address in addresses):
        _warn_unencrypted(endpoint)
    connected = _connect(addresses, deadline)
    return _start_tls(connected, endpoint, deadline) if endpoint.scheme == "wss" else connected


def server_address(connected: socket.socket) -> str:
    """Return the address that a socket is connected to, ``"localhost"`` for any address of this machine.

    So the same server has the same address, whether it is reached by 127.0.0.1, ::1, or its address in the network.
    """
    address = connected.getpeername()
    # A connection to an address of this machine comes from that address.
    if _is_loopback(address) or address[0] == connected.getsockname()[0]:
        return "localhost"
    ip = ipaddress.ip_address(str(address[0]).partition("%")[0])
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def _resolve(endpoint: Endpoint, deadline: float) -> list[tuple[int, _Address]]:
    """Return the endpoint's addresses with their families.

    `socket.getaddrinfo` has no timeout and cannot be cancelled, so it runs in a thread that may be left behind.
    """
    found: list[tuple[int, _Address]] = []
    failures: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            results = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
            found.extend((family, address) for family, _, _, _, address in results)
        except (OSError, UnicodeError) as error:
            failures.append(error)

    if _is_ip_address(endpoint.host):
        look_up()
    else:
        thread = threading.Thread(target=look_up, name="pd_optstat-resolver", daemon=True)
        thread.start()
        started = time.monotonic()
        while thread.is_alive() and (now := time.monotonic()) < deadline:
            thread.join(_FAST_POLL if now < started + _FAST_POLLING else _SLOW_POLL)
            cancellation.check()
    if failures:
        raise OSError(str(failures[0])) from failures[0]
    if not found:
        raise TimeoutError(f"the name {endpoint.host} was not resolved within {endpoint.timeout:g} s")
    return found


def _connect(addresses: list[tuple[int, _Address]], deadline: float) -> socket.socket:
    """Return a socket connected to the first address that accepts. The remaining time is shared by those left."""
    failure: OSError | None = None
    for position, (family, address) in enumerate(addresses):
        share = (deadline - time.monotonic()) / (len(addresses) - position)
        try:
            return _connect_one(family, address, share)
        except OSError as error:
            failure = error
    assert failure is not None
    raise failure


def _connect_one(family: int, address: _Address, timeout: float) -> socket.socket:
    created = socket.socket(family, socket.SOCK_STREAM)
    try:
        created.setblocking(False)
        code = created.connect_ex(address)
        if code in _IN_PROGRESS:
            if not cancellation.wait_for(created, timeout, write=True):
                raise TimeoutError("timed out")
            code = created.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
        # Requests are small; Nagle's algorithm would delay each behind the reply to the one before.
        created.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return created
    except BaseException:
        created.close()
        raise


def _start_tls(connected: socket.socket, endpoint: Endpoint, deadline: float) -> socket.socket:
    """Return a TLS socket on top of `connected`, which is closed if that fails."""
    import ssl

    opened = connected
    try:
        try:
            context = ssl.create_default_context(cafile=endpoint.certificates)
        except OSError as error:
            raise InvalidRequest(
                f"certificates={endpoint.certificates!r} cannot be read as PEM certificates "
                f"({error.strerror or error})."
            ) from None
        # The socket does not block, so that a silent server can neither outlast the timeout nor delay a cancellation.
        opened = wrapped = context.wrap_socket(connected, server_hostname=endpoint.host, do_handshake_on_connect=False)
        while True:
            try:
                wrapped.do_handshake()
                return wrapped
            except ssl.SSLWantReadError:
                write = False
            except ssl.SSLWantWriteError:
                write = True
            if not cancellation.wait_for(wrapped, deadline - time.monotonic(), write=write):
                raise TimeoutError("the TLS handshake timed out")
    except BaseException:
        opened.close()
        raise


def _warn_unencrypted(endpoint: Endpoint) -> None:
    if str(endpoint) not in _warned:
        _warned.add(str(endpoint))
        remedy = (
            "wss:// with a certificate" if endpoint.is_websocket else "po.OpenD(..., rsa_key=FILE) with OpenD's RSA key"
        )
        warn(
            f"{endpoint} is on another machine, and the connection is not encrypted. Others on the network can read "
            f"it{', including the WebSocket key,' if endpoint.key else ''} and change the numbers. Use {remedy}, or a "
            "tunnel.",
            SecurityWarning,
        )


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_loopback(address: _Address) -> bool:
    ip = ipaddress.ip_address(str(address[0]).partition("%")[0])
    # ::ffff:127.0.0.1 is this machine, but IPv6 does not count it as loopback.
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_loopback or ip.is_unspecified
