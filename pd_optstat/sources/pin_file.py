"""A pin file as a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .._util.validation import list_names
from ..core.request import LoadArguments
from ..core.result import SeriesResult
from ..errors import InvalidRequest, OfflineMiss
from .protocols import RecordedSource

if TYPE_CHECKING:
    from ..storage.pins.recordings import RecordedPart

__all__ = ["PinFileSource"]


@dataclass(frozen=True, slots=True)
class PinFileSource(RecordedSource):
    """The loads that a pin holds; what ``source="snapshot:PATH"`` means.

    Parameters
    ----------
    path : str
        The file. A relative path counts from the working directory at the moment of the load.
    """

    path: str
    origin_is_own: ClassVar[bool] = False

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"snapshot:{self.path}"

    @property
    def likely_origin(self) -> str:
        """``"snapshot"``; the frames name the origin that was recorded."""
        return "snapshot"

    @property
    def origin_is_certain(self) -> bool:
        """True: nothing is ever cached under it."""
        return True

    def answer(self, arguments: LoadArguments) -> list[SeriesResult]:
        """Return what the pin holds of each series.

        Raises
        ------
        OfflineMiss
            If it does not hold one of them as asked for.
        PinMismatch
            If the file is damaged.
        InvalidRequest
            If there is no such file, `refresh` is asked for, or the pin holds the days from several origins.
        """
        from ..storage.pins import file as pin_file
        from ..storage.pins.recordings import describe_miss, load_request, recorded_parts, to_result

        path = pin_file.to_path(self.path)
        if arguments.options.refresh:
            raise InvalidRequest(
                f"refresh=True requests the range again, and source={self.endpoint!r} is a recording. Drop one."
            )
        content, checksum = pin_file.read_existing(path)
        results = []
        for series in arguments.series:
            request = load_request(arguments, series)
            part = _only_origin(recorded_parts(content, request))
            if part is None:
                raise OfflineMiss(describe_miss(str(path), request, content, self.endpoint))
            results.append(to_result(part, checksum))
        return results


def _only_origin(parts: list[RecordedPart]) -> RecordedPart | None:
    """Return the newest of `parts`, which must have one origin."""
    from ..storage.pins.recordings import newest

    origins = sorted({part.recording.origin for part in parts})
    if len(origins) > 1:
        raise InvalidRequest(
            f"The pin holds these days from {list_names(origins)}. Replay it with po.pin(path, mode='replay'), and "
            "name the source of the load."
        )
    return newest(parts)
