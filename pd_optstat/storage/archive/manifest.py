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

from ..._util.validation import shorten
from ...core.dates import FIRST_YEAR, LAST_YEAR, to_date, to_day
from ...core.intervals import Interval, merge
from ...core.origins import is_origin, is_synthetic
from ...core.series import SeriesKey
from ...errors import InvalidData
from .datasets import DATASETS, MARKETS, Dataset, PartKey, is_first_year, parse_series_names

__all__ = ["MAX_PART_BYTES", "Manifest", "Part", "PartKey", "Version", "dump", "parse"]

FORMAT = "pd_optstat.archive"
#: A year of one series with a revision every 15 minutes is below a megabyte.
MAX_PART_BYTES = 16 * 2**20
#: pd_optstat 0.1.0 listed several versions of a file while it replaced it.
MAX_VERSIONS = 4
#: More than a list in a manifest may have elements.
MAX_LIST = 2**24

_SHA256 = re.compile(r"[0-9a-f]{64}")


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
    """All files of a dataset, and the names of the recent exports whose changes it contains."""

    parts: Mapping[PartKey, Part] = field(default_factory=dict)
    written_at: str = ""
    exports: frozenset[str] = frozenset()
    dataset: Dataset = MARKETS

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
        "format_version": manifest.dataset.format_version,
        **({"dataset": manifest.dataset.name} if manifest.dataset.name else {}),
        "writer": writer,
        "written_at": manifest.written_at,
        "export": export,
        "exports": sorted(manifest.exports),
    }
    ordered = sorted(manifest.parts.items(), key=lambda item: item[0].path)
    lines = ",\n".join(json.dumps(_part_to_json(key, part)) for key, part in ordered)
    data = f'{json.dumps(head)[:-1]}, "parts": [\n{lines}\n]}}\n'.encode()
    limit = manifest.dataset.max_manifest_bytes
    if len(data) > limit:
        raise InvalidData(f"The manifest would be larger than {limit // 2**20} MiB. Export to several archives.")
    return data


def _part_to_json(key: PartKey, part: Part) -> dict[str, object]:
    fields: dict[str, object] = {
        "path": key.path,
        **key.identity,
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


def parse(data: bytes, shown: str, dataset: Dataset = MARKETS) -> Manifest:
    """Return the manifest of a dataset whose bytes are `data`; `shown` is the archive's address for messages.

    Raises
    ------
    InvalidData
        If it is not a manifest, is damaged, or was written by a later version of this package.
    """
    try:
        return _to_manifest(json.loads(data), dataset)
    except _OtherDataset:
        raise InvalidData(
            f"{shown} is one of the datasets of an archive. Give the archive's URL instead, without "
            f"{' or '.join(one.suffix for one in DATASETS if one.suffix)} at its end."
        ) from None
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


class _OtherDataset(Exception):
    """The manifest is that of another dataset of the archive."""


class _NewerFormat(Exception):
    """The format is that of a later version of this package."""


def _to_manifest(found: object, dataset: Dataset) -> Manifest:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _Malformed("it is not the manifest of an archive")
    version, name = found.get("format_version"), found.get("dataset", "")
    if name != dataset.name and any((version, name) == (one.format_version, one.name) for one in DATASETS):
        raise _OtherDataset
    if version != dataset.format_version:
        raise _NewerFormat(shorten(version))
    if name != dataset.name:
        _reject("dataset", name)
    written_at = str(found.get("written_at"))
    try:
        datetime.fromisoformat(written_at)
        if not written_at.isprintable():  # any character may stand between date and time
            raise ValueError
    except ValueError:
        _reject("time of writing", written_at)
    pairs = [_to_part(one, dataset) for one in _check_list(found.get("parts"), "list of parts")]
    parts = dict(pairs)
    if len(parts) < len(pairs):
        raise _Malformed("it lists a part twice")
    exports = _check_list(found.get("exports", []), "list of exports")
    return Manifest(parts, written_at, frozenset(map(str, exports)), dataset)


def _to_part(found: object, dataset: Dataset) -> tuple[PartKey, Part]:
    fields = _check_object(found, "part")
    origin = fields.get("origin")
    if not isinstance(origin, str) or not is_origin(origin):
        _reject("origin", origin)
    series = parse_series_names(dataset, fields.get(dataset.subject), fields.get("data_type"))
    if series is None:
        _reject("series", [fields.get(dataset.subject), fields.get("data_type")])
    year = _check_count(fields.get(dataset.period), dataset.period, FIRST_YEAR, LAST_YEAR)
    if not is_first_year(dataset, year):
        _reject(dataset.period, year)
    key = PartKey(origin, series, year)
    if fields.get("path") != key.path:
        _reject("path", fields.get("path"))
    versions = _check_list(fields.get("versions"), f"list of versions of {key.path}", MAX_VERSIONS)
    if not versions:
        raise _Malformed(f"it lists no version of {key.path}")
    return key, Part(
        tuple(_to_version(one, key) for one in versions),
        _to_days(fields.get("final"), key),
        _to_days(fields.get("answered"), key),
        fields.get("pending") is True,
    )


def _to_version(found: object, key: PartKey) -> Version:
    path = key.path
    fields = _check_object(found, f"version of {path}")
    return Version(
        _check_count(fields.get("bytes"), f"size of {path}", 1, MAX_PART_BYTES),
        _check_sha256(fields.get("sha256"), f"checksum of {path}"),
        _check_count(fields.get("rows"), f"number of rows of {path}", 0, key.dataset.max_rows),
        _check_sha256(fields.get("record_sha256"), f"checksum of the record of {path}"),
    )


def _to_days(found: object, key: PartKey) -> tuple[Interval, ...]:
    """Return ascending intervals of days within the years of `key`."""
    intervals = []
    for one in _check_list(found, f"coverage of {key.path}", key.dataset.max_rows):
        try:
            first, last = (date.fromisoformat(str(end)) for end in _check_list(one, "interval", 2))
        except ValueError:
            _reject(f"interval of {key.path}", one)
        interval = to_day(first), to_day(last)
        if not all(key.first <= day <= key.last for day in interval):
            _reject(f"interval of {key.path}", one)
        intervals.append(interval)
    flat = [day for interval in intervals for day in interval]
    if any(later < earlier for earlier, later in pairwise(flat)):
        raise _Malformed(f"the coverage of {key.path} is out of order")
    return tuple(intervals)


def _check_object(value: object, what: str) -> dict[str, object]:
    return value if isinstance(value, dict) else _reject(what, value)


def _check_list(value: object, what: str, most: int = MAX_LIST) -> list[object]:
    return value if isinstance(value, list) and len(value) <= most else _reject(what, value)


def _check_count(value: object, what: str, least: int, most: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    _reject(what, value)


def _check_sha256(value: object, what: str) -> str:
    return value if isinstance(value, str) and _SHA256.fullmatch(value) else _reject(what, value)


def _reject(what: str, value: object) -> NoReturn:
    raise _Malformed(f"invalid {what}: {shorten(value)}")
