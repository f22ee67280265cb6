"""The result of a walk-forward test, as frames. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..core.arrays import Float64Array, Int64Array
from .backtest import BacktestSettings, Judged, earn_in_test
from .sharpe import best_of_luck, deflated_sharpe, describe_returns, max_drawdown, probabilistic_sharpe, sharpe_p_value
from .splits import Split

__all__ = ["Backtest", "WalkForward", "assemble"]


class Backtest(NamedTuple):
    """All that was tested.

    Attributes
    ----------
    rules : sequence of dict
        The labels of each rule.
    judged : sequence of sequence of Judged
        For each rule what it did on each split, and last on all sessions.
    splits : sequence of Split
        The last one is that of all sessions, without a test.
    days : ndarray of int64
        Of the sessions, since 1970-01-01.
    returns : ndarray of float64
        Of the price, session by session.
    """

    rules: Sequence[Mapping[str, object]]
    judged: Sequence[Sequence[Judged]]
    splits: Sequence[Split]
    days: Int64Array
    returns: Float64Array


class _Choice(NamedTuple):
    """The rule that a training chose, among how many, and what it did there."""

    rule: int | None
    trials: int
    train_sharpe: float
    train_trades: int
    p_adjusted: float
    deflated_sharpe: float


@dataclass(frozen=True, slots=True)
class WalkForward:
    """What `walk_forward` found, in frames that are its attributes.

    Sharpe ratios are annualised, with ``info["sessions_per_year"]``, and measure ``excess``.

    Parameters
    ----------
    blocks : DataFrame
        A row per block: the days of training and test (``train_start``, ``train_end``, ``test_start``, ``test_end``);
        ``rule``, the number of the chosen rule in `rules`, <NA> if none had enough trades, and its labels;
        ``trials``: how many rules could have been chosen; of the chosen one ``train_sharpe`` and ``train_trades``,
        ``p_adjusted``: how likely the best of so many independent rules without merit is to do as well (Šidák, 1967);
        ``deflated_sharpe``: the probability that its true Sharpe ratio is above that which the best of so many is
        expected to show by luck; ``test_sharpe``, ``test_trades``, ``test_return``.
    returns : DataFrame
        A row per session of all blocks, out of sample: ``block``; ``position`` after the close: −1, 0 or 1;
        ``market``, the return of the price; ``gross``, what the position of the day before earned; ``cost``; ``net``;
        ``excess``, net less what the benchmark would have earned; ``equity``, which begins at 1.
    rules : DataFrame
        The labels of every rule of the grid, by its number.
    trials : DataFrame
        What every rule did in every block, indexed by ``rule`` and ``block``: ``train_sharpe``, ``train_trades``,
        ``test_sharpe``, ``test_trades``.
    latest : Series
        The rule that all sessions together would choose, with the labels and the training columns of `blocks`. It has
        not been judged on anything yet.
    info : dict
        The settings; each series with its source and digest; whether any is synthetic; the version.

    Examples
    --------
    >>> import numpy as np, pandas as pd, pd_optstat as po
    >>> days = pd.bdate_range("2024-01-01", periods=400)
    >>> counts = np.random.default_rng(1).integers(500, 1500, (400, 2))
    >>> df = pd.DataFrame(counts, days, ["call_value", "put_value"])
    >>> close = pd.Series(np.exp(np.random.default_rng(2).normal(0, 0.01, 400).cumsum()), days)
    >>> found = po.walk_forward(df, close, {"lookbacks": [20], "horizons": [5], "lags": [1]}, n_splits=3)
    >>> found.returns.columns.tolist()
    ['block', 'position', 'market', 'gross', 'cost', 'net', 'excess', 'equity']
    """

    blocks: pd.DataFrame
    returns: pd.DataFrame
    rules: pd.DataFrame
    trials: pd.DataFrame
    latest: pd.Series
    info: dict[str, object]

    def summary(self) -> pd.Series:
        """Return what the chosen rules earned out of sample, all blocks together.

        Returns
        -------
        Series
            ``sessions``, ``blocks`` and ``rules``: how many; ``annual_return``, ``annual_volatility``: of ``net``;
            ``sharpe``: of ``excess``, annualised; ``p_value``: how likely rules without merit are to show one this
            high (nothing was chosen on these sessions, so nothing is to be adjusted); ``probabilistic_sharpe``: the
            probability that the true one is above 0, after Bailey & López de Prado; ``max_drawdown`` of the equity;
            ``exposure``: the share of sessions with a position; ``trades``; ``turnover``: traded per year, in units of
            the equity; ``cost``: paid per year, as a fraction of the equity; ``market_return``: a year's return of the
            price, held throughout.

        Examples
        --------
        >>> import numpy as np, pandas as pd, pd_optstat as po
        >>> days = pd.bdate_range("2024-01-01", periods=400)
        >>> counts = np.random.default_rng(1).integers(500, 1500, (400, 2))
        >>> df = pd.DataFrame(counts, days, ["call_value", "put_value"])
        >>> close = pd.Series(np.exp(np.random.default_rng(2).normal(0, 0.01, 400).cumsum()), days)
        >>> found = po.walk_forward(df, close, {"lookbacks": [20], "horizons": [5], "lags": [1]}, n_splits=3)
        >>> found.summary()[["sessions", "rules"]].tolist()
        [285.0, 2.0]
        """
        returns, year = self.returns, float(self.info["sessions_per_year"])  # type: ignore[arg-type]
        moments = describe_returns(returns["excess"].to_numpy())
        net, equity = returns["net"].to_numpy(), returns["equity"].to_numpy()
        traded = _traded(returns)
        n = max(len(net), 1)
        market = float(np.prod(1.0 + returns["market"].to_numpy()))
        values = {
            "sessions": len(net),
            "blocks": len(self.blocks),
            "rules": len(self.rules),
            "annual_return": float(equity[-1]) ** (year / n) - 1 if equity[-1] > 0 else -1.0,
            "annual_volatility": float(net.std(ddof=1)) * math.sqrt(year),
            "sharpe": moments.sharpe * math.sqrt(year),
            "p_value": sharpe_p_value(moments),
            "probabilistic_sharpe": probabilistic_sharpe(moments),
            "max_drawdown": max_drawdown(equity),
            "exposure": float((returns["position"] != 0).mean()),
            "trades": int(self.blocks["test_trades"].sum()),
            "turnover": traded * year / n,
            "cost": float(returns["cost"].sum()) * year / n,
            "market_return": market ** (year / n) - 1,
        }
        return pd.Series(values, name="out of sample", dtype=np.float64)

    def __repr__(self) -> str:
        synthetic = ", SYNTHETIC" if self.info.get("synthetic") else ""
        head = f"WalkForward: {len(self.rules)} rules, {len(self.blocks)} blocks{synthetic}"
        return f"{head}\n{self.summary().to_string()}"


def _traded(returns: pd.DataFrame) -> float:
    position = returns["position"].to_numpy().astype(np.float64)
    return float(np.abs(np.diff(position, prepend=0.0)).sum())


def assemble(tested: Backtest, settings: BacktestSettings, info: dict[str, object]) -> WalkForward:
    """Choose a rule in each block and return what came of it."""
    year = _sessions_per_year(tested.days)
    scale = math.sqrt(year)
    choices = [_choose(tested, number, settings) for number in range(len(tested.splits))]
    labels = pd.DataFrame(list(tested.rules)).rename_axis("rule")
    blocks, parts = [], []
    for number, (split, choice) in enumerate(zip(tested.splits[:-1], choices, strict=False)):
        part = _test_block(tested, number, choice.rule, settings)
        judged = None if choice.rule is None else tested.judged[choice.rule][number]
        result = {
            "test_sharpe": np.nan if judged is None else judged.test.sharpe * scale,
            "test_trades": 0 if judged is None else judged.test_trades,
            "test_return": float(np.prod(1.0 + part["net"].to_numpy())) - 1.0,
        }
        blocks.append(_span(tested.days, split) | _described(choice, tested.rules, scale) | result)
        parts.append(part)
    returns = pd.concat(parts)
    returns["equity"] = (1.0 + returns["net"]).cumprod()
    latest = _span(tested.days, tested.splits[-1]) | _described(choices[-1], tested.rules, scale)
    frame = pd.DataFrame(blocks, index=pd.RangeIndex(len(blocks), name="block")).astype({"rule": "Int64"})
    return WalkForward(
        frame,
        returns,
        labels,
        _list_trials(tested, scale),
        pd.Series({name: value for name, value in latest.items() if not name.startswith("test_")}, name="latest"),
        info | {"sessions_per_year": year},
    )


def _choose(tested: Backtest, number: int, settings: BacktestSettings) -> _Choice:
    """Return the rule with the highest Sharpe ratio in the training of a split: the first one, if there are several."""
    sharpe = np.array([one[number].train.sharpe for one in tested.judged])
    trades = np.array([one[number].train_trades for one in tested.judged])
    usable = np.isfinite(sharpe) & (trades >= settings.min_trades)
    trials = int(usable.sum())
    if not trials:
        return _Choice(None, 0, math.nan, 0, math.nan, math.nan)
    best = int(np.argmax(np.where(usable, sharpe, -np.inf)))
    variance = float(sharpe[usable].var(ddof=1)) if trials > 1 else 0.0
    moments = tested.judged[best][number].train
    luck = best_of_luck(moments, trials)
    return _Choice(
        best, trials, float(sharpe[best]), int(trades[best]), luck, deflated_sharpe(moments, variance, trials)
    )


def _test_block(tested: Backtest, number: int, rule: int | None, settings: BacktestSettings) -> pd.DataFrame:
    split = tested.splits[number]
    rows = slice(split.test_start, split.test_stop)
    positions = np.zeros(split.test_stop - split.test_start, dtype=np.int8)
    if rule is not None:
        positions = tested.judged[rule][number].positions
    earned = earn_in_test(positions, tested.returns, split, settings)
    columns = {
        "block": number,
        "position": positions,
        "market": tested.returns[rows],
        "gross": earned.gross,
        "cost": earned.cost,
        "net": earned.gross - earned.cost,
        "excess": earned.excess,
    }
    return pd.DataFrame(columns, index=_as_days(tested.days[rows]))


def _as_days(days: Int64Array) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[s]"), name="time")


def _span(days: Int64Array, split: Split) -> dict[str, object]:
    rows = (split.train_start, split.train_stop - 1, split.test_start, split.test_stop - 1)
    names = ("train_start", "train_end", "test_start", "test_end")
    index = _as_days(days[np.minimum(rows, len(days) - 1)])
    return dict(zip(names, index, strict=True))


def _described(choice: _Choice, rules: Sequence[Mapping[str, object]], scale: float) -> dict[str, object]:
    labels = dict.fromkeys(rules[0]) if choice.rule is None else dict(rules[choice.rule])
    described = choice._asdict() | {"train_sharpe": choice.train_sharpe * scale}
    return {"rule": described.pop("rule"), **labels, **described}


def _list_trials(tested: Backtest, scale: float) -> pd.DataFrame:
    blocks = range(len(tested.splits) - 1)
    index = pd.MultiIndex.from_product([range(len(tested.rules)), blocks], names=["rule", "block"])
    rows = [
        (one.train.sharpe * scale, one.train_trades, one.test.sharpe * scale, one.test_trades)
        for judged in tested.judged
        for one in judged[:-1]
    ]
    return pd.DataFrame(rows, index, ["train_sharpe", "train_trades", "test_sharpe", "test_trades"])


def _sessions_per_year(days: Int64Array) -> float:
    return float((len(days) - 1) * 365.25 / (days[-1] - days[0]))
