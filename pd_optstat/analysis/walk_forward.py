"""`pd_optstat.walk_forward`: rules chosen on the past and judged on what came next."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from .._types import PricesLike, ProgressLike
from .._util.optional import import_optional
from .._util.progress import Progress, check_progress
from .._util.validation import check_choice, check_int, check_number
from .._version import __version__
from ..errors import InvalidRequest
from .backtest import BacktestSettings, Entries, Variant, judge, make_trades
from .extremes import ExtremeRule, ForwardSettings, entry_rows, event_rows, resolve_lag
from .signal_series import SignalLike
from .splits import Split, SplitSettings, split_sessions
from .sweep import _Axes, _check_rules, _parse_grid, _PricedSeries, _read_series
from .trades import Trades, last_reachable_rows, session_returns
from .trading_days import day_numbers
from .walk_forward_result import Backtest, WalkForward, assemble

__all__ = ["walk_forward"]

#: The keys of a grid that `sweep` does not have, their valid values, and those of keys that are left out.
_CHOICES = {"directions": ("contrarian", "momentum"), "sides": ("both", "fear", "greed")}
_DEFAULTS: dict[str, list[object]] = {"directions": ["contrarian", "momentum"], "sides": ["both"]}
_BENCHMARKS = ("drift", "zero")


class _Group(NamedTuple):
    """Rules of one series that have the same events: what a worker evaluates."""

    series: _PricedSeries
    rule: ExtremeRule
    lag: int

    @property
    def labels(self) -> dict[str, object]:
        """The position of the group in the grid."""
        lookback = self.rule.window
        return {
            "series": self.series.name,
            "signal": "put_call_ratio" if self.series.signal is None else str(self.series.signal.name),
            "window": self.rule.smooth,
            "lookback": lookback if isinstance(lookback, int | str) else str(lookback),
            "lower": self.rule.lower,
            "upper": self.rule.upper,
            "lag": self.lag,
        }


def walk_forward(
    frames: pd.DataFrame | Mapping[str, pd.DataFrame],
    prices: PricesLike,
    grid: Mapping[str, Iterable[object]],
    *,
    n_splits: int = 5,
    max_train_size: int | None = None,
    test_size: int | None = None,
    embargo: int = 0,
    cost_bps: float = 5.0,
    benchmark: str = "drift",
    min_trades: int = 10,
    gap: int = 0,
    progress: ProgressLike = None,
) -> WalkForward:
    """Choose a rule on the past, judge it on the next block of sessions, and repeat.

    In each block the rule of the grid with the highest Sharpe ratio on the sessions before the block is chosen, and
    traded in the block. What it earns there was not used to choose it. The blocks are those of scikit-learn's
    ``TimeSeriesSplit``. Trades that would end after the last training session are left out of the training (purged),
    and so are `embargo` sessions before each block. A rule's first trade is at the close of the first session of its
    block; a trade that is open at the close of the last one is closed there.

    A rule holds a position for `horizon` sessions after each run of extremes, entered `lag` sessions after the run's
    first day, as in ``df.optstat.forward``; a newer event replaces an older position. Positions are −1, 0 or +1 times
    the equity; gains are reinvested.

    Parameters
    ----------
    frames : DataFrame or dict of str to DataFrame
        Frames of `load`, or others that ``df.optstat`` works on. A panel stands for each of its series. With several,
        the series, and with it the data type, is part of what is chosen.
    prices : Series
        Closing prices, by day, of what is traded.
    grid : dict of lists
        The values to combine. ``windows``, ``lookbacks``, ``thresholds``, ``horizons`` and ``lags`` as for `sweep`;
        ``directions``: "contrarian" buys after fear and sells after greed, "momentum" does the opposite (both);
        ``sides``: "both", or after "fear" or "greed" only ("both"); ``signals``: what is ranked, as `signal` of
        ``forward`` (``"put_call_ratio"``, the only one that has several ``windows``). Keys may also be written in the
        singular.
    n_splits : int
        The number of blocks.
    max_train_size : int, optional
        The most sessions to choose a rule on; by default all before the block.
    test_size : int, optional
        The sessions of a block; by default ``sessions // (n_splits + 1)``.
    embargo : int
        How many sessions before each block are left out of the training.
    cost_bps : float
        What a trade costs, in basis points (0.01 %) of what is traded. To turn from long to short is two trades.
    benchmark : {"drift", "zero"}
        Which returns the Sharpe ratios measure. "drift": less what the position would have earned if the price had
        gained its mean return of the training sessions in each session, so that being long in a market that rises is no
        merit. "zero": as they are. Either way costs are paid.
    min_trades : int
        A rule can be chosen only if it has so many trades in the training. Without such a rule the block has no
        position.
    gap : int
        As in ``df.optstat.events``.
    progress : None, bool or callable
        As for `load`: by default a bar if there are several rules.

    Returns
    -------
    WalkForward
        The chosen rules by block, the returns out of sample, the equity, and what all rules of the grid did.

    Raises
    ------
    InvalidRequest
        If an argument or a value of the grid is not valid, a value is repeated, real and synthetic frames are mixed,
        there are too few sessions, or joblib is not installed.
    InvalidData
        As from ``forward``, naming the first bad rows.

    Notes
    -----
    Sessions are the rows of `prices` from the first on which every rule of the grid is known, so that all rules are
    compared over the same sessions. joblib does the work, wherever it is configured to, as for `sweep`; the results are
    the same to the last bit.

    References
    ----------
    D. H. Bailey, M. López de Prado, "The deflated Sharpe ratio: correcting for selection bias, backtest overfitting,
    and non-normality", Journal of Portfolio Management 40(5), 2014. M. López de Prado, Advances in Financial Machine
    Learning, Wiley, 2018, chapter 7 (purging and embargo).

    Examples
    --------
    >>> import numpy as np, pandas as pd, pd_optstat as po
    >>> df = po.load("US_SECURITY", "VOLUME", "2018-01-01", "2026-06-12", source="simulator:", cache=False)
    >>> walk = np.random.default_rng(7).normal(0.0003, 0.01, len(df)).cumsum()
    >>> close = pd.Series(100 * np.exp(walk), df.index)  # a random walk, so there is nothing to find
    >>> found = po.walk_forward(df, close, {"windows": [1, 5], "thresholds": [0.1, 0.2], "horizons": [1, 5]})
    >>> found.blocks[["window", "lower", "horizon", "direction", "deflated_sharpe"]].round(1).values.tolist()[-1]
    [5, 0.2, 5, 'contrarian', 0.2]
    >>> bool(found.summary()["p_value"] > 0.05)
    True
    """
    check_progress(progress)
    check_choice(benchmark, "benchmark", _BENCHMARKS)
    splitting = SplitSettings(n_splits, max_train_size, test_size, embargo).checked()
    cost = check_number(cost_bps, "cost_bps", 0, 10_000) / 10_000
    settings = BacktestSettings(cost, benchmark == "drift", check_int(min_trades, "min_trades"))
    if isinstance(prices, Mapping):
        raise InvalidRequest("prices=dict must be one Series: all rules of a walk-forward test trade the same thing.")
    shared, variants, signals = _parse_axes(grid)
    series = [one for signal in signals for one in _read_series(frames, prices, signal)]
    groups = list(_iterate_groups(series, shared, check_int(gap, "gap", least=0)))
    _check_rules(((group.series, group.rule, group.labels) for group in groups), series, "Test them apart.")
    entries = list(_run(groups, progress))
    tested = _test(groups, variants, entries, splitting, settings)
    info = _describe(series) | {
        **splitting._asdict(),
        "cost_bps": cost * 10_000,
        "benchmark": benchmark,
        "min_trades": settings.min_trades,
        "gap": gap,
        "version": __version__,
    }
    return assemble(tested, settings, info)


def _parse_axes(grid: object) -> tuple[_Axes, list[Variant], list[SignalLike | None]]:
    """Return the values of the keys that `sweep` has, what is done after the events, and the signals."""
    if not isinstance(grid, Mapping):
        raise InvalidRequest(f"grid={type(grid).__name__} must be a dict of lists, as in {{'lookbacks': [126, 252]}}.")
    own = {**_DEFAULTS}
    rest = dict(grid)
    for key, choices in _CHOICES.items():
        given = [name for name in (key, key[:-1]) if name in rest]
        if len(given) == 2:
            raise InvalidRequest(f"grid has the keys {key!r} and {key[:-1]!r}. Leave one of them out.")
        for name in given:
            values = rest.pop(name)
            listed = [values] if isinstance(values, str) else list(values) if isinstance(values, Iterable) else []
            if not listed:
                raise InvalidRequest(f"grid[{name!r}]={values!r} must be a list of {', '.join(map(repr, choices))}.")
            own[key] = [check_choice(value, key, choices) for value in listed]
    signals = _parse_signals(rest)
    shared = _parse_grid(rest)
    horizons = ForwardSettings(1, tuple(shared.horizons)).checked().horizons
    pairs = itertools.product(horizons, own["directions"], own["sides"])
    return shared, [Variant(horizon, str(direction), str(side)) for horizon, direction, side in pairs], signals


def _parse_signals(grid: dict[Any, Any]) -> list[SignalLike | None]:
    """Take the signals out of a grid: None stands for the put/call ratio."""
    given = [grid.pop(name) for name in ("signals", "signal") if name in grid]
    if not given:
        return [None]
    values = given[0]
    listed = list(values) if isinstance(values, list | tuple) else [values]
    if len(given) == 2 or not listed:
        raise InvalidRequest("grid['signals'] must be one list of names, Series or functions.")
    return [None if isinstance(value, str) and value == "put_call_ratio" else value for value in listed]


def _iterate_groups(series: Sequence[_PricedSeries], axes: _Axes, gap: int) -> Iterator[_Group]:
    """Yield the events of each series and rule."""
    for one in series:
        for smooth, lookback, (lower, upper), lag in itertools.product(
            axes.windows if one.signal is None else [1], axes.lookbacks, axes.thresholds, axes.lags
        ):
            if lag is None and one.data_type is None:
                raise InvalidRequest(
                    f"lags=None: the attributes of frame {one.name!r} do not say whether it holds volume (lag 1) or "
                    "open interest (lag 2). Give the lags in the grid, as in 'lags': [1]."
                )
            rule = ExtremeRule(lookback, lower, upper, None, smooth, gap)
            yield _Group(one, rule, resolve_lag(lag, one.data_type))


def _run(groups: Sequence[_Group], progress: ProgressLike) -> Iterator[Entries]:
    """Yield the entries of each group, computed by joblib, in the order of the groups."""
    joblib = import_optional("joblib", "joblib", "research", "walk-forward tests")
    backend, _ = joblib.parallel.get_active_backend()
    # A generator moves the bar with each result; backends that lack it give all results at the end.
    return_as = "generator" if getattr(backend, "supports_return_generator", False) else "list"
    with Progress(progress, len(groups), "walk forward", "rule") as shown:
        for entries in joblib.Parallel(return_as=return_as)(joblib.delayed(_list_entries)(group) for group in groups):
            shown.advance()
            yield entries


def _list_entries(group: _Group) -> Entries:
    prices = group.series.prices
    marked = group.series.mark(group.rule)
    every = entry_rows(day_numbers(marked.days), prices, group.lag, group.series.earliest)
    known = every[marked.known]
    rows = event_rows(marked, "run")
    entry = every[rows]
    entered = entry >= 0
    first = int(known[known >= 0].min(initial=len(prices.days)))
    return Entries(first, entry[entered], marked.marks[rows][entered])


def _test(
    groups: Sequence[_Group],
    variants: Sequence[Variant],
    entries: Sequence[Entries],
    splitting: SplitSettings,
    settings: BacktestSettings,
) -> Backtest:
    """Return what every rule did on the sessions from the first on which all rules are known."""
    prices = groups[0].series.prices
    late = max(zip(entries, groups, strict=True), key=lambda pair: pair[0].first)
    first, last = late[0].first, len(prices.days)
    if first == last:
        raise InvalidRequest(
            f"No day with prices has a percentile for the rule {late[1].labels}. Use a shorter lookback."
        )
    splits = split_sessions(last - first, splitting)
    splits.append(Split(0, last - first, last - first, last - first))
    returns, reachable = session_returns(prices)[first:], last_reachable_rows(prices)
    rules, judged = [], []
    for group, found in zip(groups, entries, strict=True):
        for variant in variants:
            trades = make_trades(found, variant, reachable)
            moved = Trades(trades.entry - first, trades.exit - first, trades.side)
            rules.append(group.labels | variant._asdict())
            judged.append(judge(moved, returns, splits, settings))
    return Backtest(rules, judged, splits, prices.days[first:], returns)


def _describe(series: Sequence[_PricedSeries]) -> dict[str, object]:
    kept = ("market", "data_type", "source", "digest", "pin", "as_of", "synthetic")
    described = {one.name: {name: one.info[name] for name in kept if name in one.info} for one in series}
    return {"series": described, "synthetic": any(one.synthetic for one in series)}
