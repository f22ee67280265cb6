"""A pin file as a source. Its loads are answered by `pd_optstat.pins`, before anything asks it for pages."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from ..errors import InvalidRequest
from .protocols import Session

__all__ = ["PinFileSource"]


@dataclass(frozen=True, slots=True)
class PinFileSource:
    """What ``source="snapshot:PATH"`` means: the loads that a pin holds, and nothing else.

    Parameters
    ----------
    path : str
        Of the file, as given: a relative one counts from the working directory at the moment of the load.
    """

    path: str

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"snapshot:{self.path}"

    @property
    def likely_origin(self) -> str:
        """``"snapshot"``; the frames say the origin that was recorded."""
        return "snapshot"

    @property
    def origin_is_certain(self) -> bool:
        """True: nothing is ever kept under it."""
        return True

    def open(self) -> AbstractContextManager[Session]:
        """Refuse: a pin knows the loads that were recorded, not the pages of a server."""
        raise InvalidRequest(f"source={self.endpoint!r} can be loaded from, and nothing else. Name another source.")
