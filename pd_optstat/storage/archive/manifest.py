"""The manifest beside an archive: which files it has, their sizes and checksums, and what they cover. Pure.

A reader trusts nothing but the manifest, and checks it first. `docs/archive.md` documents the format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np

from ...core.dates import to_date
from ...core.intervals import Interval, merge
from ...core.markets import OptionMarket, OptionStatisticDataType
from ...core.origins import is_synthetic
from ...core.series import SeriesKey
from ...errors import InvalidData
from ..cache.records import FIRST_YEAR, LAST_YEAR

__all__ = ["MAX_BYTES", "MAX_PART_BYTES", "SUFFIX", "Manifest", "Part", "PartKey", "Version", "dump", "parse"]

#: Appended to the dataset's own name: within it, engines that read every file would stumble over it.
SUFFIX = ".optstat.json"

FORMAT, FORMAT_VERSION = "pd_optstat.archive", 1
#: Fifty years of eight series of ten origins are a megabyte.
MAX_BYTES = 16 * 2**20
#: A year of one series with a revision every 15 minutes is below a megabyte.
MAX_PART_BYTES = 16 * 2**20
#: One, or two while an export is under way.
MAX_VERSIONS = 4
MAX_ROWS = 366

_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}|simulator:\d{1,10}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PartKey:
    """What a file holds: a year of a series of an origin."""

    origin: str
    series: SeriesKey
    year: int

    @property
    def path(self) -> str:
        """Its path below the archive's, by Hive's convention.

        Examples
        --------
        >>> volume = Series(OptionMarket.US_SECURITY, OptionStatisticDataType.VOLUME)
        >>> PartKey("simulator:7", volume, 2026).path
        'origin=simulator%3A7/market=US_SECURITY/data_type=VOLUME/year=2026/data.parquet'
        """
        market, data_type = self.series.market.name, self.series.data_type.name
        return f"origin={quote(self.origin)}/market={market}/data_type={data_type}/year={self.year}/data.parquet"


@dataclass(frozen=True, slots=True)
class Version:
    """The bytes that a file may have: their number, their checksum, and that of the record inside."""

    size: int
    sha256: str
    rows: int
    record_sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the archive: what it covers, and its versions: two while an export replaces it."""

    versions: tuple[Version, ...]
    final: tuple[Interval, ...]
    answered: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All files of an archive."""

    parts: Mapping[PartKey, Part] = field(default_factory=dict)
    written_at: str = ""

    @property
    def origins(self) -> list[str]:
        """The origins that it holds rows of."""
        return sorted({key.origin for key in self.parts})

    def answered(self, origin: str, series: SeriesKey) -> list[Interval]:
        """Return the days of a series that the archive answers for."""
        found = [part.answered for key, part in self.parts.items() if (key.origin, key.series) == (origin, series)]
        return merge(interval for part in found for interval in part)


def dump(manifest: Manifest, writer: str, export: str) -> bytes:
    """Return the manifest's bytes, one part a line; `export` tells two writers apart."""
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "writer": writer,
        "written_at": manifest.written_at,
        "export": export,
    }
    lines = [json.dumps(_part_to_json(key, part)) for key, part in sorted(manifest.parts.items(), key=_order)]
    return (json.dumps(head)[:-1] + ', "parts": [\n' + ",\n".join(lines) + "\n]}\n").encode()


def _order(item: tuple[PartKey, Part]) -> str:
    return item[0].path


def _part_to_json(key: PartKey, part: Part) -> dict[str, Any]:
    return {
        "path": key.path,
        "origin": key.origin,
        "market": key.series.market.name,
        "data_type": key.series.data_type.name,
        "year": key.year,
        "synthetic": is_synthetic(key.origin),
        "final": _iso(part.final),
        "answered": _iso(part.answered),
        "versions": [
            {"bytes": one.size, "sha256": one.sha256, "rows": one.rows, "record_sha256": one.record_sha256}
            for one in part.versions
        ],
    }


def _iso(intervals: Iterable[Interval]) -> list[list[str]]:
    return [[to_date(first).isoformat(), to_date(last).isoformat()] for first, last in intervals]


class _Malformed(Exception):
    pass


def parse(data: bytes, shown: str) -> Manifest:
    """Return the manifest whose bytes are `data`; `shown` names it in messages.

    Raises
    ------
    InvalidData
        If it is none, is damaged, or was written by a later version of this package.
    """
    try:
        found = json.loads(data)
        _require(isinstance(found, dict) and found.get("format") == FORMAT, "it is no manifest of an archive")
        if found.get("format_version") != FORMAT_VERSION:
            raise InvalidData(
                f"The archive {shown} has a format (version {found.get('format_version')!r}) that this version of "
                "pd_optstat does not know. Upgrade: pip install -U pd-optstat."
            )
        listed: Any = found.get("parts")
        written_at: Any = found.get("written_at")
        _require(isinstance(listed, list), "it lists no parts")
        _require(isinstance(written_at, str) and len(written_at) < 64, "it does not say when it was written")
        parts = dict(_parse_part(one) for one in listed)
        _require(len(parts) == len(listed), "it lists a part twice")
    except (ValueError, RecursionError, _Malformed) as error:
        raise InvalidData(
            f"The manifest of the archive {shown} is damaged: {error or type(error).__name__}. Restore it, or rename "
            "it and the archive's folder and export anew under the old name: the renamed files can still be read as "
            "Parquet."
        ) from None
    return Manifest(parts, written_at)


def _require(true: bool, problem: str) -> None:
    if not true:
        raise _Malformed(problem)


def _parse_part(found: Any) -> tuple[PartKey, Part]:
    _require(isinstance(found, dict), "a part is no object")
    origin, year, versions = found.get("origin"), found.get("year"), found.get("versions")
    _require(isinstance(origin, str) and bool(_ORIGIN.fullmatch(origin)), f"unknown origin {origin!r}")
    _require(_is_count(year, LAST_YEAR) and year >= FIRST_YEAR, f"unknown year {year!r}")
    try:
        series = SeriesKey(OptionMarket[found.get("market")], OptionStatisticDataType[found.get("data_type")])
    except (KeyError, TypeError):
        raise _Malformed(f"unknown series {found.get('market')!r} {found.get('data_type')!r}") from None
    key = PartKey(origin, series, year)
    _require(found.get("path") == key.path, f"unknown path {found.get('path')!r}")
    _require(isinstance(versions, list) and 0 < len(versions) <= MAX_VERSIONS, f"no versions of {key.path}")
    parsed = tuple(_parse_version(one, key.path) for one in versions)
    return key, Part(parsed, _parse_days(found.get("final"), key), _parse_days(found.get("answered"), key))


def _parse_version(found: Any, path: str) -> Version:
    _require(isinstance(found, dict), f"a version of {path} is no object")
    size, rows = found.get("bytes"), found.get("rows")
    checksums = [found.get(name) for name in ("sha256", "record_sha256")]
    _require(_is_count(size, MAX_PART_BYTES) and size > 0, f"impossible size {size!r} of {path}")
    _require(_is_count(rows, MAX_ROWS), f"impossible number of rows {rows!r} of {path}")
    _require(all(isinstance(one, str) and _SHA256.fullmatch(one) for one in checksums), f"no checksum of {path}")
    return Version(size, str(checksums[0]), rows, str(checksums[1]))


def _parse_days(found: Any, key: PartKey) -> tuple[Interval, ...]:
    _require(isinstance(found, list) and len(found) <= MAX_ROWS, f"no coverage of {key.path}")
    try:
        days = np.array(found, dtype="datetime64[D]").reshape(-1, 2).astype(np.int64)
    except (ValueError, TypeError, OverflowError):
        raise _Malformed(f"the coverage of {key.path} is no list of dates") from None
    within = days.astype("datetime64[D]").astype("datetime64[Y]") == np.datetime64(str(key.year), "Y")
    in_order = (np.diff(days.ravel()) >= 0).all() and within.all()
    _require(bool(in_order), f"the coverage of {key.path} is out of order")
    return tuple((first, last) for first, last in days.tolist())


def _is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
