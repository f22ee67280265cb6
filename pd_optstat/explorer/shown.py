"""What an explorer shows: the series and the days on the screen, which follow from the choices and from what is loaded.

js/src/state.js has the same rules, so that `code`, `save` and `to_html` agree with the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from .._util.validation import check_number
from ..analysis.frames import compute_digest, series_infos
from ..core.frame import is_panel
from ..errors import InvalidData, InvalidRequest
from . import save
from .content import Content, NamedCounts, counts_by_series
from .copy_code import LoadCall
from .html_file import build_html
from .model import CHOICES, ExplorerModel
from .state import View, is_covered, shown_days
from .worker import Worker, is_worker_thread

if TYPE_CHECKING:
    from .data import DataSource, LoadedFrame

__all__ = ["ShownModel", "last_day"]

Days: TypeAlias = tuple[date | None, date | None]
Key: TypeAlias = tuple[str, ...]

_NOT_LOADED = "the load was cancelled, or the explorer was closed. Open another one with po.explore(...)."


class ShownModel(ExplorerModel):
    """The model of an explorer with what it has loaded."""

    def __init__(self, view: View, data_source: DataSource | None, frame: pd.DataFrame | None, today: date) -> None:
        super().__init__(view)
        self.frame = frame
        self._view = view  # the choices that are valid
        self._data_source = data_source
        self._loaded: LoadedFrame | None = None
        self._loaded_view, self._loaded_source = view, data_source
        self._counts: dict[Key, NamedCounts] = {} if frame is None else counts_by_series(frame)
        self._today = today
        self._worker = Worker()

    def _draws_price(self) -> bool:
        """Return whether the frame has a price of a series that is drawn, and no other prices are drawn instead."""
        series: list[Any] = list(self.content["series"])
        titles = {one.title for one in self._shown_series().values()}
        return any(one.get("ownPrice", False) for one in series if one["title"] in titles)

    def _wait_until_loaded(self, timeout: float | None) -> pd.DataFrame:
        """Return the frame after the running load; `InvalidRequest` if that takes longer or nothing is loaded.

        In the thread that loads, as when the page asks for a file, what is shown is what is loaded.
        """
        if timeout is not None:
            check_number(timeout, "timeout", 0, 1e6)
        if not is_worker_thread() and not self._worker.wait(timeout):
            raise InvalidRequest(
                f"Still loading after timeout={timeout:g} seconds. Call explorer.wait() first, or pass a longer "
                "timeout; None waits until the load ends."
            )
        if self.frame is None:
            raise InvalidRequest(f"Nothing is loaded: {self.error or _NOT_LOADED}")
        return self.frame

    def _page(self) -> str:
        """Return the series shown as one HTML page with live controls."""
        content: Content = {**self.content}  # type: ignore[typeddict-item]  # as build_content returned it
        titles = [one.title for one in self._shown_series().values()]
        content["series"] = [one for one in content["series"] if one["title"] in titles]
        loaded = content["loaded"]
        # Nothing newer can come, so presets count back from the last day of a range that was chosen.
        today = loaded["last"] or loaded["today"]
        content["loaded"] = {**loaded, "given": True, "first": None, "last": None, "today": today}
        names = (*CHOICES, "zoom", "hidden", "vocabulary")
        state = {name: getattr(self, name) for name in names} | {"series": titles}
        return build_html(state, content, "pd_optstat: " + ", ".join(titles))

    def _shown_by_load(self) -> Days:
        """Return the first and the last day that can be shown; None stands for the first and the newest row."""
        return (None, None) if self._loaded is None else (self._loaded.first, self._loaded_view.end)

    def _range(self) -> Days:
        """Return the range that is drawn: the one chosen if it is loaded, else the one loaded last."""
        wanted = shown_days(self._view, self._today)
        if is_covered(wanted, self._shown_by_load()):
            return wanted
        choices = {name: getattr(self._loaded_view, name) for name in ("preset", "start", "end")}
        return shown_days(replace(self._view, **choices), self._today)

    def _shown_days(self) -> Days:
        """Return the days on the screen: the zoom, or else the range."""
        zoom: Any = self.zoom
        if not zoom:
            return self._range()
        first, last = (date.fromisoformat(day) for day in zoom)
        return first, last

    def _shown_series(self) -> dict[Key, NamedCounts]:
        """Return the series that are drawn: those chosen that are loaded, or all if none of them is."""
        if self._data_source is None:
            titles = None if self.series is None else set(self.series)
            chosen = {key: one for key, one in self._counts.items() if titles is None or one.title in titles}
        else:
            chosen = {key: one for key, one in self._counts.items() if key in self._view.keys}
        return chosen or self._counts

    def _view_of_code(self) -> View:
        """Return the view with the markets and data types of the load."""
        return replace(self._view, markets=self._loaded_view.markets, data_types=self._loaded_view.data_types)

    def _call(self) -> LoadCall | None:
        return None if self._loaded is None else self._loaded.call

    def _theme(self) -> str:
        return str(self.theme) if self.theme != "auto" else "dark" if self.dark else "light"

    def _file_name(self, name: str) -> str:
        given = name.strip() if isinstance(name, str) else name  # `resolve_file` checks the type
        if given != "":
            return given
        titles = [one.title for one in self._shown_series().values()]
        return save.default_name(titles, self._shown_days(), any(one["synthetic"] for one in self.content["series"]))

    def _digest(self, key: Key, series: NamedCounts) -> str | None:
        """Return the digest of a series: as the load returned it, or of the rows of a given frame."""
        if self._data_source is None or self.frame is None:
            return _digest_of_rows(series)
        digests = {
            (info.get("market"), info.get("data_type")): info.get("digest") for info in series_infos(self.frame.attrs)
        }
        return str(digests.get((key[0], key[-1])))  # pyright: ignore[reportGeneralTypeIssues]

    def _has_loaded_rows(self, infos: Sequence[Mapping[str, object]]) -> bool:
        """Return whether a given frame still has the rows of its load, by their digests; a file may have none."""
        stated = {info.get("digest") for info in infos} - {None}
        return not stated or stated == set(map(_digest_of_rows, self._counts.values()))

    def _metrics(self, frame: pd.DataFrame, view: View, shown: Days) -> dict[Key, pd.DataFrame]:
        windows = tuple(dict.fromkeys((view.window, view.lookback)))
        limits = {"lookback": view.lookback, "lower": view.lower, "upper": view.upper}
        accessor: Any = frame.optstat  # pandas adds it at run time
        table = accessor.metrics(windows, **limits)
        first, last = (None if day is None else pd.Timestamp(day) for day in shown)
        table = table.loc[first:last]
        chosen = self._shown_series()
        if not is_panel(table):
            return {key: table for key in chosen}  # noqa: C420  (mypy cannot type fromkeys)
        parts: dict[Key, pd.DataFrame] = {}
        for key in chosen:
            level: Any = list(range(len(key))) if len(key) > 1 else 0
            part = table.xs(key if len(key) > 1 else next(iter(key)), axis=1, level=level)
            parts[key] = part.dropna(subset=["call_value", "put_value"], how="all")
        return parts


def last_day(series: NamedCounts, first: date | None, last: date | None) -> list[date]:
    """Return the last day of a series in a range, in a list that is empty if it has none."""
    days = series.counts.days.tz_localize(None)
    shown = days[
        (days >= pd.Timestamp(first or date.min.replace(year=1700)))
        & (days <= pd.Timestamp(last or date.max.replace(year=2261)))
    ]
    return [shown[-1].date()] if len(shown) else []


def _digest_of_rows(series: NamedCounts) -> str | None:
    try:
        return compute_digest(series.counts, series.prices)
    except InvalidData:  # counts are missing
        return None
