"""`po.Cache`: what users see and do with a cache folder. What loads need of it is in `store`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..._util.validation import list_names
from ...config import cache_directory, freshness_rules, to_folder
from ...core import history as histories
from ...core.arrays import Int64Array
from ...core.calendar_history import read_by_calendar
from ...core.dates import to_date
from ...core.finality import to_moment
from ...core.history import EMPTY, History
from ...core.intervals import merge
from ...core.markets import OptionStatisticDataType
from ...core.origins import simulator_origin, simulator_seed
from ...core.request import parse_instrument, parse_series, parse_series_data_type
from ...core.series import SeriesKey, series_of
from ...core.urls import parse_url
from ...errors import InvalidRequest
from .store import CacheStore

if TYPE_CHECKING:
    import pandas as pd
    from pandas.api.typing import NaTType

    from ..._types import PathLike

__all__ = ["Cache", "store_of"]


class Cache:
    """Everything that was ever loaded, in a folder.

    Any number of processes may use one folder. Nothing is ever evicted: all series for all time are a
    few megabytes. Nothing in the folder is ever unpickled.

    Parameters
    ----------
    directory : str or path, optional
        The folder; created, for its owner only, when first needed. By default the configured one.

    Raises
    ------
    InvalidRequest
        If `directory` is not a valid path.
    CacheError
        From any method, if the folder cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> cache = Cache(tempfile.mkdtemp())
    >>> len(cache.info()), len(cache.verify()), cache.clear()
    (0, 0, 0)
    """

    def __init__(self, directory: PathLike | None = None) -> None:
        self._store = CacheStore(cache_directory() if directory is None else to_folder(directory))

    def __repr__(self) -> str:
        return f"Cache({str(self.path)!r})"

    @property
    def path(self) -> Path:
        """The folder."""
        return self._store.folder

    def info(self) -> pd.DataFrame:
        """Return what the cache holds.

        Returns
        -------
        DataFrame
            A row per source and series: ``source``, ``market``, ``data_type``, ``rows`` (days), ``first``,
            ``last`` (dates), ``observed_at`` (UTC, the newest answer) and ``bytes`` on disk.

        Examples
        --------
        >>> import tempfile, pd_optstat as po
        >>> cache = po.Cache(tempfile.mkdtemp())
        >>> df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=cache)
        >>> cache.info()[["market", "data_type", "rows"]].values.tolist()
        [['US_SECURITY', 'VOLUME', 10]]
        """
        import pandas as pd

        records = []
        for summary in self._store.summaries():
            filled = [record for record in summary.records if record.rows]
            moments = [one.newest_answer for one in summary.records if one.newest_answer is not None]
            records.append(
                {
                    "source": summary.origin,
                    "market": summary.series.name,
                    "data_type": summary.series.data_type.name,
                    "rows": sum(record.rows for record in filled),
                    "first": _to_timestamp(filled[0].first if filled else None),
                    "last": _to_timestamp(filled[-1].last if filled else None),
                    "observed_at": pd.Timestamp(max(moments), unit="us", tz="UTC") if moments else pd.NaT,
                    "bytes": summary.size,
                }
            )
        columns = ["source", "market", "data_type", "rows", "first", "last", "observed_at", "bytes"]
        return pd.DataFrame(records, columns=columns)

    def coverage(self, market: Any, data_type: Any, source: str | None = None) -> list[tuple[date, date]]:
        """Return the dates that were answered for and are final: a load never asks for them again.

        Parameters
        ----------
        market, data_type : as in `load`
            Which series. An underlying also has the data type ``"VOLATILITY"``.
        source : str, optional
            An origin such as ``"opend"`` or ``"simulator:7"``; by default all of them together.

        Returns
        -------
        list of (date, date)
            Both inclusive, ascending, disjoint.

        Examples
        --------
        >>> import tempfile, pd_optstat as po
        >>> cache = po.Cache(tempfile.mkdtemp())
        >>> df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=cache)
        >>> [(str(first), str(last)) for first, last in cache.coverage("US_SECURITY", "VOLUME")]
        [('2026-06-01', '2026-06-12')]
        """
        series = parse_series(market, data_type)
        now = to_moment(time.time())
        intervals = [
            interval
            for origin, history in self._histories(series, source)
            for interval in histories.answered(read_by_calendar(history, series, freshness_rules()), now, ttl=0)
        ]
        return [(to_date(first), to_date(last)) for first, last in merge(intervals)]

    def revisions(self, market: Any, data_type: Any, source: str | None = None) -> pd.DataFrame:
        """Return every value ever observed of a series, with the moment it was first seen.

        Parameters
        ----------
        market, data_type, source : as in `coverage`
            Which series.

        Returns
        -------
        DataFrame
            A row per change, ascending: ``time`` (trading day), ``observed_at`` (UTC), ``call_value``,
            ``put_value``, ``total_value``, ``source`` and the ``endpoint`` it came from. Of an underlying also
            ``underlying_price``; of its volatilities ``iv``, ``hv`` and ``underlying_price`` instead of counts.

        Examples
        --------
        >>> import tempfile, pd_optstat as po
        >>> cache = po.Cache(tempfile.mkdtemp())
        >>> df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=cache)
        >>> cache.revisions("US_SECURITY", "VOLUME")["total_value"].tolist() == df["total_value"].tolist()
        True
        """
        import pandas as pd

        from ...core.frame import revision_columns, to_index

        series = parse_series(market, data_type)
        parts = []
        for origin, history in self._histories(series, source):
            moments = history.row_observed_at
            parts.append(
                pd.DataFrame(
                    {
                        "time": to_index(history.row_day),
                        "observed_at": pd.DatetimeIndex(moments.astype("datetime64[us]")).tz_localize("UTC"),
                        **revision_columns(series.columns, _values(series, history)),
                        "source": origin,
                        "endpoint": [history.endpoints.get(at, "") for at in moments.tolist()],
                    }
                )
            )
        empty = revision_columns(series.columns, _values(series, EMPTY))
        columns = ["time", "observed_at", *empty, "source", "endpoint"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def verify(self) -> pd.DataFrame:
        """Check every record, and forget the damaged ones, so that they are asked for again.

        Returns
        -------
        DataFrame
            A row per damaged record: ``key`` and ``reason``; empty if all is well.
        """
        import pandas as pd

        damaged = self._store.delete_damaged()
        return pd.DataFrame(damaged, columns=["key", "reason"])

    def clear(self, market: Any = None, data_type: Any = None, source: str | None = None) -> int:
        """Forget series: all of them, or those of a market, a data type, an origin.

        Parameters
        ----------
        market, data_type, source : as in `coverage`
            Which series; by default all of them.

        Returns
        -------
        int
            How many series were forgotten.
        """
        wanted_name = None if market is None else series_of(parse_instrument(market), _ANY_TYPE).name
        wanted_type = None if data_type is None else parse_series_data_type(data_type)
        wanted_origin = None if source is None else _to_origin(source)

        def wanted(origin: str, series: SeriesKey) -> bool:
            return (
                wanted_origin in (None, origin)
                and wanted_name in (None, series.name)
                and (wanted_type is None or wanted_type is series.data_type)
            )

        return self._store.delete(wanted)

    def export(
        self, url: Any, source: str | None = "opend", *, storage_options: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Write what the cache holds of an origin as a Parquet dataset, which any engine reads and `load` too.

        A team shares such an archive while one machine has OpenD: the others load with ``source="parquet:URL"``.
        Exported again it is brought up to date: files that stay the same are not touched, what only the archive
        knows stays in it, and other processes that read meanwhile see each file whole, as before or as after.

        Parameters
        ----------
        url : str or path
            The folder to write to, new or an archive: a path, or any address of fsspec (``"s3://bucket/archive"``).
        source : str, optional
            The origin to export, as in `coverage`; None for all of them. Synthetic rows are in folders of their own,
            and each has ``synthetic`` set.
        storage_options : mapping, optional
            What fsspec's file system needs to know, such as credentials.

        Returns
        -------
        DataFrame
            A row per file: ``source``, ``market``, ``data_type``, ``year``, ``rows`` (days), ``bytes``, ``written``
            (False if it was up to date). A file of an underlying holds five years, of which ``year`` is the first.

        Raises
        ------
        InvalidRequest
            If the cache holds nothing of that origin, or something else lies at `url`.
        CacheError, ConnectionFailed
            If the archive cannot be written, or read.
        InvalidData
            If it is damaged, or was written by a later version of this package.

        Notes
        -----
        Sessions that had not closed when they were last seen are left out. Layout and manifest: ``docs/archive.md``.

        Examples
        --------
        >>> import tempfile, pd_optstat as po
        >>> cache = Cache(tempfile.mkdtemp())
        >>> asked = "US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12"
        >>> df = po.load(*asked, source="simulator:", cache=cache)
        >>> archive = tempfile.mkdtemp() + "/archive"
        >>> cache.export(archive, source="simulator:").rows.tolist()
        [10]
        >>> po.load(*asked, source=f"parquet:{archive}").equals(df)
        True
        """
        from ..archive.export import export
        from ..archive.location import parse_location

        location, named_origin = parse_location(url, storage_options=storage_options)
        if named_origin is not None:
            raise InvalidRequest(
                f"The URL names an origin. Give the origin to export as source={named_origin!r} instead."
            )
        wanted = None if source is None else _to_origin(source)
        cached = self._store.list_series()
        if not any(wanted in (None, origin) for origin, _ in cached):
            if not cached:
                raise InvalidRequest(f"The cache in {self.path} is empty. Load something before you export.")
            origins = list_names(sorted({origin for origin, _ in cached}))
            raise InvalidRequest(
                f"The cache in {self.path} holds no rows of source={source!r}, only of {origins}. Load from that "
                "source before you export, or give one of these."
            )
        return export(location, self._store.read_each(origin=wanted))

    def _histories(self, series: SeriesKey, source: str | None) -> list[tuple[str, History]]:
        """Return the origins that have rows of a series, with all that is known of it; only that of `source`."""
        origin = None if source is None else _to_origin(source)
        return [(found, history) for found, _, history in self._store.read_each(series, origin)]


def store_of(cache: Cache) -> CacheStore:
    """Return the store behind `cache`, which is not part of its public interface."""
    return cache._store


def _to_origin(source: object) -> str:
    """Return the origin that `source`, an origin or a source URL, means."""
    if not isinstance(source, str) or not source:
        raise InvalidRequest(f"source={source!r} is not an origin such as 'opend' or 'simulator:7', nor a source URL.")
    if source.strip()[:8].lower() == "parquet:":
        raise InvalidRequest("source='parquet:...' is an archive, and rows loaded from an archive are not cached.")
    if "://" not in source and (simulator_seed(source) is not None or not source.startswith("simulator:")):
        return source
    scheme, arguments = parse_url(source)
    if scheme == "simulator":
        return simulator_origin(arguments["seed"])
    return str(arguments.get("namespace", "opend"))


#: The name of a series does not depend on its type.
_ANY_TYPE = OptionStatisticDataType.VOLUME


def _values(series: SeriesKey, history: History) -> Int64Array:
    """Return the values of all rows, also of none."""
    return history.row_values if len(history.row_day) else np.empty((len(series.columns), 0), dtype=np.int64)


def _to_timestamp(day: int | None) -> pd.Timestamp | NaTType:
    import pandas as pd

    return pd.NaT if day is None else pd.Timestamp(to_date(day))
