"""``df.optstat.plot()``: call and put totals as bars, the ratio above. The only module with matplotlib.

Colours are Okabe & Ito's (2008), which the colour-blind can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.ticker import FuncFormatter

from . import metrics as _m
from .checks import whole
from .counts import Counts
from .errors import InvalidRequest
from .windows import WindowLike

__all__ = ["COLOURS", "plot"]

#: Okabe & Ito's colours: sky blue and orange for the bars, vermillion and bluish green for the extremes.
COLOURS = {"call": "#56B4E9", "put": "#E69F00", "ratio": "#8A8A8A", "fear": "#D55E00", "greed": "#009E73"}

#: The rolling means: black, blue, reddish purple, vermillion; more windows begin again, dashed.
_MEANS = ("#000000", "#0072B2", "#CC79A7", "#D55E00")
_DASHES = ("-", "--", ":", "-.")

#: Bars of a day leave a gap to the next; above this many rows no gap would be seen.
_GAPS_UP_TO = 150


def thousands(value: float, _position: object = None) -> str:
    """Return a count of contracts for an axis.

    >>> [thousands(v) for v in (0, 950, 1500, 250e3, 32.5e6, 1.2e9)]
    ['0', '950', '1.5k', '250k', '32.5M', '1.2bn']
    """
    for unit, name in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:.4g}{name}"
    return f"{value:.4g}"


def plot(
    counts: Counts,
    windows: Iterable[int] = (10, 63),
    *,
    lookback: WindowLike = 252,
    lower: float = 0.1,
    upper: float = 0.9,
    extremes: bool = True,
    start: Any = None,
    end: Any = None,
    ax: Axes | None = None,
    title: str | None = None,
    name: str = "series",
    info: Mapping[str, Any] | None = None,
) -> Axes:
    """Draw call and put totals as stacked bars, the ratio and its rolling means on a twin axis.

    Parameters
    ----------
    counts : Counts
        What ``df.optstat`` reads from its frame (``df.optstat.plot`` gives `counts`, `name` and `info`).
    windows : iterable of int
        Trading rows of the rolling means; ``()`` for none.
    lookback : int or offset
        The window among whose ratios a day is extreme.
    lower, upper : float
        The percentiles from which it is.
    extremes : bool
        Whether extreme days are shaded.
    start, end : date-like, optional
        The first and the last day to draw. The means and extremes are computed from all days before.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure of `matplotlib.pyplot`.
    title : str, optional
        By default the series, and "synthetic" if it comes from the simulator.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the bars; the twin with the ratio is ``ax.figure.axes[-1]``.
    """
    spans = _checked(windows)
    ratio = _m.put_call_ratio(counts)
    marks = _m.extremes(ratio, lookback, lower, upper) if extremes else None
    means = {w: _m.rolling_ratio(counts, ratio, w, "mean") for w in spans}
    drawn = _between(counts.days, start, end)
    counts = Counts(counts.days[drawn], counts.calls[drawn], counts.puts[drawn], counts.valid[drawn])
    ratio, marks = ratio[drawn], None if marks is None else marks[drawn]
    means = {w: mean[drawn] for w, mean in means.items()}
    if ax is None:
        ax = plt.figure(figsize=(10, 5.2), layout="constrained").add_subplot()
    ax.set_title(_title(name, info or {}) if title is None else title, loc="left", fontsize=12, weight="bold", pad=28)
    _frame_of(ax, info or {})
    if not len(ratio):
        ax.text(
            0.5,
            0.5,
            "no rows",
            transform=ax.transAxes,
            ha="center",
            va="center",
            fontsize=14,
            color="#777777",
        )
        ax.set_xticks([])
        ax.set_yticks([])
        return ax
    twin = ax.twinx()
    _draw_bars(ax, counts)
    _draw_ratio(twin, ratio, means)
    if marks is not None:
        _shade(ax, marks, lower, upper)
    _dates(ax, counts.days)
    # Both axes in one legend, above the picture, so that it never hides a number.
    entries = [pair for part in (ax, twin) for pair in zip(*part.get_legend_handles_labels(), strict=True)]
    handles, labels = zip(*entries, strict=True)
    ax.legend(
        handles, labels, loc="lower left", bbox_to_anchor=(-0.005, 1.0), ncols=len(labels), frameon=False,
        fontsize=8.5, handlelength=1.4, columnspacing=1.3, borderaxespad=0.2,
    )  # fmt: skip
    return ax


def _checked(windows: Iterable[int]) -> list[int]:
    if isinstance(windows, str) or not isinstance(windows, Iterable):
        raise InvalidRequest(f"windows={windows!r}: several numbers of rows are needed, as in (10, 63)")
    return [whole(window, "windows") for window in windows]


def _between(days: pd.DatetimeIndex, start: Any, end: Any) -> npt.NDArray[np.bool_]:
    """Return which `days` are to be drawn."""
    drawn = np.ones(len(days), dtype=np.bool_)
    for name, value in (("start", start), ("end", end)):
        if value is None:
            continue
        try:
            moment = pd.Timestamp(value)
            drawn &= np.asarray(days >= moment if name == "start" else days <= moment)
        except (ValueError, TypeError) as error:
            raise InvalidRequest(f"{name}={value!r} is not a date such as '2026-06-12': {error}") from None
    return drawn


def _title(name: str, info: Mapping[str, Any]) -> str:
    made = any(str(info.get(key, "")).startswith("simulator") for key in ("source", "origin"))
    kind = {"VOLUME": "volume", "OPEN_INTEREST": "open interest"}.get(str(info.get("data_type")), "")
    head = f"{info['market']} option {kind}" if kind and "market" in info else name
    return f"{head} and put/call ratio" + (" (synthetic)" if made else "")


def _frame_of(ax: Axes, info: Mapping[str, Any]) -> None:
    what = {"VOLUME": "Volume", "OPEN_INTEREST": "Open interest"}.get(str(info.get("data_type")), "Calls and puts")
    ax.set_ylabel(f"{what} (contracts)", loc="bottom")
    ax.spines["top"].set_visible(False)


def _draw_bars(ax: Axes, counts: Counts) -> None:
    """Draw all bars of a colour as one collection: a `bar` per row would take seconds for 5000 of them."""
    rows = counts.valid
    days = _numbers(counts.days)[rows]
    calls, puts = (part[rows].astype(np.float64) for part in (counts.calls, counts.puts))
    left, right = days - 0.4, days + 0.4
    if len(days) > _GAPS_UP_TO:  # half-way to the days beside it, over no more than half a long weekend
        half = np.minimum(np.diff(days) / 2, 2)
        left, right = days - np.append(0.5, half), days + np.append(half, 0.5)
    for low, high, name in ((np.zeros(len(days)), calls, "call"), (calls, calls + puts, "put")):
        corners = np.empty((len(days), 4, 2))
        corners[:, :, 0] = np.stack([left, left, right, right], axis=1)
        corners[:, :, 1] = np.stack([low, high, high, low], axis=1)
        colour = COLOURS[name]
        edge = colour if len(days) > _GAPS_UP_TO else "none"  # thinner than a pixel, a bar would fade
        bars = PolyCollection(
            list(corners), facecolors=colour, edgecolors=edge, linewidths=0.2, zorder=1,
            label=f"{name}s",
        )  # fmt: skip
        ax.add_collection(bars)
    top = float((calls + puts).max(initial=0.0)) or 1.0
    ax.set_ylim(0, top * 1.9)  # the bars keep to the lower half, the ratio has the upper one
    ax.yaxis.set_major_formatter(FuncFormatter(thousands))
    ax.set_yticks([tick for tick in ax.get_yticks() if tick <= top * 1.02])


def _draw_ratio(twin: Axes, ratio: pd.Series[Any], means: Mapping[int, pd.Series[Any]]) -> None:
    days = _numbers(ratio.index)
    many = len(ratio) > _GAPS_UP_TO
    twin.plot(
        days, ratio.to_numpy(), color=COLOURS["ratio"], linewidth=0.7 if many else 1.1, alpha=0.9,
        marker="" if many else "o", markersize=3, label="ratio",
    )  # fmt: skip
    for at, (window, mean) in enumerate(means.items()):
        if not mean.notna().any():
            continue  # fewer rows than the window: no line, so no entry in the legend
        style, colour = _DASHES[at // len(_MEANS) % len(_DASHES)], _MEANS[at % len(_MEANS)]
        twin.plot(
            days,
            mean.to_numpy(),
            color=colour,
            linestyle=style,
            linewidth=1.8,
            label=f"mean of {window} days",
        )
    low, high = float(ratio.min()), float(ratio.max())
    if not np.isfinite(low):
        low, high = 0.0, 1.0
    room = (high - low) or max(abs(high), 1.0) * 0.2
    twin.set_ylim(low - 1.15 * room, high + 0.08 * room)
    twin.set_yticks([tick for tick in twin.get_yticks() if low - 0.1 * room <= tick <= high + 0.08 * room])
    if high == low:
        twin.set_yticks([low])
    twin.set_ylabel("Put/call ratio", loc="top")
    twin.spines["top"].set_visible(False)


def _shade(ax: Axes, marks: pd.Series[Any], lower: float, upper: float) -> None:
    """Shade each run of extreme days, from the bottom to the top."""
    days = _numbers(marks.index)
    values = marks.to_numpy()
    named = {1: ("fear", f"top {1 - upper:.0%} (fear)"), -1: ("greed", f"bottom {lower:.0%} (greed)")}
    for sign, (name, label) in named.items():
        first, last = _runs(values == sign)
        for at, (begin, end) in enumerate(zip(days[first], days[last], strict=True)):
            ax.axvspan(
                begin - 0.5, end + 0.5, color=COLOURS[name], alpha=0.22, linewidth=0, zorder=0,
                label=label if at == 0 else "_",
            )  # fmt: skip


def _runs(there: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the first and the last row of each run of True."""
    edges = np.diff(np.concatenate([[False], there, [False]]).astype(np.int8))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1


def _numbers(days: pd.Index[Any]) -> npt.NDArray[np.float64]:
    moments = pd.DatetimeIndex(days).tz_localize(None).to_numpy()
    return np.asarray(mdates.date2num(moments), dtype=np.float64)


def _dates(ax: Axes, days: pd.DatetimeIndex) -> None:
    at = _numbers(days)
    margin = max(0.01 * (at[-1] - at[0]), 0.7)
    ax.xaxis_date()
    ax.set_xlim(at[0] - margin, at[-1] + margin)
    if len(at) == 1:
        ax.set_xticks([at[0]], [f"{days[0]:%Y-%m-%d}"])
        return
    locator: Any = mdates.AutoDateLocator(minticks=4, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
