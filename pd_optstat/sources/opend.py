"""OpenD as a source, over TCP or over WebSocket."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .._util.validation import check_bool
from ..core.origins import check_namespace, simulator_origin
from ..core.urls import DEFAULT_PORT, DEFAULT_WEBSOCKET_PORT, check_port
from ..errors import InvalidRequest
from .protocols import PagedSource

if TYPE_CHECKING:
    from ..opend.encryption import RsaKey
    from ..opend.endpoint import Endpoint
    from .protocols import Session

# The protocol's modules need protobuf, so they are imported when a session opens, which keeps `po.OpenD(...)` cheap.

__all__ = ["OpenD", "OpenDWebSocket"]

_BODY_FORMATS = ("protobuf", "json")
_CIPHERS = ("AES_CBC", "FTAES_ECB")


class _Gateway(PagedSource):
    """What connections over TCP and WebSocket have in common."""

    def __init__(self, host: str, port: int, timeout: float, namespace: str | None) -> None:
        # Set before any check, as a traceback that shows locals calls repr() even if __init__ raised.
        self.host, self.port, self.timeout, self.namespace = host, port, timeout, namespace
        if not isinstance(host, str) or not host or any(letter.isspace() or letter in "/@" for letter in host):
            raise InvalidRequest(f"host={host!r} is not a valid host name or address.")
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= 3600:
            raise InvalidRequest(f"timeout={timeout!r} must be a number of seconds between 0 and 3600.")
        check_port(port)
        self.timeout = float(timeout)
        check_namespace(namespace)

    @property
    def endpoint(self) -> str:
        """Its URL, without a key."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self._scheme}://{host}:{self.port}"

    @property
    def likely_origin(self) -> str:
        """``"opend"`` or the namespace; a simulator identifies itself only after connecting."""
        return self.namespace or "opend"

    @property
    def origin_is_certain(self) -> bool:
        """False, as a simulator may listen at the address."""
        return False

    @contextmanager
    def open(self) -> Iterator[Session]:
        """Connect, or reuse the idle connection of the last load."""
        from ..opend.session import OpenDSession

        session = OpenDSession(self._endpoint(), self._origin)
        try:
            yield session
        finally:
            session.close()

    def _origin(self, seed: int | None) -> str:
        return self.likely_origin if seed is None else simulator_origin(seed)

    @property
    @abstractmethod
    def _scheme(self) -> str:
        """The scheme of its URL."""

    @abstractmethod
    def _endpoint(self) -> Endpoint:
        """Return the address to connect to, with format, encryption and key."""


class OpenD(_Gateway):
    """A Futu or moomoo OpenD gateway, as `source=` of `load`.

    Parameters
    ----------
    host : str
        Host name or address; by default this machine.
    port : int
        OpenD's API port.
    rsa_key : path, str or bytes, optional
        The RSA private key that OpenD has (``rsa_private_key``), as the path of a PEM file or as its text. The
        connection is then encrypted. Needs the package cryptography. The key is never shown or stored.
    format : {"protobuf", "json"}
        The encoding of message bodies.
    timeout : float
        Seconds for connecting and for each reply. A reply that arrives slowly may take six times as long, and
        reconnecting after a loss in the middle of a load four times as long.
    namespace : str, optional
        Cache the rows under this name instead of ``"opend"``, which all OpenD gateways share, as their numbers are
        the exchange's.
    cipher : {"AES_CBC", "FTAES_ECB"}
        The encryption of bodies after the first; use the second for an OpenD that does not support the first.

    Raises
    ------
    InvalidRequest
        If an argument is not valid, such as a text that is not a key.

    Notes
    -----
    Without a key, the first load from another machine gives a `SecurityWarning`.

    Examples
    --------
    >>> OpenD(port=11112, timeout=10)
    OpenD(host='127.0.0.1', port=11112, format='protobuf', timeout=10.0)
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        *,
        rsa_key: str | bytes | os.PathLike[str] | None = None,
        format: str = "protobuf",
        timeout: float = 5.0,
        namespace: str | None = None,
        cipher: str = "AES_CBC",
    ) -> None:
        self._rsa: RsaKey | None = None
        self.format, self.cipher = format, cipher
        super().__init__(host, port, timeout, namespace)
        if not isinstance(format, str) or format not in _BODY_FORMATS:
            raise InvalidRequest(f"format={format!r} is not known. Valid: {', '.join(_BODY_FORMATS)}.")
        if not isinstance(cipher, str) or cipher not in _CIPHERS:
            raise InvalidRequest(f"cipher={cipher!r} is not known. Valid: {', '.join(_CIPHERS)}.")
        self._rsa = None if rsa_key is None else _read_key(rsa_key)

    def __repr__(self) -> str:
        extra = f", namespace={self.namespace!r}" if self.namespace else ""
        extra += ", rsa_key=<hidden>" if self._rsa is not None else ""
        extra += f", cipher={self.cipher!r}" if self.cipher != _CIPHERS[0] else ""
        return f"OpenD(host={self.host!r}, port={self.port}, format={self.format!r}, timeout={self.timeout!r}{extra})"

    @property
    def _scheme(self) -> str:
        return "opend"

    def _endpoint(self) -> Endpoint:
        from ..opend.encryption import Encryption
        from ..opend.endpoint import Endpoint
        from ..opend.packets import BodyFormat

        encryption = None if self._rsa is None else Encryption[self.cipher]
        return Endpoint(
            self.host, self.port, BodyFormat[self.format.upper()], self.timeout, rsa=self._rsa, encryption=encryption
        )


class OpenDWebSocket(_Gateway):
    """The WebSocket port of an OpenD gateway, as `source=` of `load`; the same as a ``ws://`` or ``wss://`` URL.

    Parameters
    ----------
    host : str
        Host name or address; by default this machine.
    port : int
        OpenD's ``websocket_port``.
    key : str, optional
        The WebSocket key, of which OpenD has the MD5 digest (``websocket_key_md5``). It is never shown or stored.
    tls : bool
        Whether to use TLS (``wss://``). The certificate is verified.
    certificates : path, optional
        A PEM file of the certificate authorities to trust instead of the system's, for a self-signed certificate.
    timeout : float
        Seconds, as in `OpenD`.
    namespace : str, optional
        Cache the rows under this name, as in `OpenD`.

    Raises
    ------
    InvalidRequest
        If an argument is not valid.

    Examples
    --------
    >>> OpenDWebSocket(key="secret")
    OpenDWebSocket(host='127.0.0.1', port=11112, key=<hidden>, timeout=5.0)
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = DEFAULT_WEBSOCKET_PORT,
        *,
        key: str | None = None,
        tls: bool = False,
        certificates: str | os.PathLike[str] | None = None,
        timeout: float = 5.0,
        namespace: str | None = None,
    ) -> None:
        from ..opend.endpoint import Endpoint

        self._address: Endpoint | None = None
        self.tls, self.certificates = check_bool(tls, "tls"), None
        super().__init__(host, port, timeout, namespace)
        if key is not None and not isinstance(key, str):
            raise InvalidRequest("key must be a string, or left out.")
        if certificates is not None and not tls:
            raise InvalidRequest("certificates are valid only with tls=True (wss://).")
        self.certificates = None if certificates is None else _existing(certificates)
        # The key is kept in an Endpoint alone, which leaves it out of its repr and cannot be pickled with one.
        self._address = Endpoint(
            self.host,
            self.port,
            timeout=self.timeout,
            scheme="wss" if self.tls else "ws",
            key=key or "",
            certificates=self.certificates,
        )

    def __repr__(self) -> str:
        told = [f"host={self.host!r}", f"port={self.port}"]
        told += ["key=<hidden>"] if self._address is not None and self._address.key else []
        told += ["tls=True"] if self.tls else []
        told += [f"certificates={self.certificates!r}"] if self.certificates else []
        told += [f"timeout={self.timeout!r}"]
        told += [f"namespace={self.namespace!r}"] if self.namespace else []
        return f"OpenDWebSocket({', '.join(told)})"

    @property
    def _scheme(self) -> str:
        return "wss" if self.tls else "ws"

    def _endpoint(self) -> Endpoint:
        assert self._address is not None
        return self._address


def _read_key(key: str | bytes | os.PathLike[str]) -> RsaKey:
    from ..opend.encryption import RsaKey

    return RsaKey(key)


def _existing(path: str | os.PathLike[str]) -> str:
    try:
        found = os.path.abspath(os.path.expanduser(os.fspath(path)))
        if not isinstance(found, str) or not os.path.isfile(found):
            raise ValueError
    except (TypeError, ValueError):
        raise InvalidRequest(f"certificates={path!r} is not a file.") from None
    return found
