"""`pd_optstat.sweep`: forward returns over a grid of rules, in one process or many, with one correction for all."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from .._types import PricesLike, ProgressLike
from .._util.optional import import_optional
from .._util.progress import Progress, check_progress
from .._util.validation import check_int, check_number, list_names, parse_timedelta
from .._version import __version__
from ..core.markets import OptionStatisticDataType
from ..errors import InvalidRequest
from .bootstrap import import_arch
from .counts import Counts
from .extremes import ExtremeRule, ForwardSettings, check_overlap, mark_days, resolve_lag, summarize_returns
from .frames import (
    find_data_type,
    is_synthetic_series,
    known_exchange,
    per_series,
    read_counts,
    read_info,
    series_title,
    sort_by_day,
)
from .prices import Prices, read_prices
from .trading_days import check_period_labels
from .windows import WindowLike

__all__ = ["sweep"]

_Row: TypeAlias = dict[str, Any]

#: The keys of a grid, and the values of those that are left out.
_DEFAULTS: dict[str, list[object]] = {
    "windows": [1],
    "lookbacks": [252],
    "thresholds": [(0.1, 0.9)],
    "horizons": [1, 5, 21],
    "lags": [None],
}

_CORRECTIONS = ("bh", "by")

_SECOND = pd.Timedelta(1, "s")


class _Axes(NamedTuple):
    """The values of each key of a grid."""

    windows: list[int]
    lookbacks: list[WindowLike]
    thresholds: list[tuple[float, float]]
    horizons: list[int]
    lags: list[int | None]


class _PricedSeries(NamedTuple):
    """A series of the sweep, with its prices and its attributes."""

    name: str
    counts: Counts
    prices: Prices
    data_type: OptionStatisticDataType | None
    info: Mapping[str, object]
    synthetic: bool


class _GridCell(NamedTuple):
    """One rule for one series: what a worker evaluates."""

    series: _PricedSeries
    rule: ExtremeRule
    settings: ForwardSettings

    @property
    def labels(self) -> dict[str, int | float | str]:
        """The position of the cell in the grid, as plain values."""
        lookback = self.rule.window
        if not isinstance(lookback, int | str):
            lookback = f"{parse_timedelta(lookback, 'lookbacks') // _SECOND}s"
        return {
            "series": self.series.name,
            "window": self.rule.smooth,
            "lookback": lookback,
            "lower": self.rule.lower,
            "upper": self.rule.upper,
            "lag": self.settings.lag,
        }


def sweep(
    frames: pd.DataFrame | Mapping[str, pd.DataFrame],
    prices: PricesLike | Mapping[str, PricesLike],
    grid: Mapping[str, Iterable[object]],
    *,
    each: str = "run",
    gap: int = 0,
    level: float = 0.95,
    resamples: int = 1000,
    block: int | None = None,
    seed: int = 0,
    fdr: str = "bh",
    progress: ProgressLike = None,
) -> pd.DataFrame:
    """Evaluate ``df.optstat.forward`` over a grid of rules, with p-values adjusted for multiple testing.

    Parameters
    ----------
    frames : DataFrame or dict of str to DataFrame
        Frames of `load`, or others that ``df.optstat`` works on. A panel stands for each of its series.
    prices : Series, or dict of str to Series
        Closing prices, as for ``forward``: one for all frames, or one for each under the frame's name.
    grid : dict of lists
        The values to combine. ``windows``: rows of the rolling put/call ratio that is ranked, `smooth` of ``forward``
        (default 1, the daily ratio). ``lookbacks``: the window of its percentile in rows or as a span of time, `window`
        of ``forward`` (252). ``thresholds``: pairs (lower, upper), or one number q for (q, 1 - q) (0.1). ``horizons``:
        sessions held (1, 5, 21). ``lags``: sessions until entry (None: 1 for volume, 2 for open interest).
        Keys may also be written in the singular.
    each, gap, level, resamples, block : as for ``forward``
        What counts as one event, and how its intervals are resampled.
    seed : int
        Each cell has a seed of its own, derived from this one and from its position in the grid
        (`numpy.random.SeedSequence`). So the result depends neither on the order nor on other cells or workers.
    fdr : {"bh", "by"}
        Control of the false discovery rate over all p-values of the result: Benjamini & Hochberg (JRSS B, 1995), or
        Benjamini & Yekutieli (Annals of Statistics, 2001), which holds under any dependence.
    progress : None, bool or callable
        As for `load`: by default a bar if there are several cells.

    Returns
    -------
    DataFrame
        A row per series, cell, side and horizon: ``series, window, lookback, lower, upper, lag, side, horizon``;
        the columns of ``forward``; ``p_adjusted``; and ``seed``, with which ``forward`` gives the same row again.
        The attributes name the source of each series, and say whether any is synthetic.

    Raises
    ------
    InvalidRequest
        If a key or a value of the grid is invalid or repeated, a frame has no prices or no data type (and `lags` does
        not give the lag), real and synthetic frames are mixed, or joblib, arch or scipy is not installed. Everything is
        checked before any work begins.
    InvalidData
        As from ``forward``, naming the first bad rows.

    Notes
    -----
    joblib does the work, wherever it is configured to: ``with joblib.parallel_config(n_jobs=-1): po.sweep(...)`` uses
    all cores, ``joblib.parallel_config("dask")`` a Dask cluster. The results are the same. Other backends of joblib,
    such as ``"ray"``, are not tested. The workers need this package.

    Examples
    --------
    >>> import pandas as pd, pd_optstat as po
    >>> close = pd.Series(range(100, 110), pd.bdate_range("2026-06-08", periods=10))
    >>> grid = {"lookbacks": [2, 3], "thresholds": [(0.4, 0.9)], "horizons": [1]}
    >>> po.sweep(po.sample(), close, grid, resamples=0)[["lookback", "side", "horizon", "count"]].values.tolist()
    [[2, 1, 1, 2], [2, -1, 1, 0], [3, 1, 1, 0], [3, -1, 1, 0]]
    """
    check_progress(progress)
    if not isinstance(fdr, str) or fdr not in _CORRECTIONS:
        raise InvalidRequest(f"fdr={fdr!r} must be one of {', '.join(map(repr, _CORRECTIONS))}.")
    axes = _parse_grid(grid)
    settings = ForwardSettings(1, tuple(axes.horizons), each, level, resamples, block, seed).checked()
    series = _read_series(frames, prices)
    cells = list(_iterate_cells(series, axes, settings, gap))
    _check_cells(cells, series)
    import_optional("scipy.stats", "scipy", "research", "adjusted p-values")
    if settings.resamples:
        import_arch()
    rows = [row for part in _run(cells, progress) for row in part]
    return _to_frame(rows, series, settings, fdr)


def _parse_grid(grid: object) -> _Axes:
    """Return the values of each key, with defaults for those left out, checked as far as one key alone can be."""
    if not isinstance(grid, Mapping):
        raise InvalidRequest(f"grid={type(grid).__name__} must be a dict of lists, as in {{'lookbacks': [126, 252]}}.")
    keys = {key: key for key in _DEFAULTS} | {key[:-1]: key for key in _DEFAULTS}
    axes = dict(_DEFAULTS)
    given = set()
    for key, values in grid.items():
        if key not in keys or keys[key] in given:
            raise InvalidRequest(f"grid has the key {key!r}; each of {', '.join(_DEFAULTS)} may be there once.")
        if not isinstance(values, Iterable) or isinstance(values, str | bytes | Mapping):
            raise InvalidRequest(f"grid[{key!r}]={values!r} must be a list.")
        listed = values.tolist() if isinstance(values, np.ndarray | pd.Series | pd.Index) else list(values)
        if not listed:
            raise InvalidRequest(f"grid[{key!r}] is empty. Leave the key out for {_DEFAULTS[keys[key]]}.")
        axes[keys[key]] = [value.item() if isinstance(value, np.generic) else value for value in listed]
        given.add(keys[key])
    # Checked here under the grid's own names: `forward` calls them smooth and window.
    for value in axes["windows"]:
        check_int(value, "windows")
    for value in axes["lookbacks"]:
        if isinstance(value, int | float):
            check_int(value, "lookbacks")
        else:
            parse_timedelta(value, "lookbacks")
    axes["thresholds"] = [_parse_threshold(value) for value in axes["thresholds"]]
    return _Axes(**axes)  # type: ignore[arg-type]  # checked here, or by ForwardSettings and resolve_lag


def _parse_threshold(value: object) -> tuple[object, object]:
    """Return a pair of limits from a pair, or from the number on one side of them."""
    if isinstance(value, tuple | list) and len(value) == 2:
        return value[0], value[1]
    if isinstance(value, tuple | list):
        raise InvalidRequest(f"thresholds={value!r} must be a pair (lower, upper) or one number.")
    limit = check_number(value, "thresholds", 0, 1)
    other = round(1 - limit, 12)  # 1 - 0.9 is 0.09999999999999998
    return (limit, other) if limit < 0.5 else (other, limit)


def _read_series(frames: object, prices: object) -> list[_PricedSeries]:
    """Return every series with its prices, all of them read and checked."""
    named = _name_frames(frames)
    if not named:
        raise InvalidRequest("frames is empty, so there is nothing to evaluate.")
    exchanges = {name: known_exchange(frame) for name, frame in named.items()}
    if isinstance(prices, Mapping):
        missing = [name for name in named if name not in prices]
        if missing:
            raise InvalidRequest(
                f"There are no prices for {list_names(map(repr, missing))}, only for {list_names(map(repr, prices))}."
            )
        closes = {name: read_prices(prices[name], f"prices[{name!r}]", exchanges[name]) for name in named}
    else:
        read_once = {exchange: read_prices(prices, exchange=exchange) for exchange in set(exchanges.values())}
        closes = {name: read_once[exchange] for name, exchange in exchanges.items()}
    found = []
    for name, frame in named.items():
        check_period_labels(frame.index)
        counts, info = read_counts(sort_by_day(frame)), read_info(frame)
        synthetic = is_synthetic_series(counts, info)
        found.append(_PricedSeries(name, counts, closes[name], find_data_type(frame), info, synthetic))
    return found


def _name_frames(frames: object) -> dict[str, pd.DataFrame]:
    """Return the frames by name."""
    if isinstance(frames, pd.DataFrame):
        frames = _name_series(frames) if isinstance(frames.columns, pd.MultiIndex) else {series_title(frames): frames}
    if not isinstance(frames, Mapping) or not all(isinstance(frame, pd.DataFrame) for frame in frames.values()):
        raise InvalidRequest(f"frames={type(frames).__name__} must be a DataFrame, or a dict of name to DataFrame.")
    return {str(name): frame for name, frame in frames.items()}


def _name_series(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the series of a panel by the words of their keys, each with the panel's source in its attributes."""
    info = read_info(panel)
    origin = {name: info[name] for name in ("source", "synthetic") if name in info}
    named = {}
    for key, part in per_series(panel).items():
        part.attrs["optstat"] |= origin
        named[" ".join(map(str, key if isinstance(key, tuple) else (key,)))] = part
    return named


def _iterate_cells(
    series: list[_PricedSeries], axes: _Axes, settings: ForwardSettings, gap: int
) -> Iterator[_GridCell]:
    """Yield each rule for each series, with a seed of its own."""
    for one in series:
        for smooth, lookback, (lower, upper), lag in itertools.product(
            axes.windows, axes.lookbacks, axes.thresholds, axes.lags
        ):
            if lag is None and one.data_type is None:
                raise InvalidRequest(
                    f"lags=None: the attributes of frame {one.name!r} do not say whether it holds volume (lag 1) or "
                    "open interest (lag 2). Give the lags in the grid, as in 'lags': [1]."
                )
            rule = ExtremeRule(lookback, lower, upper, None, smooth, gap)
            cell = _GridCell(one, rule, settings._replace(lag=resolve_lag(lag, one.data_type)))
            yield cell._replace(settings=cell.settings._replace(seed=_derive_seed(settings.seed, cell)))


def _derive_seed(seed: int, cell: _GridCell) -> int:
    """Return the seed of a cell, which depends on its labels and not on the order of the cells."""
    text = json.dumps(cell.labels, sort_keys=True, default=float)
    words = np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype="<u4")
    state = np.random.SeedSequence(seed, spawn_key=tuple(words.tolist())).generate_state(1, np.uint64)
    return int(state[0]) >> 1  # fits into a column of int64


def _check_cells(cells: list[_GridCell], series: list[_PricedSeries]) -> None:
    """Raise what evaluating the cells would raise, and refuse cells that are there twice and mixed origins."""
    seen: set[str] = set()
    for cell in cells:
        days, calls, puts, valid = cell.series.counts
        mark_days(Counts(days[:0], calls[:0], puts[:0], valid[:0]), cell.rule)
        label = json.dumps(cell.labels, default=float)
        if label in seen:
            raise InvalidRequest(f"The grid holds this twice, which would count it twice: {label}")
        seen.add(label)
    for one in series:
        check_overlap(one.counts.days, one.prices)
    synthetic = [one.name for one in series if one.synthetic]
    if 0 < len(synthetic) < len(series):
        raise InvalidRequest(
            f"frames holds real and synthetic numbers: {list_names(map(repr, synthetic))} is synthetic. Sweep them "
            "apart: one correction is for all."
        )


def _run(cells: list[_GridCell], progress: ProgressLike) -> Iterator[list[_Row]]:
    """Yield the rows of each cell, computed by joblib, in the order of the cells."""
    joblib = import_optional("joblib", "joblib", "research", "sweeps")
    backend, _ = joblib.parallel.get_active_backend()
    # A generator moves the bar with each result; Ray's backend and multiprocessing only give all results at the end.
    return_as = "generator" if getattr(backend, "supports_return_generator", False) else "list"
    with Progress(progress, len(cells), "sweep", "cell") as shown:
        for rows in joblib.Parallel(return_as=return_as)(joblib.delayed(_evaluate)(cell) for cell in cells):
            shown.advance()
            yield rows


def _evaluate(cell: _GridCell) -> list[_Row]:
    marked = mark_days(cell.series.counts, cell.rule)
    table = summarize_returns(marked, cell.series.prices, cell.settings)
    rows = table.reset_index().to_dict("records")
    return [{**cell.labels, **{str(k): v for k, v in row.items()}, "seed": cell.settings.seed} for row in rows]


def _to_frame(rows: list[_Row], series: list[_PricedSeries], settings: ForwardSettings, fdr: str) -> pd.DataFrame:
    """Return the rows as the frame of `sweep`, with adjusted p-values."""
    result = pd.DataFrame(rows)
    p_values = result["p_value"].to_numpy()
    known = np.isfinite(p_values)
    adjusted = np.full(len(result), np.nan)
    if known.any():
        stats = import_optional("scipy.stats", "scipy", "research", "adjusted p-values")
        adjusted[known] = stats.false_discovery_control(p_values[known], method=fdr)
    result.insert(result.columns.tolist().index("p_value") + 1, "p_adjusted", adjusted)
    kept = ("market", "data_type", "source", "digest", "synthetic")
    result.attrs["optstat"] = {
        "series": {
            one.name: {name: one.info[name] for name in kept if name in one.info}
            | ({"synthetic": True} if one.synthetic else {})
            for one in series
        },
        "synthetic": any(one.synthetic for one in series),
        "seed": settings.seed,
        "resamples": settings.resamples,
        "level": settings.level,
        "fdr": fdr,
        "version": __version__,
    }
    return result
