"""Where an OpenD is, and how to talk to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..secret import Secret
from .packets import BodyFormat

if TYPE_CHECKING:
    from .encryption import Encryption, RsaKey

__all__ = ["Endpoint"]

NO_KEY = Secret("")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address, and what both ends have to agree on. Keys are never shown.

    Attributes
    ----------
    scheme : {"opend", "ws", "wss"}
    timeout : float
        Seconds, for connecting and for each reply.
    rsa : RsaKey, optional
        Encrypts the bodies of ``opend``, `encryption` says how those after the first.
    key : Secret
        Of a WebSocket; empty for none.
    certificates : str, optional
        A file of certificate authorities to trust, instead of the system's, for ``wss``.
    """

    host: str
    port: int
    body_format: BodyFormat = BodyFormat.PROTOBUF
    timeout: float = 5.0
    scheme: str = "opend"
    rsa: RsaKey | None = None
    encryption: Encryption | None = None
    key: Secret = NO_KEY
    certificates: str | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def is_websocket(self) -> bool:
        """Whether packets travel as WebSocket messages."""
        return self.scheme != "opend"

    @property
    def is_private(self) -> bool:
        """Whether what is sent can be read and changed by nobody on the way."""
        return self.rsa is not None or self.scheme == "wss"
