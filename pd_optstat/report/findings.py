"""What a report is about: its settings, and the tables that the methods of ``df.optstat`` returned. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from .._util.validation import check_int, check_number, shorten
from ..analysis.windows import WindowLike
from ..errors import InvalidRequest

if TYPE_CHECKING:
    from ..analysis.walk_forward_result import WalkForward
    from ..plotting.plot import PlottedSeries

__all__ = ["Findings", "PriceFacts", "ReportSettings"]


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """The arguments of ``df.optstat.report``."""

    horizons: tuple[int, ...] = (1, 5, 21)
    lookback: WindowLike = 252
    lower: float = 0.1
    upper: float = 0.9
    grid: Mapping[str, Iterable[object]] | None = None
    n_splits: int = 5
    cost_bps: float = 5.0
    resamples: int | None = None
    seed: int = 0
    title: str | None = None

    def checked(self) -> ReportSettings:
        """Return these settings, or raise `InvalidRequest` naming the invalid argument."""
        if self.title is not None and not isinstance(self.title, str):
            raise InvalidRequest(f"title={self.title!r} must be a text, or None for the series' name.")
        if self.grid is not None and not isinstance(self.grid, Mapping):
            raise InvalidRequest(f"grid={shorten(self.grid)} must be a dict of lists, as for sweep, or None.")
        if self.resamples is not None:
            check_int(self.resamples, "resamples", least=0)
        check_int(self.n_splits, "n_splits")
        check_number(self.cost_bps, "cost_bps", 0, 10_000)
        check_int(self.seed, "seed", least=0)
        return self


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """Which prices the returns are of."""

    name: str
    rows: int
    first: pd.Timestamp
    last: pd.Timestamp
    digest: str


@dataclass(slots=True)
class Findings:
    """Everything that a report says.

    Attributes
    ----------
    title : str
    synthetic : bool
    ratios_only : bool
        Whether the frame has ratios without counts.
    facts : sequence of (str, str)
        What is known of the data.
    series : PlottedSeries
        What the picture of the ratio shows.
    settings : ReportSettings
    last_mark : int or None
        Whether the last day is one of fear (+1), of greed (-1), or neither (0); None if that is unknown.
    code : str
        Python that makes the same report again.
    versions : sequence of (str, str)
        Of the libraries that made it.
    prices : PriceFacts, optional
    tables : dict of str to DataFrame
        By the method that returned them: "summary", "events", "seasonal", and with prices "quantiles", "ic",
        "event_study", "sweep".
    walk_forward : WalkForward, optional
    left_out : dict of str to str
        The reason, for each of these that could not be computed.
    """

    title: str
    synthetic: bool
    ratios_only: bool
    facts: tuple[tuple[str, str], ...]
    series: PlottedSeries
    settings: ReportSettings
    last_mark: int | None
    code: str
    versions: tuple[tuple[str, str], ...]
    prices: PriceFacts | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    walk_forward: WalkForward | None = None
    left_out: dict[str, str] = field(default_factory=dict)
