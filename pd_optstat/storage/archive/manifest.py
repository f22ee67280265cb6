"""The manifest of an archive: its files, their sizes and checksums, and the days they cover. Pure.

Readers take nothing from an archive that is not in its manifest. `docs/archive.md` documents the format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import NoReturn
from urllib.parse import quote

from ..._util.validation import shorten
from ...core.dates import FIRST_YEAR, LAST_YEAR, to_date, to_day
from ...core.intervals import Interval, merge
from ...core.markets import OptionMarket, OptionStatisticDataType
from ...core.origins import is_origin, is_synthetic
from ...core.series import MarketSeries, SeriesKey
from ...errors import InvalidData

__all__ = ["MAX_BYTES", "MAX_PART_BYTES", "MAX_ROWS", "Manifest", "Part", "PartKey", "Version", "dump", "parse"]

FORMAT, FORMAT_VERSION = "pd_optstat.archive", 1
#: Fifty years of eight series of ten origins are a megabyte.
MAX_BYTES = 16 * 2**20
#: A year of one series with a revision every 15 minutes is below a megabyte.
MAX_PART_BYTES = 16 * 2**20
#: pd_optstat 0.1.0 listed several versions of a file while it replaced it.
MAX_VERSIONS = 4
MAX_ROWS = 366

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PartKey:
    """Identity of a file: one year of one series of one origin."""

    origin: str
    series: SeriesKey
    year: int

    @property
    def path(self) -> str:
        """Path within the dataset, in Hive's layout.

        Examples
        --------
        >>> volume = MarketSeries(OptionMarket.US_SECURITY, OptionStatisticDataType.VOLUME)
        >>> PartKey("simulator:7", volume, 2026).path
        'origin=simulator%3A7/market=US_SECURITY/data_type=VOLUME/year=2026/data.parquet'
        """
        market, data_type = self.series.name, self.series.data_type.name
        return f"origin={quote(self.origin)}/market={market}/data_type={data_type}/year={self.year}/data.parquet"


@dataclass(frozen=True, slots=True)
class Version:
    """The bytes of a file: their number and checksum, its rows, and the checksum of the record in it."""

    size: int
    sha256: str
    rows: int
    record_sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the archive.

    Attributes
    ----------
    versions : tuple of Version
        The bytes that the file may have, the current ones last.
    final, answered : tuple of (first, last)
        The days whose values no longer change, and all days that the archive has an answer for.
    pending : bool
        Whether an export has not yet put the current bytes in place. Until then they are only among the copies.
    """

    versions: tuple[Version, ...]
    final: tuple[Interval, ...]
    answered: tuple[Interval, ...]
    pending: bool = False

    @property
    def current(self) -> Version:
        """The bytes that readers are to use."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All files of an archive, and the names of the recent exports whose changes it contains."""

    parts: Mapping[PartKey, Part] = field(default_factory=dict)
    written_at: str = ""
    exports: frozenset[str] = frozenset()

    @property
    def origins(self) -> list[str]:
        """The origins of its rows."""
        return sorted({key.origin for key in self.parts})

    def answered(self, origin: str, series: SeriesKey) -> list[Interval]:
        """Return the days of a series that the archive has an answer for."""
        found = [part.answered for key, part in self.parts.items() if (key.origin, key.series) == (origin, series)]
        return merge(interval for part in found for interval in part)


def dump(manifest: Manifest, writer: str, export: str) -> bytes:
    """Return the bytes of a manifest, one part a line; `export` is the name of the export that writes it."""
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "writer": writer,
        "written_at": manifest.written_at,
        "export": export,
        "exports": sorted(manifest.exports),
    }
    ordered = sorted(manifest.parts.items(), key=lambda item: item[0].path)
    lines = ",\n".join(json.dumps(_part_to_json(key, part)) for key, part in ordered)
    data = f'{json.dumps(head)[:-1]}, "parts": [\n{lines}\n]}}\n'.encode()
    if len(data) > MAX_BYTES:
        raise InvalidData(f"The manifest would be larger than {MAX_BYTES // 2**20} MiB. Export to several archives.")
    return data


def _part_to_json(key: PartKey, part: Part) -> dict[str, object]:
    fields: dict[str, object] = {
        "path": key.path,
        "origin": key.origin,
        "market": key.series.name,
        "data_type": key.series.data_type.name,
        "year": key.year,
        "synthetic": is_synthetic(key.origin),
        "final": _to_iso(part.final),
        "answered": _to_iso(part.answered),
        "versions": [
            {"bytes": one.size, "sha256": one.sha256, "rows": one.rows, "record_sha256": one.record_sha256}
            for one in part.versions
        ],
    }
    return fields | {"pending": True} if part.pending else fields


def _to_iso(intervals: Iterable[Interval]) -> list[list[str]]:
    return [[to_date(first).isoformat(), to_date(last).isoformat()] for first, last in intervals]


def parse(data: bytes, shown: str) -> Manifest:
    """Return the manifest whose bytes are `data`; `shown` is the archive's address for messages.

    Raises
    ------
    InvalidData
        If it is not a manifest, is damaged, or was written by a later version of this package.
    """
    try:
        return _to_manifest(json.loads(data))
    except _NewerFormat as error:
        raise InvalidData(
            f"The archive {shown} has format version {error}, which this version of pd_optstat cannot read. Upgrade: "
            "pip install -U pd-optstat."
        ) from None
    except (ValueError, RecursionError, _Malformed) as error:
        raise InvalidData(
            f"The manifest of the archive {shown} is damaged: {error or type(error).__name__}. Restore it from a copy; "
            "or rename it and the archive's folder and export again under the old name: the renamed files can still "
            "be read as Parquet."
        ) from None


class _Malformed(Exception):
    """Something in the JSON is not as documented."""


class _NewerFormat(Exception):
    """The format is that of a later version of this package."""


def _to_manifest(found: object) -> Manifest:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _Malformed("it is not the manifest of an archive")
    if found.get("format_version") != FORMAT_VERSION:
        raise _NewerFormat(shorten(found.get("format_version")))
    written_at = str(found.get("written_at"))
    try:
        datetime.fromisoformat(written_at)
        if not written_at.isprintable():  # any character may stand between date and time
            raise ValueError
    except ValueError:
        _reject("time of writing", written_at)
    pairs = [_to_part(one) for one in _check_list(found.get("parts"), "list of parts")]
    parts = dict(pairs)
    if len(parts) < len(pairs):
        raise _Malformed("it lists a part twice")
    exports = _check_list(found.get("exports", []), "list of exports")
    return Manifest(parts, written_at, frozenset(map(str, exports)))


def _to_part(found: object) -> tuple[PartKey, Part]:
    fields = _check_object(found, "part")
    origin = fields.get("origin")
    if not isinstance(origin, str) or not is_origin(origin):
        _reject("origin", origin)
    try:
        # A value that is not a string is not a member's name either.
        market = OptionMarket[str(fields.get("market"))]
        data_type = OptionStatisticDataType[str(fields.get("data_type"))]
    except KeyError:
        _reject("series", [fields.get("market"), fields.get("data_type")])
    year = _check_count(fields.get("year"), "year", FIRST_YEAR, LAST_YEAR)
    key = PartKey(origin, MarketSeries(market, data_type), year)
    if fields.get("path") != key.path:
        _reject("path", fields.get("path"))
    versions = _check_list(fields.get("versions"), f"list of versions of {key.path}", MAX_VERSIONS)
    if not versions:
        raise _Malformed(f"it lists no version of {key.path}")
    return key, Part(
        tuple(_to_version(one, key.path) for one in versions),
        _to_days(fields.get("final"), key),
        _to_days(fields.get("answered"), key),
        fields.get("pending") is True,
    )


def _to_version(found: object, path: str) -> Version:
    fields = _check_object(found, f"version of {path}")
    return Version(
        _check_count(fields.get("bytes"), f"size of {path}", 1, MAX_PART_BYTES),
        _check_sha256(fields.get("sha256"), f"checksum of {path}"),
        _check_count(fields.get("rows"), f"number of rows of {path}", 0, MAX_ROWS),
        _check_sha256(fields.get("record_sha256"), f"checksum of the record of {path}"),
    )


def _to_days(found: object, key: PartKey) -> tuple[Interval, ...]:
    """Return ascending intervals of days within the year of `key`."""
    intervals = []
    for one in _check_list(found, f"coverage of {key.path}", MAX_ROWS):
        try:
            first, last = (date.fromisoformat(str(end)) for end in _check_list(one, "interval", 2))
        except ValueError:
            _reject(f"interval of {key.path}", one)
        if not first.year == last.year == key.year:
            _reject(f"interval of {key.path}", one)
        intervals.append((to_day(first), to_day(last)))
    flat = [day for interval in intervals for day in interval]
    if any(later < earlier for earlier, later in pairwise(flat)):
        raise _Malformed(f"the coverage of {key.path} is out of order")
    return tuple(intervals)


def _check_object(value: object, what: str) -> dict[str, object]:
    return value if isinstance(value, dict) else _reject(what, value)


def _check_list(value: object, what: str, most: int = MAX_BYTES) -> list[object]:
    return value if isinstance(value, list) and len(value) <= most else _reject(what, value)


def _check_count(value: object, what: str, least: int, most: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    _reject(what, value)


def _check_sha256(value: object, what: str) -> str:
    return value if isinstance(value, str) and _SHA256.fullmatch(value) else _reject(what, value)


def _reject(what: str, value: object) -> NoReturn:
    raise _Malformed(f"invalid {what}: {shorten(value)}")
