"""The widget of `pd_optstat.explore`, which connects controls, loads and plots."""

# pyright: reportArgumentType=false, reportGeneralTypeIssues=false
from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import ipywidgets as widgets
import numpy as np
import pandas as pd

from .._util.validation import check_choice
from .._util.warn import collect_warnings
from ..analysis.frames import any_synthetic, compute_digest, series_infos
from ..core.frame import is_panel
from ..errors import InvalidData, InvalidRequest
from ..plotting.palettes import PALETTES
from . import save
from .chart import Chart
from .controls import Controls
from .copy_code import write_code
from .data import DataSource, LoadedFrame, counts_by_series, fetch, latest_today, make_data_source
from .figure import Shape, make_shape
from .page import STYLE, PageModel
from .plot_data import NamedCounts, PlotData, build_table, compute_plot_data
from .state import EARLIEST, NOTHING_CHOSEN, View, change_view, first_day_needed, shown_days
from .status import describe_figure, error_html, message_html, status_html, status_parts
from .worker import Worker

if TYPE_CHECKING:
    from itables.widget import ITable

__all__ = ["Explorer"]

#: Seconds without a change before a redraw. The table takes longer to draw, so it waits longer.
REDRAW_DELAY, TABLE_DELAY = 0.02, 0.4

#: A change of a widget's value as traitlets reports it, with the new value under "new".
_Change: TypeAlias = Mapping[str, Any]
_Days: TypeAlias = tuple[date | None, date | None]
_Key: TypeAlias = tuple[str, ...]

_NOT_LOADED = "Nothing is loaded yet. Wait for the load, or correct what the error names."


class Explorer(widgets.VBox):  # type: ignore[misc]
    """The widget that `pd_optstat.explore` returns. Its controls can also be set in code.

    Attributes
    ----------
    view : View
        The current choices, a frozen dataclass.
    frame : DataFrame or None
        The frame loaded last, as `pd_optstat.load` or `load_panel` returns it.
    controls : Controls
        The widgets by name: ``explorer.controls.window.value = 21``.

    Notes
    -----
    Loads and redraws run in another thread, so that they do not block the cells of the kernel. In a script, call `wait`
    before using the results.
    """

    def __init__(self, view: View, *, data_source: DataSource | None, frame: pd.DataFrame | None = None) -> None:
        self.view, self.frame = view, frame
        self._data_source = data_source
        self._loaded: LoadedFrame | None = None
        self._drawn_view = view  # the view of the current plots; `view` may be loading
        self._counts: dict[_Key, NamedCounts] = {} if frame is None else counts_by_series(frame)
        self._plots: list[PlotData] = []
        self._warnings: list[str] = []
        self._rejection = ""
        self._clearing_dates = False
        self._redraws, self._tables = Worker(REDRAW_DELAY), Worker(TABLE_DELAY)
        titles = None if data_source is not None else [series.title for series in self._counts.values()]
        self.controls = Controls(view, [] if data_source is None else [data_source.name], titles)
        if data_source is not None:  # refreshing makes no sense offline or as of a moment
            self.controls.refresh.disabled = bool(
                data_source.options.get("offline") or data_source.options.get("as_of")
            )
        self.page, self.chart = PageModel(), Chart(self._expected(), view)
        self.status, self.error = widgets.HTML(), widgets.HTML()
        self._table_box = widgets.VBox([])
        self._table: ITable | None = None
        parts = [widgets.HTML(STYLE), *self.controls.rows, self.error, self.status, self.chart.figure]
        super().__init__([*parts, self.controls.code, self._table_box, self.page])
        self.add_class("optstat-explorer")
        self._connect()
        if data_source is None:
            self._redraws.run(partial(self._redraw, unzoom=True))
        else:
            self._reload()

    def wait(self, timeout: float | None = None) -> Explorer:
        """Wait until all choices are loaded and drawn, at most `timeout` seconds, and return the explorer."""
        deadline = None if timeout is None else time.monotonic() + timeout
        # A redraw may start a load, a load ends with a redraw, and each redraw schedules the table.
        for worker in (self._redraws, self._redraws, self._tables):
            worker.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
        return self

    def close(self) -> None:
        """Remove the explorer from the page: cancel a running load, and close all widgets."""
        self._redraws.cancel()
        for widget in _descendants(self):
            widget.close()
        super().close()

    def code(self) -> str:
        """Return code that reproduces the view: ``load``, ``metrics``, ``plot``, and the pin if one is active.

        Raises
        ------
        InvalidRequest
            If nothing is loaded yet.
        """
        if self.frame is None:
            raise InvalidRequest(_NOT_LOADED)
        chosen = self._shown_series()
        digests = {
            series.title: digest for key, series in chosen.items() if (digest := self._digest(key, series)) is not None
        }
        call = None if self._loaded is None else self._loaded.call
        subset = list(chosen) if len(chosen) < len(self._counts) else None
        return write_code(
            self._drawn_view, call, self._shown_days(), theme=self._theme(), digests=digests, chosen=subset
        )

    def save(self, name: str = "", kind: str = "CSV", folder: str | Path = ".") -> Path:
        """Save the view's metrics as "CSV" or "Parquet", or its plots as "PNG", in `folder`, and return the path.

        Raises
        ------
        InvalidRequest
            If the path is outside of the folder, the kind is unknown, or nothing is loaded yet.
        """
        check_choice(kind, "kind", save.ENDINGS)
        if self.frame is None:
            raise InvalidRequest(_NOT_LOADED)
        view, frame, shown = self._drawn_view, self.frame, self._shown_days()
        titles = [series.title for series in self._shown_series().values()]
        infos = series_infos(frame.attrs)
        file_name = name.strip() if isinstance(name, str) else name  # `resolve_file` checks the type
        if file_name == "":
            file_name = save.default_name(titles, shown, any_synthetic(infos))
        path = save.resolve_file(file_name, save.ENDINGS[kind], Path(folder))
        rows = save.long_frame(self._metrics(frame, view, shown), dict(frame.attrs))
        return save.write(path, kind, rows, partial(save.draw_view, frame, view, shown, self._theme()))

    # Events of the page.

    def _connect(self) -> None:
        controls = self.controls
        for check in (*controls.markets, *controls.data_types, *controls.series):
            check.observe(self._checked, "value")
        controls.preset.observe(self._preset_chosen, "value")
        for picker in (controls.start, controls.end):
            picker.observe(self._dates_chosen, "value")
        for name in ("window", "lookback", "metric", "arrangement", "theme"):
            getattr(controls, name).observe(partial(self._adjusted, name), "value")
        controls.source.observe(self._source_chosen, "value")
        controls.refresh.on_click(lambda _: self._reload(refresh=True))
        controls.cancel.on_click(self._cancel)
        controls.copy.on_click(self._copy)
        controls.save.on_click(self._save)
        self.page.observe(lambda _: self._redraws.schedule(self._redraw), "dark")
        self.page.observe(self._copied, "answer")
        self.chart.on_zoom(lambda: self._tables.schedule(self._show_table))

    def _choose(self, then: Callable[[], None], **choices: Any) -> None:
        """Change the view, then call `then`; if a choice is not valid, only show the error."""
        try:
            self.view = change_view(self.view, **choices)
        except InvalidRequest as error:
            self._show_error(error)
            self._rejection = self.error.value  # shown until the choice is valid, also after a running load ends
            return
        if self._nothing_ticked() is None:
            self._rejection = ""
        then()

    def _nothing_ticked(self) -> InvalidRequest | None:
        controls = self.controls
        if self._data_source is None:
            empty = len(self._counts) > 1 and not controls.chosen(controls.series)
            return InvalidRequest("Choose at least one series.") if empty else None
        empty = not controls.chosen(controls.markets) or not controls.chosen(controls.data_types)
        return InvalidRequest(NOTHING_CHOSEN) if empty else None

    def _checked(self, _: object) -> None:
        controls = self.controls
        if self._data_source is None:
            self._redraws.schedule(self._redraw)
            return
        chosen = {"markets": controls.chosen(controls.markets), "data_types": controls.chosen(controls.data_types)}
        self._choose(self._reload, **chosen)

    def _preset_chosen(self, change: _Change) -> None:
        if change["new"] is None:
            return
        self._clearing_dates = True  # clearing the dates one by one is not a choice of the user
        self.controls.start.value = self.controls.end.value = None
        self._clearing_dates = False
        self._choose(self._reload, preset=change["new"], start=None, end=None)

    def _dates_chosen(self, _: object) -> None:
        start, end = self.controls.start.value, self.controls.end.value
        if self._clearing_dates:
            return
        if start is None and end is None:
            if self.view.preset is None:  # otherwise a preset has cleared them
                self._show_error(InvalidRequest("From and To are empty. Give a date, or choose a range such as 1Y."))
                self._rejection = self.error.value
            return
        self.controls.preset.value = None
        self._choose(self._reload, preset=None, start=start, end=end)

    def _adjusted(self, name: str, change: _Change) -> None:
        self._choose(lambda: self._redraws.schedule(self._redraw), **{name: change["new"]})

    def _source_chosen(self, change: _Change) -> None:
        if self._data_source is None or change["new"] == self._data_source.name:
            return
        try:
            self._data_source = make_data_source(
                change["new"].strip() or None, self._data_source.options, self._data_source.pin
            )
        except InvalidRequest as error:
            self._show_error(error)
            return
        self.controls.source.value = self._data_source.name  # without the key
        self._reload()

    def _cancel(self, _: object) -> None:
        self._redraws.cancel()
        has_cache = self._data_source is not None and self._data_source.options.get("cache") is not False
        cached = " Completed requests are in the cache." if has_cache else ""
        self.error.value = message_html(f"Loading was cancelled.{cached} Press Refresh to load again.")

    def _copy(self, _: object) -> None:
        try:
            text = self.code()
        except InvalidRequest as error:
            self._show_error(error)
            return
        self.controls.code.value = text
        self.controls.code.layout.display = ""
        self.page.copy_text(text)

    def _copied(self, change: _Change) -> None:
        copied = change["new"].get("done")
        self._show_status(
            "Copied." if copied else "The browser did not allow copying. Select the code in the box Code."
        )

    def _save(self, _: object) -> None:
        def save() -> None:
            try:
                path = self.save(self.controls.name.value, self.controls.format.value)
            except Exception as error:
                self._show_error(error)
            else:
                self.error.value = ""
                self._show_status(f"Saved {path.resolve()}")

        self._redraws.run(save)

    # Loading.

    def _reload(self, refresh: bool = False) -> None:
        if self._data_source is None:
            self._redraws.schedule(partial(self._redraw, unzoom=True))
            return
        self._redraws.load(partial(self._load, self.view, self._data_source, refresh))

    async def _load(self, view: View, source: DataSource, refresh: bool) -> None:
        self.controls.busy(True)
        before = self._loaded
        try:
            with collect_warnings() as collected:
                today = latest_today(view, datetime.now(UTC))
                loaded = await fetch(view, source, today, partial(self.controls.busy, True), refresh=refresh)
            series = counts_by_series(loaded.frame)
        except Exception as error:
            self._show_error(error)
            return
        finally:
            self.controls.busy(False)
        self._warnings = [message for message, _ in collected]
        moved = before is None or _range_of(before) != _range_of(loaded)
        self._loaded, self.frame, self._counts = loaded, loaded.frame, series
        self._drawn_view = view
        self._redraw(unzoom=moved)

    # Plots.

    def _redraw(self, unzoom: bool = False) -> None:
        """Draw the loaded series with the choices of the view; on an error, show it and keep the plots."""
        view = self.view
        if self.frame is None:
            return
        if self._loaded is not None:
            view = replace(view, markets=self._drawn_view.markets, data_types=self._drawn_view.data_types)
            if self._needs_more_days(view):
                self._reload()
                return
        if self._data_source is None and (error := self._nothing_ticked()) is not None:
            self._show_error(error)
            return
        try:
            first, last = self._range(view)
            plots = [compute_plot_data(series, view, first, last) for series in self._shown_series().values()]
            synthetic = any_synthetic(series_infos(self.frame.attrs))
            self.chart.show(plots, view, PALETTES[self._theme()], synthetic, unzoom=unzoom)
        except Exception as error:
            self._show_error(error)
            return
        self._drawn_view, self._plots = view, plots
        self.error.value = self._rejection
        self._show_status()
        self.page.summary = describe_figure(plots, view)
        self._tables.schedule(self._show_table)

    def _expected(self) -> Shape:
        """Return the shape that the figure will probably have, before anything is loaded."""
        titles = [series.title for series in self._counts.values()] or [" ".join(key) for key in self.view.keys]
        first, last = self._range(self.view) if self._data_source is None else shown_days(self.view, date.today())
        days = (last or date.today()) - (first or EARLIEST)
        return make_shape(titles, days.days * 5 // 7, self.view)

    def _needs_more_days(self, view: View) -> bool:
        """Return whether the lookback now needs earlier days than were loaded for it."""
        loaded = self._loaded
        if loaded is None or loaded.first is None or loaded.call.first >= loaded.first:
            return False
        return first_day_needed(loaded.first, view) < loaded.wanted

    def _range(self, view: View) -> _Days:
        if self._loaded is not None:
            return self._loaded.first, view.end if view.preset is None else None
        ends = [series.counts.days[-1].date() for series in self._counts.values() if len(series.counts.days)]
        return shown_days(view, max(ends, default=date.today()))

    def _shown_series(self) -> dict[_Key, NamedCounts]:
        if self._data_source is not None or len(self._counts) == 1:
            return self._counts
        ticked = self.controls.chosen(self.controls.series)
        return {key: series for key, series in self._counts.items() if series.title in ticked}

    def _digest(self, key: _Key, series: NamedCounts) -> str | None:
        """Return the digest of a series: as the load returned it, or of the rows of a given frame."""
        if self._data_source is None or self.frame is None:
            return _digest_of_rows(series)
        digests = {
            (info.get("market"), info.get("data_type")): info.get("digest") for info in series_infos(self.frame.attrs)
        }
        return str(digests.get((key[0], key[-1])))

    def _shown_days(self) -> _Days:
        """Return the days that the page shows: the zoom, or else the range."""
        first, last = self._range(self._drawn_view)
        zoom = self.chart.zoom
        if zoom is None:
            return first, last
        return (zoom[0] if first is None else max(zoom[0], first)), (zoom[1] if last is None else min(zoom[1], last))

    def _theme(self) -> str:
        if self.view.theme != "auto":
            return self.view.theme
        return "dark" if self.page.dark else "light"

    def _metrics(self, frame: pd.DataFrame, view: View, shown: _Days) -> dict[_Key, pd.DataFrame]:
        windows = tuple(dict.fromkeys((view.window, view.lookback)))
        limits = {"lookback": view.lookback, "lower": view.lower, "upper": view.upper}
        accessor: Any = frame.optstat  # pandas adds it at run time
        table = accessor.metrics(windows, **limits)
        first, last = (None if day is None else pd.Timestamp(day) for day in shown)
        table = table.loc[first:last]
        chosen = self._shown_series()
        if not is_panel(table):
            return {key: table for key in chosen}  # noqa: C420  (mypy cannot type fromkeys)
        parts: dict[_Key, pd.DataFrame] = {}
        for key in chosen:
            is_tuple = len(key) > 1
            part = table.xs(key if is_tuple else key[0], axis=1, level=list(range(len(key))) if is_tuple else 0)
            parts[key] = part.dropna(subset=["call_value", "put_value"], how="all")
        return parts

    def _show_table(self) -> None:
        plots = self._plots
        zoom = self.chart.zoom
        if zoom is not None:
            plots = [_slice_plot(plot, *zoom) for plot in plots]
        if not plots:
            return
        rows = build_table(plots, self._drawn_view)
        from .table import make_table, update_table  # after the figure is drawn: itables is slow to import

        if self._table is None:
            self._table = make_table(rows)
            self._table_box.children = (self._table,)
        else:
            update_table(self._table, rows)

    # Status and errors.

    def _show_status(self, note: str | None = None) -> None:
        infos = series_infos({} if self.frame is None else self.frame.attrs)
        # The attributes of a frame that was filtered or changed describe other rows.
        valid = infos if self._data_source is not None or self._has_loaded_rows(infos) else []
        parts = status_parts(valid, self._plots, datetime.now(UTC)) if self._plots else []
        if self._plots and not valid and any(info.get("digest") for info in infos):
            parts.append("these are not exactly the rows that were loaded")
        notes = [*self._warnings, *([] if note is None else [note])]
        self.status.value = status_html(parts, any_synthetic(infos), notes)

    def _has_loaded_rows(self, infos: Sequence[Mapping[str, object]]) -> bool:
        """Return whether a given frame still has the rows of its load, by their digests."""
        return {info.get("digest") for info in infos} == set(map(_digest_of_rows, self._counts.values()))

    def _show_error(self, error: Exception) -> None:
        self.error.value = error_html(error, kept=bool(self._plots))


def _range_of(loaded: LoadedFrame) -> _Days:
    return loaded.first, loaded.call.last


def _digest_of_rows(series: NamedCounts) -> str | None:
    try:
        return compute_digest(series.counts)
    except InvalidData:  # counts are missing
        return None


def _descendants(box: widgets.Widget) -> Iterator[widgets.Widget]:
    for child in getattr(box, "children", ()):
        yield from _descendants(child)
        yield child


def _slice_plot(plot: PlotData, first: date, last: date) -> PlotData:
    kept = (plot.days >= np.datetime64(first)) & (plot.days <= np.datetime64(last))
    arrays = {name: getattr(plot, name)[kept] for name in plot.__slots__ if name != "title"}
    return PlotData(title=plot.title, **arrays)
