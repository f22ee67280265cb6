"""`pd_optstat.sweep`: forward returns over a grid of rules, on one machine or many, with one correction for all."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .._util.optional import import_optional
from .._util.progress import Progress, check_progress
from .._util.validation import check_int, check_number, list_names, parse_timedelta
from .._version import __version__
from ..errors import InvalidRequest
from .bootstrap import import_arch
from .counts import Counts
from .extremes import (
    ExtremeRule,
    ForwardSettings,
    check_overlap,
    mark_days,
    resolve_lag,
    summarize_returns,
)
from .frames import find_data_type, per_series, read_counts, read_info, series_title, sort_by_day
from .prices import Prices, read_prices

__all__ = ["sweep"]

#: The keys of a grid, each with what stands for it if it is not given.
_DEFAULTS: dict[str, list[Any]] = {
    "windows": [1],
    "lookbacks": [252],
    "thresholds": [(0.1, 0.9)],
    "horizons": [1, 5, 21],
    "lags": [None],
}

_CORRECTIONS = ("bh", "by")

_SECOND = pd.Timedelta(1, "s")


class _PricedSeries(NamedTuple):
    name: str
    counts: Counts
    prices: Prices
    data_type: Any
    about: dict[str, Any]


class _GridCell(NamedTuple):
    series: _PricedSeries
    rule: ExtremeRule
    study: ForwardSettings

    @property
    def labels(self) -> dict[str, Any]:
        """Where the cell is in the grid, as plain values."""
        lookback = self.rule.window
        named = lookback if isinstance(lookback, int | str) else f"{parse_timedelta(lookback, 'lookbacks') // _SECOND}s"
        own = {"window": self.rule.smooth, "lookback": named, "lower": self.rule.lower, "upper": self.rule.upper}
        return {"series": self.series.name, **own, "lag": self.study.lag}


def sweep(
    frames: pd.DataFrame | Mapping[str, pd.DataFrame],
    prices: Any,
    grid: Mapping[str, Iterable[Any]],
    *,
    each: str = "run",
    gap: int = 0,
    level: float = 0.95,
    resamples: int = 1000,
    block: int | None = None,
    seed: int = 0,
    fdr: str = "bh",
    progress: bool | Callable[[int, int], object] | None = None,
) -> pd.DataFrame:
    """Evaluate ``df.optstat.forward`` over a grid, with p-values adjusted for having looked so often.

    Parameters
    ----------
    frames : DataFrame or dict of str to DataFrame
        Frames of `load`, or others that ``df.optstat`` works on; a panel stands for each of its series.
    prices : Series, or dict of str to Series
        Closing prices, as for ``forward``: one for all frames, or one for each, under the frame's name.
    grid : dict of lists
        ``windows``: rows of the rolling put/call ratio that is judged (`smooth` of ``forward``; default 1: the daily
        ratio); ``lookbacks``: what its percentile looks back on, in rows or as a span of time (`window` of
        ``forward``; 252); ``thresholds``: pairs (lower, upper), or one number q for (q, 1 - q) (0.1); ``horizons``:
        sessions held (1, 5, 21); ``lags``: sessions until entry (None: 1 for volume, 2 for open interest).
        The singular of a key does as well.
    each, gap, level, resamples, block : as for ``forward``
        What counts as one event, and how its intervals are resampled.
    seed : int
        Each cell draws from a seed of its own, derived from this one and from where the cell is in the grid
        (`numpy.random.SeedSequence`), so neither order, other cells, nor the number of workers matter.
    fdr : {"bh", "by"}
        False discovery rate after Benjamini & Hochberg (JRSS B, 1995), or Benjamini & Yekutieli (Annals of
        Statistics, 2001), which holds whatever the dependence; over all p-values of the result at once.
    progress : None, bool or callable
        As for `load`: a bar when there are several cells.

    Returns
    -------
    DataFrame
        A row per series, cell, side and horizon: ``series, window, lookback, lower, upper, lag, side, horizon``;
        the columns of ``forward``; ``p_adjusted``; and ``seed``, with which ``forward`` gives the same row again.
        The attributes say where each series is from, and whether any is synthetic.

    Raises
    ------
    InvalidRequest
        If a key or a value of the grid is none, a value stands twice, a frame has no prices or no data type (and
        `lags` does not say the lag), real and synthetic frames are mixed, or joblib, arch or scipy is missing. All
        is checked before any work.
    InvalidData
        As from ``forward``, naming the first bad rows.

    Notes
    -----
    The work is done by joblib, hence where it is told to: ``with joblib.parallel_config(n_jobs=-1): po.sweep(...)``
    uses all cores, ``joblib.parallel_config("dask")`` a Dask cluster, ``"ray"`` Ray's; the workers need this package.
    Results are the same.

    Examples
    --------
    >>> import pandas as pd, pd_optstat as po
    >>> close = pd.Series(range(100, 110), pd.bdate_range("2026-06-08", periods=10))
    >>> grid = {"lookbacks": [2, 3], "thresholds": [(0.4, 0.9)], "horizons": [1]}
    >>> po.sweep(po.sample(), close, grid, resamples=0)[["lookback", "side", "horizon", "count"]].values.tolist()
    [[2, 1, 1, 2], [2, -1, 1, 0], [3, 1, 1, 0], [3, -1, 1, 0]]
    """
    check_progress(progress)
    if fdr not in _CORRECTIONS:
        raise InvalidRequest(f"fdr={fdr!r}: one of {', '.join(map(repr, _CORRECTIONS))} is needed")
    axes = _axes(grid)
    study = ForwardSettings(1, tuple(axes.pop("horizons")), each, level, resamples, block, seed).checked()
    series = _paired(frames, prices)
    cells = list(_cells(series, axes, study, gap))
    _check(cells, series)
    import_optional("scipy.stats", "scipy", "research", "adjusted p-values")
    if study.resamples:
        import_arch()
    rows = [row for part in _run(cells, progress) for row in part]
    return _result(rows, series, study, fdr)


def _axes(grid: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    """Return the values of each key, those that were not given included; checked as far as one key can be."""
    if not isinstance(grid, Mapping):
        raise InvalidRequest(
            f"grid={type(grid).__name__}: a dict of lists is needed, as in {{'lookbacks': [126, 252]}}"
        )
    keys = {**{key: key for key in _DEFAULTS}, **{key[:-1]: key for key in _DEFAULTS}}
    axes: dict[str, list[Any]] = {}
    for key, values in grid.items():
        if key not in keys or keys[key] in axes:
            raise InvalidRequest(f"grid has the key {key!r}: each of {', '.join(_DEFAULTS)} may be there once")
        if not isinstance(values, Iterable) or isinstance(values, str | bytes | Mapping):
            raise InvalidRequest(f"grid[{key!r}]={values!r}: a list is needed")
        listed = values.tolist() if isinstance(values, np.ndarray | pd.Series | pd.Index) else list(values)
        axes[keys[key]] = [value.item() if isinstance(value, np.generic) else value for value in listed]
        if not axes[keys[key]]:
            raise InvalidRequest(f"grid[{key!r}] is empty: leave the key out for {_DEFAULTS[keys[key]]}")
    axes = {key: axes.get(key, values) for key, values in _DEFAULTS.items()}
    # By the grid's own words: `forward` calls them smooth and window.
    for value in axes["windows"]:
        check_int(value, "windows")
    for value in axes["lookbacks"]:
        if isinstance(value, int | float):
            check_int(value, "lookbacks")
        else:
            parse_timedelta(value, "lookbacks")
    axes["thresholds"] = [_threshold(value) for value in axes["thresholds"]]
    return axes


def _threshold(value: Any) -> tuple[float, float]:
    if isinstance(value, tuple | list) and len(value) == 2:
        return value[0], value[1]
    if isinstance(value, tuple | list):
        raise InvalidRequest(f"thresholds: {value!r} is neither a pair (lower, upper) nor one number")
    low = check_number(value, "thresholds", 0, 1)
    return (low, round(1 - low, 12)) if low < 0.5 else (round(1 - low, 12), low)


def _paired(frames: Any, prices: Any) -> list[_PricedSeries]:
    """Return every series with its prices, all read and checked."""
    named = _named(frames)
    if not named:
        raise InvalidRequest("frames is empty: there is nothing to evaluate")
    if isinstance(prices, Mapping):
        without = [name for name in named if name not in prices]
        if without:
            raise InvalidRequest(
                f"no prices for {list_names(map(repr, without))}; there are for {list_names(map(repr, prices))}"
            )
        read = {name: read_prices(prices[name], f"prices[{name!r}]") for name in named}
    else:
        read = dict.fromkeys(named, read_prices(prices))
    return [
        _PricedSeries(name, read_counts(sort_by_day(frame)), read[name], find_data_type(frame), read_info(frame))
        for name, frame in named.items()
    ]


def _named(frames: Any) -> dict[str, pd.DataFrame]:
    if isinstance(frames, pd.DataFrame):
        frames = _series_named(frames) if isinstance(frames.columns, pd.MultiIndex) else {series_title(frames): frames}
    if not isinstance(frames, Mapping) or not all(isinstance(frame, pd.DataFrame) for frame in frames.values()):
        raise InvalidRequest(f"frames={type(frames).__name__}: a DataFrame, or a dict of name to DataFrame, is needed")
    return {str(name): frame for name, frame in frames.items()}


def _series_named(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the series of a panel by the words of their keys; each says what the panel says of its origin."""
    named = {}
    origin = {name: read_info(panel)[name] for name in ("source", "synthetic") if name in read_info(panel)}
    for key, part in per_series(panel).items():
        part.attrs["optstat"] |= origin
        named[" ".join(map(str, key if isinstance(key, tuple) else (key,)))] = part
    return named


def _cells(
    series: list[_PricedSeries], axes: dict[str, list[Any]], study: ForwardSettings, gap: int
) -> Iterator[_GridCell]:
    grid = itertools.product(axes["windows"], axes["lookbacks"], axes["thresholds"], axes["lags"])
    for one, (smooth, lookback, (lower, upper), lag) in itertools.product(series, list(grid)):
        if lag is None and one.data_type is None:
            raise InvalidRequest(
                f"lags=None: the attributes of frame {one.name!r} do not say whether it holds volume (lag 1) or open "
                "interest (lag 2): give the lags in the grid, as in 'lags': [1]"
            )
        rule = ExtremeRule(lookback, lower, upper, None, smooth, gap)
        entered = study._replace(lag=resolve_lag(lag, one.data_type))
        cell = _GridCell(one, rule, entered)
        yield cell._replace(study=entered._replace(seed=_seed(study.seed, cell.labels)))


def _seed(seed: int, labels: dict[str, Any]) -> int:
    """Return the seed of a cell, from what it is and not from where it stands."""
    text = json.dumps(labels, sort_keys=True, default=float)
    words = np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype="<u4")
    state = np.random.SeedSequence(seed, spawn_key=tuple(words.tolist())).generate_state(1, np.uint64)
    return int(state[0]) >> 1  # so that it fits into a column of int64


def _check(cells: list[_GridCell], series: list[_PricedSeries]) -> None:
    seen: set[str] = set()
    for cell in cells:
        mark_days(Counts(cell.series.counts.days[:0], *(part[:0] for part in cell.series.counts[1:])), cell.rule)
        label = json.dumps(cell.labels, default=float)
        if label in seen:
            raise InvalidRequest(f"the grid holds this twice, which would count it twice: {label}")
        seen.add(label)
    for one in series:
        check_overlap(one.counts.days, one.prices)
    made = {bool(one.about.get("synthetic")) for one in series if "synthetic" in one.about}
    if len(made) > 1:
        raise InvalidRequest("frames holds real and synthetic numbers: sweep them apart, as one correction is for all")


def _run(cells: list[_GridCell], progress: Any) -> Iterator[list[dict[str, Any]]]:
    joblib = import_optional("joblib", "joblib", "research", "sweeps")
    backend, _ = joblib.parallel.get_active_backend()
    # Where results come one by one, the bar moves with them; Ray's backend and multiprocessing give them at the end.
    way = "generator" if getattr(backend, "supports_return_generator", False) else "list"
    with Progress(progress, len(cells), "sweep", "cell") as shown:
        for rows in joblib.Parallel(return_as=way)(joblib.delayed(_evaluate)(cell) for cell in cells):
            shown.advance()
            yield rows


def _evaluate(cell: _GridCell) -> list[dict[str, Any]]:
    judged = mark_days(cell.series.counts, cell.rule)
    table = summarize_returns(judged, cell.series.prices, cell.study)
    rows = table.reset_index().to_dict("records")
    return [{**cell.labels, **row, "seed": cell.study.seed} for row in rows]  # type: ignore[dict-item]


def _result(rows: list[dict[str, Any]], series: list[_PricedSeries], study: ForwardSettings, fdr: str) -> pd.DataFrame:
    result = pd.DataFrame(rows)
    p_values = result["p_value"].to_numpy()
    known = np.isfinite(p_values)
    adjusted = np.full(len(result), np.nan)
    if known.any():
        stats = import_optional("scipy.stats", "scipy", "research", "adjusted p-values")
        adjusted[known] = stats.false_discovery_control(p_values[known], method=fdr)
    result.insert(result.columns.tolist().index("p_value") + 1, "p_adjusted", adjusted)
    kept = ("market", "data_type", "source", "digest", "synthetic")
    about = {one.name: {name: one.about[name] for name in kept if name in one.about} for one in series}
    synthetic = any(one.about.get("synthetic", False) for one in series)
    plan = {"seed": study.seed, "resamples": study.resamples, "level": study.level, "fdr": fdr}
    result.attrs["optstat"] = {"series": about, "synthetic": synthetic, **plan, "version": __version__}
    return result
