"""`pd_optstat.sweep`: forward returns over a grid of rules, in one process or many, with one correction for all."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from .._types import PricesLike, ProgressLike
from .._util.optional import import_optional
from .._util.progress import Progress, check_progress
from .._util.validation import check_int, check_number, list_names, parse_timedelta
from .._version import __version__
from ..core.arrays import Int64Array
from ..core.markets import OptionStatisticDataType
from ..errors import InvalidRequest
from .bootstrap import Comparison, Contrast, compare, count_apart
from .clocks import earliest_rows
from .counts import Column, Counts
from .expiries import count_weeks
from .extremes import (
    COLUMNS,
    SIDES,
    ExtremeRule,
    ForwardSettings,
    MarkedDays,
    check_overlap,
    contrast_days,
    describe_contrasts,
    mark_days,
    resolve_lag,
)
from .frames import (
    find_data_type,
    is_synthetic_series,
    known_exchange,
    per_series,
    read_counts,
    read_info,
    require,
    series_title,
    sort_by_day,
)
from .multiple_testing import (
    CORRECTIONS,
    Float32Array,
    adjust_rates,
    choose_resamples,
    step_down,
    student_p_values,
)
from .prices import Prices, read_prices
from .resampling import import_arch
from .signal_marks import SignalRule, mark_signal
from .signal_series import SignalLike, SignalSource, resolve_signal
from .trading_days import check_period_labels, day_numbers
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

#: So many cells at most are one task of a worker, which resamples the prices once for all of them.
_BATCH = 50

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
    earliest: Int64Array | None
    signal: Column | None = None

    def mark(self, rule: ExtremeRule) -> MarkedDays:
        """Return which days are extreme: by the ratio, or by the signal that stands for it."""
        if self.signal is None:
            return mark_days(self.counts, rule)
        limits = SignalRule(rule.window, rule.lower, rule.upper, rule.min_periods, rule.gap, None, rule.ranking)
        return mark_signal(self.signal, limits)

    def first_rows(self, n: int) -> _PricedSeries:
        """Return the series with its first rows only."""
        days, calls, puts, valid = self.counts
        signal = None if self.signal is None else self.signal.iloc[:n]
        return self._replace(counts=Counts(days[:n], calls[:n], puts[:n], valid[:n]), signal=signal)


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
            **({} if self.series.signal is None else {"signal": str(self.series.signal.name)}),
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
    baseline: str = "neutral",
    gap: int = 0,
    level: float = 0.95,
    resamples: int | None = None,
    block: int | None = None,
    seed: int = 0,
    fdr: str = "bh",
    progress: ProgressLike = None,
    signal: SignalLike | None = None,
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
    each, baseline, gap, level : as for ``forward``
        What counts as one event, what events are compared with, and the coverage of the intervals.
    resamples : int, optional
        The number of resamples, which all cells have in common. By default as many as the number of tests needs for
        the adjusted p-values, 1000 to 10,000; 0 leaves out intervals and p-values.
    block, seed : as for ``forward``
        How returns are resampled.
    fdr : {"bh", "by"}
        Control of the false discovery rate over all p-values of the result: Benjamini & Hochberg (JRSS B, 1995), or
        Benjamini & Yekutieli (Annals of Statistics, 2001), which holds under any dependence.
    progress : None, bool or callable
        As for `load`: by default a bar if there are several cells.
    signal : str, Series or callable, optional
        What is ranked instead of the put/call ratio, as `signal` of ``forward``; then the grid has no ``windows``.

    Returns
    -------
    DataFrame
        A row per series, cell, side and horizon: ``series, window, lookback, lower, upper, lag, side, horizon``;
        the columns of ``forward``; ``p_adjusted``: the p-value adjusted for the false discovery rate;
        ``p_romano_wolf``: adjusted by Romano & Wolf's step-down, so that the probability of any false discovery is at
        most that; ``block``: the mean length of the blocks in sessions. ``forward`` gives the same row again with the
        `resamples` and the `seed` of the attributes, which also name the source of each series, and say whether any is
        synthetic.

    Raises
    ------
    InvalidRequest
        If a key or a value of the grid is invalid or repeated, a frame has no prices or no data type (and `lags` does
        not give the lag), real and synthetic frames are mixed, or joblib, arch or scipy is not installed. Everything is
        checked before any work begins.
    InvalidData
        As from ``forward``, naming the first bad rows.

    Warns
    -----
    ResampleWarning
        If there are too few resamples for ``p_adjusted`` of a single significant row to fall to 1 − level. The message
        says how many would do.

    Notes
    -----
    All rules on the same prices are tested on the same resamples of these, so that the p-values can be judged jointly:
    Romano & Wolf's step-down (JASA, 2005) takes into account that rules which mark nearly the same days rise and fall
    together, and needs no more resamples for more tests. Rules on different prices are resampled apart, which makes it
    conservative. Memory: four bytes for each test and resample, and about 100 MB a worker.

    joblib does the work, wherever it is configured to: ``with joblib.parallel_config(n_jobs=-1): po.sweep(...)`` uses
    all cores, ``joblib.parallel_config("dask")`` a Dask cluster. The results are the same. Other backends of joblib,
    such as ``"ray"``, are not tested. The workers need this package.

    Examples
    --------
    >>> import pandas as pd, pd_optstat as po
    >>> close = pd.Series(range(100, 110), pd.bdate_range("2026-06-08", periods=10))
    >>> grid = {"lookbacks": [2, 3], "thresholds": [0.3], "horizons": [1]}
    >>> po.sweep(po.sample(), close, grid, resamples=0)[["lookback", "side", "horizon", "count"]].values.tolist()
    [[2, 1, 1, 2], [2, -1, 1, 1], [3, 1, 1, 1], [3, -1, 1, 1]]
    """
    check_progress(progress)
    if not isinstance(fdr, str) or fdr not in CORRECTIONS:
        raise InvalidRequest(f"fdr={fdr!r} must be one of {', '.join(map(repr, CORRECTIONS))}.")
    axes = _parse_grid(grid)
    settings = ForwardSettings(1, tuple(axes.horizons), each, level, resamples, block, seed, baseline).checked()
    if signal is not None and axes.windows != [1]:
        raise InvalidRequest("grid['windows'] are those of the put/call ratio, and signal= replaces it. Leave one out.")
    series = _read_series(frames, prices, signal)
    cells = list(_iterate_cells(series, axes, settings, gap))
    named = ((cell.series, cell.rule, cell.labels) for cell in cells)
    _check_rules(named, series, "Sweep them apart: one correction is for all.")
    import_optional("scipy.stats", "scipy", "research", "adjusted p-values")
    tests = len(cells) * len(SIDES) * len(axes.horizons)
    settings = settings._replace(resamples=choose_resamples(settings.resamples, tests, settings.level, fdr))
    if settings.resamples:
        import_arch()
    cells = [cell._replace(settings=cell.settings._replace(resamples=settings.resamples)) for cell in cells]
    return _to_frame(list(_run(cells, progress)), series, settings, fdr)


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


def _read_series(frames: object, prices: object, signal: SignalLike | None = None) -> list[_PricedSeries]:
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
        ordered = sort_by_day(frame)
        counts, info = read_counts(ordered), read_info(frame)
        synthetic, kind = is_synthetic_series(counts, info), find_data_type(frame)
        earliest = earliest_rows(counts.days, closes[name], exchanges[name], kind)
        ranked = _resolve(signal, ordered, counts)
        found.append(_PricedSeries(name, counts, closes[name], kind, info, synthetic, earliest, ranked))
    return found


def _resolve(signal: SignalLike | None, frame: pd.DataFrame, counts: Counts) -> Column | None:
    """Return the signal that is ranked instead of the ratio of a sorted frame."""
    if signal is None:
        return None
    exchange = known_exchange(frame)

    def weeks() -> Int64Array:
        return count_weeks(day_numbers(counts.days), require(exchange, "market", "US_SECURITY"))

    return resolve_signal(signal, SignalSource(lambda: counts, lambda: counts, frame.copy, weeks, exchange))


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
    """Yield each rule for each series."""
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
            yield _GridCell(one, rule, settings._replace(lag=resolve_lag(lag, one.data_type)))


def _check_rules(
    rules: Iterable[tuple[_PricedSeries, ExtremeRule, Mapping[str, object]]],
    series: Sequence[_PricedSeries],
    advice: str,
) -> None:
    """Raise what evaluating labelled rules would raise; refuse those there twice, and mixed origins with `advice`."""
    seen: set[str] = set()
    for one, rule, labels in rules:
        one.first_rows(0).mark(rule)
        label = json.dumps(labels, default=float)
        if label in seen:
            raise InvalidRequest(f"The grid holds this twice, which would count it twice: {label}")
        seen.add(label)
    for one in series:
        check_overlap(one.counts.days, one.prices)
    synthetic = [one.name for one in series if one.synthetic]
    if 0 < len(synthetic) < len(series):
        raise InvalidRequest(
            f"frames holds real and synthetic numbers: {list_names(map(repr, synthetic))} is synthetic. {advice}"
        )


class _Tested(NamedTuple):
    """What became of a cell: its rows, and for each of them what orders the tests, also in each resample."""

    rows: list[_Row]
    observed: Float32Array
    nulls: Float32Array


def _run(cells: list[_GridCell], progress: ProgressLike) -> Iterator[_Tested]:
    """Yield what became of each cell, computed by joblib, in the order of the cells."""
    joblib = import_optional("joblib", "joblib", "research", "sweeps")
    backend, _ = joblib.parallel.get_active_backend()
    # A generator moves the bar with each result; Ray's backend and multiprocessing only give all results at the end.
    return_as = "generator" if getattr(backend, "supports_return_generator", False) else "list"
    batches = _split(cells, min(_BATCH, -(-len(cells) // (2 * joblib.effective_n_jobs()))))
    with Progress(progress, len(cells), "sweep", "cell") as shown:
        for batch in joblib.Parallel(return_as=return_as)(joblib.delayed(_evaluate)(batch) for batch in batches):
            for tested in batch:
                shown.advance()
                yield tested


def _split(cells: list[_GridCell], size: int) -> Iterator[list[_GridCell]]:
    """Yield parts of at most `size` consecutive cells, all of a part on the same prices."""
    for _, group in itertools.groupby(cells, key=lambda cell: id(cell.series.prices)):
        listed = list(group)
        for begin in range(0, len(listed), size):
            yield listed[begin : begin + size]


def _evaluate(batch: list[_GridCell]) -> list[_Tested]:
    """Return what became of cells on the same prices, all of them on the same resamples."""
    prices, bootstrap = batch[0].series.prices, batch[0].settings.bootstrap
    marked = [cell.series.mark(cell.rule) for cell in batch]
    contrasts = [
        contrast_days(days, prices, cell.settings, cell.series.earliest)
        for cell, days in zip(batch, marked, strict=True)
    ]
    compared = iter(compare(prices, [one for cell in contrasts for one in cell], bootstrap))
    result = []
    for cell, days, own in zip(batch, marked, contrasts, strict=True):
        found = list(itertools.islice(compared, len(own)))
        described = describe_contrasts(days, prices, cell.settings, own, found, cell.series.earliest)
        rows = [_row(cell, i, row, found[i].block) for i, row in enumerate(described)]
        result.append(_Tested(rows, *_order(own, found)))
    return result


def _row(cell: _GridCell, position: int, described: _Row, block: int) -> _Row:
    side, horizon = divmod(position, len(cell.settings.horizons))
    place = {"side": SIDES[side], "horizon": cell.settings.horizons[horizon]}
    return {**cell.labels, **place, **{name: described[name] for name in COLUMNS}, "block": block}


def _order(contrasts: list[Contrast], compared: list[Comparison]) -> tuple[Float32Array, Float32Array]:
    """Return what orders each test for the step-down, and the same in each resample."""
    observed = np.full(len(compared), np.nan, dtype=np.float32)
    nulls = np.full((len(compared), len(compared[0].null)), np.nan, dtype=np.float32)
    for i, (contrast, found) in enumerate(zip(contrasts, compared, strict=True)):
        if np.isfinite(found.p_value):
            apart = count_apart(contrast.events, contrast.horizon)
            observed[i] = student_p_values(np.array([found.statistic]), apart)[0]
            nulls[i] = student_p_values(found.null, apart)
    return observed, nulls


def _to_frame(tested: list[_Tested], series: list[_PricedSeries], settings: ForwardSettings, fdr: str) -> pd.DataFrame:
    """Return the rows as the frame of `sweep`, with adjusted p-values."""
    result = pd.DataFrame([row for one in tested for row in one.rows])
    observed, nulls = (
        np.concatenate(parts) for parts in zip(*((one.observed, one.nulls) for one in tested), strict=True)
    )
    at = result.columns.tolist().index("p_value") + 1
    result.insert(at, "p_adjusted", adjust_rates(result["p_value"].to_numpy(), fdr))
    result.insert(at + 1, "p_romano_wolf", step_down(observed, nulls))
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
        "baseline": settings.baseline,
        "version": __version__,
    }
    return result
