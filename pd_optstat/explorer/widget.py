"""`pd_optstat.explore`: the widget that joins controls, loads and views."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as w
import numpy as np
import pandas as pd

from .._util.warn import collect_warnings
from ..analysis.frames import any_synthetic, compute_digest, series_infos
from ..errors import InvalidData, InvalidRequest
from ..plotting.palettes import PALETTES
from . import save
from .chart import Chart
from .content import Content, Loaded, compute, table_of
from .controls import Controls
from .copy_code import code_of
from .data import DataSource, Fetched, door_of, fetch, loaded_of, today_of
from .figure import Shape, expected_shape
from .page import STYLE, PageModel
from .state import EARLIEST, View, changed, first_needed, shown_days
from .status import error_html, message_html, said_of, status_html, summary_of
from .worker import Worker

__all__ = ["Explorer"]

#: A drag of a slider redraws when it has rested for so many seconds; the table, which takes longer, follows later.
REDRAW_DELAY, TABLE_DELAY = 0.02, 0.4

_NOTHING_YET = "Nothing is loaded yet. Wait for it, or mend what the error says."


class Explorer(w.VBox):  # type: ignore[misc]
    """The widget that `pd_optstat.explore` returns. Its controls can be set from code as well.

    Attributes
    ----------
    view : View
        What is shown: a frozen dataclass.
    frame : DataFrame or None
        What was loaded last, as of `pd_optstat.load` or `load_panel`.
    controls : Controls
        The widgets by name: ``explorer.controls.window.value = 21``.

    Notes
    -----
    Loads and redraws run on a thread of the package, so that neither they nor the kernel's cells wait for each
    other. In a script, `wait` until they are done.
    """

    def __init__(self, view: View, *, door: DataSource | None, frame: pd.DataFrame | None = None) -> None:
        self.view, self.frame = view, frame
        self._door, self._given = door, frame
        self._fetched: Fetched | None = None
        self._loaded_view = view  # as what is shown was chosen: a load may be under way
        self._series: dict[tuple[str, ...], Loaded] = {} if frame is None else loaded_of(frame)
        self._contents: list[Content] = []
        self._notes: list[str] = []
        self._refused = ""
        self._emptying = False
        self._redraws, self._tables = Worker(REDRAW_DELAY), Worker(TABLE_DELAY)
        titles = None if door is not None else [one.title for one in self._series.values()]
        self.controls = Controls(view, [] if door is None else [door.name], titles)
        if door is not None:  # what was known then, or is here, does not change by asking
            self.controls.refresh.disabled = bool(door.options.get("offline") or door.options.get("as_of"))
        self.page, self.chart = PageModel(), Chart(self._expected(), view)
        self.status, self.error = w.HTML(), w.HTML()
        self._table_box = w.VBox([])
        self._table: Any = None
        parts = [w.HTML(STYLE), *self.controls.rows, self.error, self.status, self.chart.figure]
        super().__init__([*parts, self.controls.code, self._table_box, self.page])
        self.add_class("optstat-explorer")
        self._connect()
        if door is None:
            self._redraws.now(partial(self._redraw, unzoom=True))
        else:
            self._reload()

    def wait(self, timeout: float | None = None) -> Explorer:
        """Wait until everything asked for is loaded and drawn, at most `timeout` seconds; return the explorer."""
        until = None if timeout is None else time.monotonic() + timeout
        # A redraw may ask for a load or a table, which wait for nothing else.
        for worker in (self._redraws, self._redraws, self._tables):
            worker.wait(None if until is None else max(0.0, until - time.monotonic()))
        return self

    def close(self) -> None:
        """Take the explorer out of the page: a load that is running is cancelled, and its widgets are forgotten."""
        self._redraws.cancel()
        for part in _parts_of(self):
            part.close()
        super().close()

    def code(self) -> str:
        """Return the cell that shows the view again: ``load``, ``metrics``, ``plot``, and the pin if one is active.

        Raises
        ------
        InvalidRequest
            If nothing is loaded yet.
        """
        if self.frame is None:
            raise InvalidRequest(_NOTHING_YET)
        chosen = self._chosen()
        digests = {one.title: digest for key, one in chosen.items() if (digest := self._digest(key, one)) is not None}
        call = None if self._fetched is None else self._fetched.call
        some = list(chosen) if len(chosen) < len(self._series) else None
        return code_of(self._loaded_view, call, self._shown(), theme=self._theme(), digests=digests, chosen=some)

    def save(self, name: str = "", kind: str = "CSV", folder: str | Path = ".") -> Path:
        """Write the view's metrics as "CSV" or "Parquet", or its picture as "PNG", into `folder`; return the path.

        Raises
        ------
        InvalidRequest
            If the name leads out of the folder, the kind is unknown, or nothing is loaded yet.
        """
        if kind not in save.ENDINGS:
            raise InvalidRequest(f"kind={kind!r} is not known. Valid: {', '.join(save.ENDINGS)}.")
        if self.frame is None:
            raise InvalidRequest(_NOTHING_YET)
        view, frame, shown = self._loaded_view, self.frame, self._shown()
        titles = [one.title for one in self._chosen().values()]
        infos = series_infos(frame.attrs)
        named = name.strip() if isinstance(name, str) else name  # which `file_for` refuses
        if named == "":
            named = save.name_of(titles, shown, any_synthetic(infos))
        path = save.file_for(named, save.ENDINGS[kind], Path(folder))
        rows = save.long_frame(self._metrics(frame, view, shown), dict(frame.attrs))
        return save.write(path, kind, rows, partial(save.draw_view, frame, view, shown, self._theme()))

    # What the user does.

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
        self.page.observe(lambda _: self._redraws.soon(self._redraw), "dark")
        self.page.observe(self._copied, "answer")
        self.chart.on_zoom(lambda: self._tables.soon(self._show_table))

    def _choose(self, then: Callable[[], None], **choices: Any) -> None:
        """Make choices; what cannot be chosen is said, and nothing else changes."""
        try:
            self.view = changed(self.view, **choices)
        except InvalidRequest as error:
            self._fail(error)
            self._refused = self.error.value  # stays, also when a load that is under way has ended
            return
        if self._nothing_ticked() is None:
            self._refused = ""
        then()

    def _nothing_ticked(self) -> InvalidRequest | None:
        controls = self.controls
        if self._door is None:
            empty = len(self._series) > 1 and not controls.chosen(controls.series)
            return InvalidRequest("Choose at least one series.") if empty else None
        empty = not controls.chosen(controls.markets) or not controls.chosen(controls.data_types)
        return InvalidRequest("Choose at least one market and one data type.") if empty else None

    def _checked(self, _: Any) -> None:
        controls = self.controls
        if self._door is None:
            self._redraws.soon(self._redraw)
            return
        chosen = {"markets": controls.chosen(controls.markets), "data_types": controls.chosen(controls.data_types)}
        self._choose(self._reload, **chosen)

    def _preset_chosen(self, change: Any) -> None:
        if change["new"] is None:
            return
        self._emptying = True  # one date is emptied before the other, which is no choice of the user's
        self.controls.start.value = self.controls.end.value = None
        self._emptying = False
        self._choose(self._reload, preset=change["new"], start=None, end=None)

    def _dates_chosen(self, _: Any) -> None:
        start, end = self.controls.start.value, self.controls.end.value
        if self._emptying:
            return
        if start is None and end is None:
            if self.view.preset is None:  # else a preset has emptied them
                self._fail(InvalidRequest("From and To are empty. Give a date, or choose a range such as 1Y."))
                self._refused = self.error.value
            return
        self.controls.preset.value = None
        self._choose(self._reload, preset=None, start=start, end=end)

    def _adjusted(self, name: str, change: Any) -> None:
        self._choose(lambda: self._redraws.soon(self._redraw), **{name: change["new"]})

    def _source_chosen(self, change: Any) -> None:
        if self._door is None or change["new"] == self._door.name:
            return
        try:
            self._door = door_of(change["new"].strip() or None, self._door.options, self._door.pin)
        except InvalidRequest as error:
            self._fail(error)
            return
        self.controls.source.value = self._door.name  # a key is not to stay in the page
        self._reload()

    def _cancel(self, _: Any) -> None:
        self._redraws.cancel()
        kept = self._door is not None and self._door.options.get("cache") is not False
        complete = " What was complete is in the cache." if kept else ""
        self.error.value = message_html(f"Loading was cancelled.{complete} Refresh loads again.")

    def _copy(self, _: Any) -> None:
        try:
            text = self.code()
        except InvalidRequest as error:
            self._fail(error)
            return
        self.controls.code.value = text
        self.controls.code.layout.display = ""
        self.page.copy_text(text)

    def _copied(self, change: Any) -> None:
        done = change["new"].get("done")
        self._say("Copied." if done else "The browser did not let the code be copied: select it in the box Code.")

    def _save(self, _: Any) -> None:
        def save() -> None:
            try:
                kind: Any = self.controls.format.value
                path = self.save(self.controls.name.value, kind)
            except Exception as error:
                self._fail(error)
            else:
                self.error.value = ""
                self._say(f"Saved {path.resolve()}")

        self._redraws.now(save)

    # Loading.

    def _reload(self, refresh: bool = False) -> None:
        if self._door is None:
            self._redraws.soon(partial(self._redraw, unzoom=True))
            return
        self._redraws.load(partial(self._load, self.view, self._door, refresh))

    async def _load(self, view: View, door: DataSource, refresh: bool) -> None:
        self.controls.busy(True)
        before = self._fetched
        try:
            with collect_warnings() as notes:
                today = today_of(view, datetime.now(UTC))
                fetched = await fetch(view, door, today, partial(self.controls.busy, True), refresh=refresh)
            series = loaded_of(fetched.frame)
        except Exception as error:
            self._fail(error)
            return
        finally:
            self.controls.busy(False)
        self._notes = [message for message, _ in notes]
        moved = before is None or self._shown_by(before) != self._shown_by(fetched)
        self._fetched, self.frame, self._series = fetched, fetched.frame, series
        self._loaded_view = view
        self._redraw(unzoom=moved)

    @staticmethod
    def _shown_by(fetched: Fetched) -> tuple[date | None, date | None]:
        return fetched.first, fetched.call.last

    # Views.

    def _redraw(self, unzoom: bool = False) -> None:
        """Draw what is loaded as the view says; what cannot be drawn is said, and the views stay as they are."""
        view = self.view
        if self.frame is None:
            return
        if self._fetched is not None:
            view = replace(view, markets=self._loaded_view.markets, data_types=self._loaded_view.data_types)
            if self._lacks(view):
                self._reload()
                return
        if self._door is None and (refused := self._nothing_ticked()) is not None:
            self._fail(refused)
            return
        try:
            first, last = self._range(view)
            contents = [compute(one, view, first, last) for one in self._chosen().values()]
            synthetic = any_synthetic(series_infos(self.frame.attrs))
            self.chart.show(contents, view, PALETTES[self._theme()], synthetic, unzoom=unzoom)
        except Exception as error:
            self._fail(error)
            return
        self._loaded_view, self._contents = view, contents
        self.error.value = self._refused
        self._say()
        self.page.summary = summary_of(contents, view)
        self._tables.soon(self._show_table)

    def _expected(self) -> Shape:
        """Return the structure that the figure will most likely have, before anything is loaded."""
        titles = [one.title for one in self._series.values()] or [" ".join(key) for key in self.view.keys]
        first, last = self._range(self.view) if self._door is None else shown_days(self.view, date.today())
        days = (last or date.today()) - (first or EARLIEST)
        return expected_shape(titles, days.days * 5 // 7, self.view)

    def _lacks(self, view: View) -> bool:
        """Return whether the lookback was made longer than what was loaded for it."""
        fetched = self._fetched
        if fetched is None or fetched.first is None or fetched.call.first >= fetched.first:
            return False
        return first_needed(fetched.first, view) < fetched.wanted

    def _range(self, view: View) -> tuple[date | None, date | None]:
        if self._fetched is not None:
            return self._fetched.first, view.end if view.preset is None else None
        ends = [one.counts.days[-1].date() for one in self._series.values() if len(one.counts.days)]
        return shown_days(view, max(ends, default=date.today()))

    def _chosen(self) -> dict[tuple[str, ...], Loaded]:
        if self._door is not None or len(self._series) == 1:
            return self._series
        ticked = self.controls.chosen(self.controls.series)
        return {key: one for key, one in self._series.items() if one.title in ticked}

    def _digest(self, key: tuple[str, ...], one: Loaded) -> str | None:
        """Return the digest of a series: of a load, what it said; of a frame that was given, that of its rows."""
        if self._door is None or self.frame is None:
            return _digest_of_rows(one)
        told = {
            (info.get("market"), info.get("data_type")): info.get("digest") for info in series_infos(self.frame.attrs)
        }
        return str(told.get((key[0], key[-1])))

    def _shown(self) -> tuple[date | None, date | None]:
        """Return the days that the page shows: the zoom, else the range."""
        first, last = self._range(self._loaded_view)
        zoom = self.chart.zoom
        if zoom is None:
            return first, last
        return (zoom[0] if first is None else max(zoom[0], first)), (zoom[1] if last is None else min(zoom[1], last))

    def _theme(self) -> str:
        if self.view.theme != "auto":
            return self.view.theme
        return "dark" if self.page.dark else "light"

    def _metrics(
        self, frame: pd.DataFrame, view: View, shown: tuple[date | None, date | None]
    ) -> dict[tuple[str, ...], pd.DataFrame]:
        windows = tuple(dict.fromkeys((view.window, view.lookback)))
        limits = {"lookback": view.lookback, "lower": view.lower, "upper": view.upper}
        table: Any = frame.optstat.metrics(windows, **limits)
        first, last = (None if day is None else pd.Timestamp(day) for day in shown)
        table = table.loc[first:last]
        chosen = self._chosen()
        if not isinstance(table.columns, pd.MultiIndex):
            return {key: table for key in chosen}  # noqa: C420  fromkeys has no type for its values
        parts: dict[tuple[str, ...], pd.DataFrame] = {}
        for key in chosen:
            whole = len(key) > 1
            part = table.xs(key if whole else "".join(key), axis=1, level=list(range(len(key))) if whole else 0)
            parts[key] = part.dropna(subset=["call_value", "put_value"], how="all")
        return parts

    def _show_table(self) -> None:
        contents = self._contents
        zoom = self.chart.zoom
        if zoom is not None:
            contents = [_cut(content, *zoom) for content in contents]
        if not contents:
            return
        rows = table_of(contents, self._loaded_view)
        from .table import make_table, update_table  # later than the figure: importing itables takes its time

        if self._table is None:
            self._table = make_table(rows)
            self._table_box.children = (self._table,)
        else:
            update_table(self._table, rows)

    # Words.

    def _say(self, note: str | None = None) -> None:
        infos = series_infos({} if self.frame is None else self.frame.attrs)
        told = infos if self._door is not None or self._as_loaded(infos) else []
        parts = said_of(told, self._contents, datetime.now(UTC)) if self._contents else []
        if self._contents and infos and not told:
            parts.append("they are not, or not all, the rows that were loaded")
        notes = [*self._notes, *([] if note is None else [note])]
        self.status.value = status_html(parts, any_synthetic(infos), notes)

    def _as_loaded(self, infos: list[Any]) -> bool:
        """Return whether a frame that was given holds the rows of its load, as it says."""
        return {info.get("digest") for info in infos} == {_digest_of_rows(one) for one in self._series.values()}

    def _fail(self, error: Exception) -> None:
        self.error.value = error_html(error, kept=bool(self._contents))


def _digest_of_rows(one: Loaded) -> str | None:
    try:
        return compute_digest(one.counts)
    except InvalidData:  # where a number is missing, there is none
        return None


def _parts_of(box: Any) -> Iterator[w.Widget]:
    for child in getattr(box, "children", ()):
        yield from _parts_of(child)
        yield child


def _cut(content: Content, first: date | None, last: date | None) -> Content:
    kept = np.ones(len(content.days), dtype=bool)
    if first is not None:
        kept &= content.days >= np.datetime64(first)
    if last is not None:
        kept &= content.days <= np.datetime64(last)
    arrays = {name: getattr(content, name)[kept] for name in content.__slots__ if name != "title"}
    return Content(title=content.title, **arrays)
