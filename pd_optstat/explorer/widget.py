"""The widget of `pd_optstat.explore`: it loads, and the page draws.

What the page draws follows from the choices and from the series that were loaded last. The same rules hold here, so
that `Explorer.code` and `Explorer.save` return what is on the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, overload

import pandas as pd

from .._util.files import replace_file
from .._util.validation import check_choice
from .._util.warn import collect_warnings
from ..analysis.frames import series_infos
from ..errors import InvalidRequest, OptStatError
from . import save
from .content import Loaded, build_content, counts_by_series, loaded_view
from .copy_code import code_head, write_code
from .data import DataSource, fetch, latest_today, make_data_source
from .model import CHOICES, LOAD_CHOICES
from .price_columns import PriceColumns
from .refresh_times import next_refresh
from .shown import ShownModel, last_day
from .state import View, first_day_needed, is_covered, one_range, range_choices, shown_days
from .status import error_text, one_sentence, status_content, status_parts
from .worker import Worker

__all__ = ["Explorer"]

#: A message of the page, or the answer to one.
_Message: TypeAlias = dict[str, Any]


class Explorer(ShownModel):
    """The widget that `pd_optstat.explore` returns. Each choice is an attribute: ``explorer.window = 21``.

    Parameters
    ----------
    view : View
        The initial choices.
    data_source : DataSource or None
        Where to load from; None for a frame that is given.
    frame : DataFrame, optional
        The frame to show, with its columns as `pd_optstat.load` or `pd_optstat.load_panel` returns them.
    prices : PriceColumns, optional
        Prices to draw below the series.
    auto_refresh : bool
        Whether to refresh after each open and each close of the exchanges.

    Attributes
    ----------
    view : View
        The current choices, a frozen dataclass.
    frame : DataFrame or None
        The frame loaded last, as `pd_optstat.load` or `load_panel` returns it.
    status, error : str
        The status line; what went wrong, empty if nothing did.
    markets, data_types, preset, start, end, window, lookback, metric, lower, upper, k, arrangement, theme
        The choices, as in `pd_optstat.explore`; days are ISO dates. An invalid choice is undone, and `error` says why.
        They are traits, so ``ipywidgets.jslink`` can link them to other widgets, also in a page without a kernel.
    series, zoom, hidden : list of str or None
        The titles of the series shown of a frame; the first and the last day of the zoom; the hidden lines.

    Notes
    -----
    Loads run in another thread, so that they do not block the cells of the kernel. `code`, `save` and `to_html` wait
    for a running load; call `wait` before reading attributes such as `frame`.

    Examples
    --------
    >>> import pd_optstat as po
    >>> explorer = po.sample().optstat.explore(window=2, lookback=3)
    >>> explorer.window = 0
    >>> explorer.error, explorer.window
    ('InvalidRequest: window=0 must be an integer of at least 1.', 2)
    """

    def __init__(
        self,
        view: View,
        *,
        data_source: DataSource | None,
        frame: pd.DataFrame | None = None,
        prices: PriceColumns | None = None,
        auto_refresh: bool = False,
    ) -> None:
        super().__init__(view, data_source, frame, latest_today(view, datetime.now(UTC)))
        self._prices = prices
        self._failed: tuple[View, DataSource | None] | None = None
        self._timer = Worker()
        self.observe(self._chosen, list(CHOICES))
        self.on_msg(self._received)
        if data_source is None:
            ends = [one.counts.days[-1].date() for one in self._counts.values() if len(one.counts.days)]
            self._today = max(ends, default=self._today)
            self._send_content([])
        else:
            self.content = {"source": data_source.name}  # until the first load
            self._reload()
            if auto_refresh:
                self._timer.load(self._refresh_forever)

    @property
    def view(self) -> View:
        """The current choices.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.explore(window=2, lookback=3).view.window
        2
        """
        return self._view

    @property
    def status(self) -> str:
        """The status line: the source of the numbers, their age, and whether they are final.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.explore(window=2, lookback=3).status.split(" · ")[:2]
        ['SYNTHETIC', '5 rows of a frame']
        """
        if self.frame is None:
            return ""
        first, last = self._range()
        days = [day for one in self._shown_series().values() for day in last_day(one, first, last)]
        content: Any = dict(self.content)
        parts = status_parts(content["status"], max(days, default=None), datetime.now(UTC))
        synthetic = any(one["synthetic"] for one in content["series"])
        return " · ".join([*(["SYNTHETIC"] if synthetic else []), *parts, *content["notes"]])

    def wait(self, timeout: float | None = None) -> Explorer:
        """Wait until all choices are loaded, and return the explorer.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most; by default without a limit.

        Returns
        -------
        Explorer
            The same explorer; `error` says if the load failed.

        Examples
        --------
        >>> import pd_optstat as po
        >>> explorer = po.explore(start="2026-06-01", end="2026-06-12", source="simulator:", cache=False).wait()
        >>> explorer.error
        ''
        """
        self._worker.wait(timeout)
        return self

    def close(self) -> None:
        """Remove the explorer from the page, and cancel a running load.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.explore(window=2, lookback=3).close()
        """
        self._timer.cancel()
        self._worker.cancel()
        super().close()

    def code(self, *, timeout: float | None = 60.0) -> str:
        """Return code that reproduces the view: ``load``, ``metrics``, ``plot``, and the pin if one is active.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most for a running load; None for no limit.

        Returns
        -------
        str
            Python code, as "Copy as code" copies it.

        Raises
        ------
        InvalidRequest
            If the load fails or takes longer.

        Examples
        --------
        >>> import pd_optstat as po
        >>> print(po.sample().optstat.explore(window=2, lookback=3).code().splitlines()[2])
        # df is the frame on which the explorer was opened
        """
        self._wait_until_loaded(timeout)
        chosen = self._shown_series()
        digests = {one.title: digest for key, one in chosen.items() if (digest := self._digest(key, one)) is not None}
        subset = list(chosen) if len(chosen) < len(self._counts) else None
        view = self._view_of_code()
        settings: Any = {"theme": self._theme(), "digests": digests, "chosen": subset, "price": self._draws_price()}
        return write_code(view, self._call(), self._shown_days(), **settings)

    def save(
        self, name: str = "", kind: str = "CSV", folder: str | Path = ".", *, timeout: float | None = 60.0
    ) -> Path:
        """Save the metrics or the plots of the view in a file, and return its path.

        Parameters
        ----------
        name : str
            Of the file; by default the series and the days shown. If the file exists, a number is added.
        kind : {"CSV", "Parquet", "PNG"}
            The metrics of the days shown, each row with its source, or the plots of `code`.
        folder : str or Path
            Where the file is written; `name` must be inside of it.
        timeout : float, optional
            Seconds to wait at most for a running load; None for no limit.

        Returns
        -------
        Path
            The path of the file.

        Raises
        ------
        InvalidRequest
            If the path is outside of the folder, the kind is unknown, or the load fails or takes longer.

        Examples
        --------
        >>> import tempfile
        >>> import pd_optstat as po
        >>> po.sample().optstat.explore(window=2, lookback=3).save("five", folder=tempfile.mkdtemp()).name
        'five.csv'
        """
        check_choice(kind, "kind", save.ENDINGS)
        frame = self._wait_until_loaded(timeout)
        view, shown = self._view_of_code(), self._shown_days()
        path = save.resolve_file(self._file_name(name), save.ENDINGS[kind], Path(folder))
        rows = save.long_frame(self._metrics(frame, view, shown), dict(frame.attrs))
        return save.write(path, kind, rows, partial(save.draw_view, frame, view, shown, self._theme()))

    @overload
    def to_html(self, path: None = None, *, timeout: float | None = 60.0) -> str: ...
    @overload
    def to_html(self, path: str | Path, *, timeout: float | None = 60.0) -> Path: ...

    def to_html(self, path: str | Path | None = None, *, timeout: float | None = 60.0) -> str | Path:
        """Write the series shown to one HTML file, with live controls, which needs neither Python nor a network.

        Parameters
        ----------
        path : str or Path, optional
            The file, which is replaced if it exists. By default the page is returned as a string.
        timeout : float, optional
            Seconds to wait at most for a running load; None for no limit.

        Returns
        -------
        str or Path
            The page, or the path of the file.

        Raises
        ------
        InvalidRequest
            If the load fails or takes longer, or the file cannot be written.

        Examples
        --------
        >>> import pd_optstat as po
        >>> page = po.sample().optstat.explore(window=2, lookback=3).to_html()
        >>> page.startswith("<!DOCTYPE html>"), "http://" in page.partition("<script>")[0]
        (True, False)
        """
        self._wait_until_loaded(timeout)
        page = self._page()
        if path is None:
            return page
        try:
            replace_file(Path(path), page.encode("utf-8"))
        except OSError as error:
            raise InvalidRequest(f"{path} cannot be written: {error}") from None
        return Path(path)

    def __repr__(self) -> str:
        return one_sentence([one.title for one in self._shown_series().values()], self.busy.get("loading") is True)

    # Choices.

    def _chosen(self, _: object) -> None:
        """Take over new choices; undo them all if they are not valid. A page sets several at once."""
        try:
            view = self._read_view()
        except InvalidRequest as error:
            self._show_error(error, retryable=False)
            self._write_view(self._view)
            return
        old, self._view = self._view, one_range(view, self._view)
        if self._view != view or list(view.markets) != self.markets:  # a code may have been typed in lower case
            self._write_view(self._view)
        view = self._view
        if view == old:
            return
        if range_choices(view) != range_choices(old):
            self.zoom = None
        self.error, self.retryable = "", False
        if self._needs_load(view):
            self._reload()

    def _needs_load(self, view: View) -> bool:
        if self._data_source is None:
            return False
        loaded = self._loaded
        if loaded is None or not set(view.keys) <= set(self._counts):
            return True
        wanted = shown_days(view, self._today)
        if not is_covered(wanted, self._shown_by_load()):
            return True
        if loaded.first is None or wanted[0] is None or loaded.call.first >= loaded.first:
            return False  # there are no earlier days, or none that are needed
        return first_day_needed(wanted[0], view) < loaded.wanted

    def _restore(self) -> None:
        """Set the choices and the source of a load that ended without a frame to those that are shown."""
        if self._loaded is not None:
            self._failed = (self._view, self._data_source)
            self._data_source = self._loaded_source
            self._view = replace(self._view, **{name: getattr(self._loaded_view, name) for name in LOAD_CHOICES})
            self._write_view(self._view, LOAD_CHOICES)

    # Messages of the page.

    def _received(self, _: object, message: _Message, __: object) -> None:
        kind = message.get("kind")
        if kind == "save":
            self._worker.run(partial(self._save, message))
            return
        actions: dict[object, Callable[[_Message], str]] = {
            "refresh": self._refresh,
            "retry": self._retry,
            "cancel": self._cancel,
            "source": self._choose_source,
        }
        self._answer(message, actions.get(kind, lambda _: ""))

    def _answer(self, message: _Message, action: Callable[[_Message], str]) -> None:
        """Send what an action says, or why it is refused: by messages, which are not saved with the notebook."""
        answer: _Message = {"id": message.get("id")}
        try:
            answer["note"] = action(message)
        except OptStatError as error:
            answer["refused"] = error_text(error)
        self.send(answer)

    def _refresh(self, _: _Message) -> str:
        infos = series_infos({} if self.frame is None else self.frame.attrs)
        days = [day for info in infos for day in _provisional(info)]
        self._reload(min(days, default=None))
        return ""

    def _retry(self, _: _Message) -> str:
        failed, self._failed = self._failed, None
        if failed is not None:
            view, self._data_source = failed
            names = (*LOAD_CHOICES, "lookback")
            self._view = replace(self._view, **{name: getattr(view, name) for name in names})
            self._write_view(self._view, names)
        self._reload()
        return ""

    def _cancel(self, _: _Message) -> str:
        self._worker.cancel()
        has_cache = self._data_source is not None and self._data_source.options.get("cache") is not False
        note = "Loading was cancelled." + (" Completed requests are in the cache." if has_cache else "")
        self._restore()
        self._set_busy(False)
        if self._loaded is None:
            self.error, self.retryable = note, True
            return ""
        return note

    def _choose_source(self, message: _Message) -> str:
        given = message.get("value")
        if self._data_source is None or not isinstance(given, str):
            return ""
        self._data_source = make_data_source(given.strip() or None, self._data_source.options, self._data_source.pin)
        if self._loaded is None:
            self.content = {"source": self._data_source.name}
        self._reload()
        return ""

    def _save(self, message: _Message) -> None:
        def write(_: _Message) -> str:
            name, kind = str(message.get("name", "")), str(message.get("format"))
            if kind != "HTML":
                return f"Saved {self.save(name, kind).resolve()}"
            path = save.resolve_file(self._file_name(name), ".html", Path("."))
            return f"Saved {save.write_text(path, self.to_html()).resolve()}"

        self._answer(message, write)

    # Loading.

    def _reload(self, refresh_from: date | None = None) -> None:
        if self._data_source is not None:
            self.error, self.retryable = "", False
            self._worker.load(partial(self._load, self._view, self._data_source, refresh_from))

    async def _load(self, view: View, source: DataSource, refresh_from: date | None) -> None:
        self._set_busy(True)
        try:
            with collect_warnings() as collected:
                today = latest_today(view, datetime.now(UTC))
                loaded = await fetch(view, source, today, partial(self._set_busy, True), refresh_from=refresh_from)
            series = counts_by_series(loaded.frame)
        except Exception as error:
            self._show_error(error, retryable=True)
            self._restore()
            return
        finally:
            self._set_busy(False)
        self._today, self._loaded = today, loaded
        self._loaded_view, self._loaded_source = view, source
        self.frame, self._counts = loaded.frame, series
        self._send_content([message for message, _ in collected])

    async def _refresh_forever(self) -> None:
        while True:
            at = next_refresh(self._view.markets, datetime.now(UTC).timestamp())
            while datetime.now(UTC).timestamp() < at:  # in short steps, as a computer may sleep meanwhile
                await asyncio.sleep(min(30.0, max(0.1, at - datetime.now(UTC).timestamp())))
            self._refresh({})

    def _send_content(self, notes: Sequence[str]) -> None:
        """Send the series to the page, once per load."""
        frame = self.frame
        assert frame is not None
        infos = series_infos(frame.attrs)
        given = self._data_source is None
        # The attributes of a frame that was filtered or changed describe other rows.
        changed = given and bool(infos) and not self._has_loaded_rows(infos)
        rows = sum(len(one.counts.days) for one in self._counts.values())
        requests = 0 if self._loaded is None else self._loaded.requests
        self.content = build_content(
            self._counts, infos, self._loaded_content(),
            digests={key: self._digest(key, one) for key, one in self._counts.items()},
            status=status_content(infos, rows, given=given, changed=changed, requests=requests),
            notes=notes, head=code_head(self._view_of_code(), self._call()), prices=self._prices,
        )  # fmt: skip

    def _loaded_content(self) -> Loaded:
        source = self._data_source
        first, last = self._shown_by_load()
        options = {} if source is None else source.options
        return {
            "given": source is None,
            "first": None if first is None else first.isoformat(),
            "last": None if last is None else last.isoformat(),
            "view": loaded_view(self._loaded_view),
            "today": self._today.isoformat(),
            "source": "" if source is None else source.name,
            "refreshable": not (source is None or options.get("offline") or options.get("as_of")),
        }

    def _set_busy(self, loading: bool, done: int = 0, total: int = 1) -> None:
        self.busy = {"loading": loading, "done": done, "total": total}

    def _show_error(self, error: Exception, *, retryable: bool) -> None:
        self.error, self.retryable = error_text(error), retryable


def _provisional(info: Mapping[str, object]) -> list[date]:
    days = info.get("provisional")
    return [date.fromisoformat(str(day)) for day in days] if isinstance(days, list) else []
