"""The address of an OpenD, and the settings that client and server have to share."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from .packets import BodyFormat

if TYPE_CHECKING:
    from .encryption import Encryption, RsaKey

__all__ = ["Endpoint"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Address and connection settings of an OpenD. Keys are left out of the repr and cannot be pickled.

    Attributes
    ----------
    host, port
        Where OpenD listens.
    body_format : BodyFormat
        Encoding of bodies over TCP.
    timeout : float
        Seconds, for connecting and for each reply.
    scheme : {"opend", "ws", "wss"}
        TCP, WebSocket, or WebSocket over TLS.
    rsa : RsaKey, optional
        For ``opend``: encrypts InitConnect, and turns on encryption of all later bodies.
    encryption : Encryption, optional
        The algorithm for the bodies after InitConnect, if `rsa` is given.
    key : str
        WebSocket key; empty for none.
    certificates : str, optional
        For ``wss``: a PEM file of certificate authorities to trust, instead of the system's.
    """

    host: str
    port: int
    body_format: BodyFormat = BodyFormat.PROTOBUF
    timeout: float = 5.0
    scheme: str = "opend"
    rsa: RsaKey | None = field(default=None, repr=False)
    encryption: Encryption | None = None
    key: str = field(default="", repr=False)
    certificates: str | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def __getstate__(self) -> list[object]:
        # Pickles are stored and sent to other machines. `RsaKey` refuses on its own.
        if self.key:
            raise TypeError("a WebSocket key cannot be pickled; pass it to the other process in another way")
        return [getattr(self, one.name) for one in fields(self)]

    @property
    def is_websocket(self) -> bool:
        """Whether packets travel as WebSocket messages."""
        return self.scheme != "opend"

    @property
    def is_encrypted(self) -> bool:
        """Whether third parties on the network can neither read nor change what is sent."""
        return self.rsa is not None or self.scheme == "wss"
