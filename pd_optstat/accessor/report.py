"""The report: all that the other methods find, as one HTML file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .._types import DataTypeLike, PathLike, PricesLike, ProgressLike
from .._util.files import expand_user, replace_file
from .._util.inheritance import inherited
from .._util.optional import import_optional
from .._util.validation import shorten
from .._version import __version__
from ..analysis.frames import find_data_type, known_exchange, read_info
from ..analysis.windows import WindowLike
from ..core.frame import is_panel
from ..errors import InvalidData, InvalidRequest, OptStatError, printable
from .base import AccessorBase
from .overview import picture_notes, provenance_of
from .ratio_frames import is_ratio_frame

if TYPE_CHECKING:
    from ..analysis.prices import Prices
    from ..report.findings import Findings, PriceFacts, ReportSettings

__all__ = ["ReportMethods"]

#: The rules that a report tests unless it is given others.
_GRID: dict[str, list[object]] = {"windows": [1, 5, 10], "lookbacks": [126, 252], "thresholds": [0.1, 0.2]}
#: The most characters of a name from outside.
_LONGEST = 160
_LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "arch", "matplotlib")


class ReportMethods(AccessorBase):
    """The method that writes a report."""

    def report(
        self,
        prices: PricesLike | None = None,
        path: PathLike | None = "report.html",
        *,
        horizons: Iterable[int] = (1, 5, 21),
        lookback: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        grid: Mapping[str, Iterable[object]] | None = None,
        n_splits: int = 5,
        cost_bps: float = 5.0,
        resamples: int | None = None,
        seed: int = 0,
        data_type: DataTypeLike | None = None,
        title: str | None = None,
        progress: ProgressLike = None,
    ) -> Path | str:
        """Write a research note on the series and its prices: one HTML file that needs no network.

        It says what the data are (source, digest, pin, missing and provisional days), where the ratio stands, when it
        was extreme, how it depends on the weekday and on expiries, and with prices which returns followed: by quantile,
        around events, after extremes with p-values for all tests together, and out of sample. It has the caveats, and
        the code that makes it again. It is readable in light and dark, and prints.

        Parameters
        ----------
        prices : Series, optional
            Closing prices by day, as in `forward`. Without them, the sections on returns are left out, and the report
            says so.
        path : str or Path, optional
            The file, which is replaced if it exists. None: return the page instead.
        horizons : iterable of int
            Sessions from entry to exit.
        lookback : int or offset
            The window of the percentile.
        lower, upper : float
            The percentiles from which a day is extreme, as in `extremes`.
        grid : dict of lists, optional
            The rules that are tested together and among which the walk-forward test chooses, as for `sweep`; by default
            ``{"windows": [1, 5, 10], "lookbacks": [126, 252], "thresholds": [0.1, 0.2]}`` with these horizons.
        n_splits, cost_bps : int, float
            Blocks and costs of the walk-forward test, as for `walk_forward`.
        resamples : int, optional
            Of the bootstrap; by default what each method takes.
        seed : int
            Of the resampling.
        data_type : OptionStatisticDataType, str or int, optional
            By default that of the frame's attributes. It decides when a count is known.
        title : str, optional
            By default the name of the series.
        progress : None, bool or callable
            As for `load`, for the tests of the grid.

        Returns
        -------
        Path or str
            The path of the file, or the page. The same frame, prices and versions give the same bytes.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, the frame is a panel, the extra ``research`` is not installed, or the file
            cannot be written.
        InvalidData
            If the counts or the prices are not valid.

        Examples
        --------
        >>> import pd_optstat as po
        >>> page = po.sample().optstat.report(path=None)
        >>> page.startswith("<!DOCTYPE html>"), "SYNTHETIC DATA" in page
        (True, True)
        """
        from ..analysis.extremes import ForwardSettings
        from ..report.document import build_document
        from ..report.findings import ReportSettings

        if is_panel(self._frame):
            raise InvalidRequest("A report is about one series. Select it, as in df['US_SECURITY', 'VOLUME'].")
        checked = ForwardSettings(1, horizons).checked()  # type: ignore[arg-type]
        settings = ReportSettings(
            checked.horizons, lookback, lower, upper, grid, n_splits, cost_bps, resamples, seed, title
        ).checked()
        file = None if path is None else _check_path(path)
        for module, package in (("jinja2", "jinja2"), ("arch", "arch"), ("joblib", "joblib"), ("statsmodels", "arch")):
            if module == "jinja2" or prices is not None:
                import_optional(module, package, "research", "reports")
        frame = _with_data_type(self._frame, data_type)
        name = "report.html" if file is None else file.name
        page = build_document(_gather(frame, prices, settings, name, progress))
        if file is None:
            return page
        try:
            replace_file(Path(os.path.realpath(file)), page.encode("utf-8"))
        except OSError as error:
            raise InvalidRequest(f"path={str(path)!r} cannot be written: {error.strerror or error}.") from None
        return file


def _check_path(path: PathLike) -> Path:
    try:
        file = Path(expand_user(os.fspath(path)))
        if "\0" in str(file):
            raise ValueError("it holds a zero character")
        is_possible = file.absolute().parent.is_dir() and not file.is_dir()
    except (TypeError, ValueError, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidRequest(f"path={shorten(path)} is not a valid path: {reason}.") from None
    if not is_possible:
        raise InvalidRequest(f"path={str(path)!r} must be a file, in a folder that exists.")
    return file


def _with_data_type(frame: pd.DataFrame, data_type: DataTypeLike | None) -> pd.DataFrame:
    """Return the frame; with `data_type` a copy whose attributes name it."""
    if data_type is None:
        return frame
    found = find_data_type(frame, data_type)
    labelled = frame.copy(deep=False)
    labelled.attrs = {**frame.attrs, "optstat": {**read_info(frame), "data_type": found.name if found else None}}
    return labelled


def _gather(
    frame: pd.DataFrame, prices: PricesLike | None, settings: ReportSettings, path: str, progress: ProgressLike
) -> Findings:
    """Return what the methods find; what one of them cannot compute is left out, with its reason."""
    from ..analysis.prices import read_prices
    from ..plotting.plot import PlottedSeries
    from ..report.findings import Findings
    from ..report.reproduction import write_report_code

    methods: Any = frame.optstat
    limits = {"window": settings.lookback, "lower": settings.lower, "upper": settings.upper}
    info, counts, found = read_info(frame), methods._read_ratios(), provenance_of(frame)
    tables = {"summary": methods.summary(lookback=settings.lookback), "events": methods.events(**limits)}
    closes = None if prices is None else read_prices(prices, exchange=known_exchange(frame))
    facts = None if closes is None or prices is None else _price_facts(closes, prices)
    title = printable(settings.title or f"Put/call ratio of {methods._title()}")[:_LONGEST]
    findings = Findings(
        title=title,
        synthetic=found.synthetic,
        ratios_only=is_ratio_frame(frame),
        facts=(*found.facts, ("Library", f"pd_optstat {_loaded_with(info)}")),
        series=PlottedSeries(counts, methods._title(), info, picture_notes(counts, info), known_exchange(frame)),
        settings=settings,
        last_mark=_last_mark(methods.extremes(**limits)),
        code=write_report_code(info, _digest(methods), facts.digest if facts else None, settings, path, _pin_name()),
        versions=_versions(),
        prices=facts,
        tables=tables,
    )
    _try(findings, "seasonal", methods.seasonal)
    if prices is not None:
        _gather_returns(findings, frame, prices, limits, progress)
    return findings


def _gather_returns(
    findings: Findings, frame: pd.DataFrame, prices: PricesLike, limits: dict[str, Any], progress: ProgressLike
) -> None:
    from ..analysis.sweep import sweep
    from ..analysis.walk_forward import walk_forward

    methods: Any = frame.optstat
    settings = findings.settings
    drawn: dict[str, Any] = {"seed": settings.seed}
    if settings.resamples is not None:
        drawn["resamples"] = settings.resamples
    horizons, window = settings.horizons, {"window": settings.lookback}
    grid = {"horizons": horizons, **(_GRID if settings.grid is None else settings.grid)}
    _try(findings, "quantiles", lambda: methods.quantiles(prices, horizons=horizons, **window, **drawn))
    _try(findings, "ic", lambda: methods.ic(prices, "put_call_ratio", horizons))
    _try(findings, "event_study", lambda: methods.event_study(prices, **limits, **drawn))
    _try(findings, "sweep", lambda: sweep(frame, prices, grid, progress=progress, **drawn))
    try:
        findings.walk_forward = walk_forward(
            frame, prices, grid, n_splits=settings.n_splits, cost_bps=settings.cost_bps, progress=progress
        )
    except OptStatError as error:
        findings.left_out["walk_forward"] = printable(str(error))


def _try(findings: Findings, name: str, compute: Callable[[], pd.DataFrame]) -> None:
    """Add a table to the findings, or why there is none: short or odd data must not cost the whole report."""
    try:
        findings.tables[name] = compute()
    except OptStatError as error:
        findings.left_out[name] = printable(str(error))


def _price_facts(closes: Prices, prices: PricesLike) -> PriceFacts:
    from ..report.findings import PriceFacts

    if not len(closes.days):
        raise InvalidData("prices: no row has a price.")
    column = prices.columns[0] if isinstance(prices, pd.DataFrame) else prices.name
    name = "the prices (without a name)" if column is None else printable(str(column))[:_LONGEST]
    days = closes.days.astype("datetime64[D]").astype("datetime64[s]")
    rows = np.empty(len(days), dtype=[("day", "<i8"), ("price", "<f8")])
    rows["day"], rows["price"] = closes.days, closes.values
    digest = f"sha256:{hashlib.sha256(rows.tobytes()).hexdigest()}"
    return PriceFacts(name, len(days), pd.Timestamp(days[0]), pd.Timestamp(days[-1]), digest)


def _last_mark(marks: pd.Series[int]) -> int | None:
    return None if not len(marks) or pd.isna(marks.iloc[-1]) else int(marks.iloc[-1])


def _pin_name() -> str | None:
    """Return the file name of the active pin, which loads of this process replay or record."""
    published = inherited("pin")
    known = isinstance(published, list) and published and isinstance(published[0], str)
    return Path(published[0]).name if known else None


def _digest(methods: Any) -> str | None:
    try:
        return str(methods.digest())
    except InvalidData:  # ratios only, or counts that are not whole
        return None


def _loaded_with(info: Mapping[str, object]) -> str:
    version = info.get("version")
    loaded = f", loaded with {printable(version[:40])}" if isinstance(version, str) and version != __version__ else ""
    return f"{__version__}{loaded}"


def _versions() -> tuple[tuple[str, str], ...]:
    from importlib.metadata import PackageNotFoundError, version

    found = [("pd_optstat", __version__)]
    for name in _LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)
