"""Save the view of an explorer: its numbers as CSV or Parquet, labelled with their source, a picture, or a page."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .._util.optional import how_to_install
from ..analysis.frames import series_infos
from ..core.frame import PRICE_COLUMN, is_panel
from ..errors import InvalidRequest
from .state import View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ENDINGS", "default_name", "draw_view", "long_frame", "resolve_file", "write", "write_text"]

ENDINGS = {"CSV": ".csv", "Parquet": ".parquet", "PNG": ".png"}


def default_name(titles: list[str], shown: tuple[date | None, date | None], synthetic: bool) -> str:
    """Return a default file name, without its suffix.

    Examples
    --------
    >>> default_name(["US_SECURITY VOLUME"], (date(2026, 1, 2), None), True)
    'US_SECURITY-VOLUME-from-2026-01-02-synthetic'
    """
    parts = [titles[0] if len(titles) == 1 else f"{len(titles)} series"]
    parts += [f"{word}-{day}" for word, day in zip(("from", "to"), shown, strict=True) if day is not None]
    parts += ["synthetic"] if synthetic else []
    return "".join(letter if letter.isalnum() or letter in "_-" else "-" for letter in "-".join(parts))


def resolve_file(name: str, ending: str, folder: Path) -> Path:
    """Return the path of file `name` in `folder`, with the suffix `ending`.

    Raises
    ------
    InvalidRequest
        If the path is outside of the folder, or in a folder that does not exist.
    """
    if not isinstance(name, str) or not name.isprintable() or not name.strip(". ") or len(name) > 150:
        raise InvalidRequest(f"File {str(name)[:40]!r} is not valid. Give at most 150 printable characters.")
    given = Path(name if name.lower().endswith(ending) else name + ending)
    path = folder / given
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InvalidRequest(f"File {name!r} is outside of the folder {str(folder)!r}. Give a name in this folder.")
    if not path.parent.is_dir():
        raise InvalidRequest(f"The folder {path.parent} does not exist. Create it, or give a name without a folder.")
    return path


def long_frame(parts: dict[tuple[str, ...], pd.DataFrame], attrs: Mapping[Any, Any]) -> pd.DataFrame:
    """Return the metrics of all series in one long frame, with columns for market, data type and source."""
    infos = series_infos(attrs)
    sources = {(str(info.get("market")), str(info.get("data_type"))): str(info.get("source")) for info in infos}
    frames = []
    for key, part in parts.items():
        labels = dict(zip(("market", "data_type"), key, strict=False))
        labels["source"] = sources.get((key[0], key[-1]), "unknown")  # pyright: ignore[reportArgumentType]
        frames.append(pd.DataFrame(labels, index=part.index).join(part))
    long = pd.concat(frames)
    long.index.name = "time"
    long.attrs = dict(attrs)
    return long


def write(path: Path, kind: str, frame: pd.DataFrame, draw: Callable[[Figure], None]) -> Path:
    """Write a file atomically and return its path, numbered if `path` exists: no file is ever overwritten.

    Raises
    ------
    InvalidRequest
        If the file cannot be written, or pyarrow is not installed.
    """
    fill: dict[str, Callable[[Path], object]] = {
        "CSV": frame.to_csv,
        "Parquet": frame.to_parquet,
        "PNG": lambda part: _draw(part, draw),
    }
    try:
        return _write(path, fill[kind])
    except ImportError:
        raise InvalidRequest(f"Parquet needs pyarrow: {how_to_install('parquet')}. Or save as CSV.") from None


def write_text(path: Path, text: str) -> Path:
    """Write a text as `write` writes a frame."""
    return _write(path, lambda part: part.write_text(text, encoding="utf-8"))


def _write(path: Path, fill: Callable[[Path], object]) -> Path:
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        fill(part)
        return part.replace(_reserve(path))
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be written: {error}") from None
    finally:
        part.unlink(missing_ok=True)


def _reserve(path: Path) -> Path:
    """Create an empty file at `path`, or at the first free number after it, safely among processes."""
    for number in range(1, 10_000):
        free = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        with suppress(FileExistsError):
            free.open("xb").close()
            return free
    raise InvalidRequest(f"The folder {path.parent} has too many files named {path.name}. Give another name.")


def _draw(path: Path, draw: Callable[[Figure], None]) -> None:
    # Without pyplot, which may be used only in the main thread.
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    draw(figure)
    figure.savefig(path, format="png", dpi=120)


def draw_view(
    frame: pd.DataFrame, view: View, shown: tuple[date | None, date | None], theme: str, figure: Figure
) -> None:
    """Draw the plots of "Copy as code" one below the other on one figure."""
    several = is_panel(frame)
    columns = [(name[:-1], name[-1]) if several else ((), name) for name in frame.columns]
    with_price = {key for key, name in columns if name == PRICE_COLUMN}
    kinds = [
        kind
        for key in dict.fromkeys(key for key, _ in columns)
        for kind in ("overview", "bands", *(["price"] if key in with_price else []))
    ]
    figure.set_size_inches(10, min(3.75 * len(kinds), 60))
    axes = figure.subplots(len(kinds), squeeze=False)[:, 0]
    from ..plotting.palettes import PALETTES

    figure.set_facecolor(PALETTES[theme].background)
    common: dict[str, Any] = {"start": shown[0], "end": shown[1], "theme": theme}
    axes_of = {kind: [ax for ax, its in zip(axes, kinds, strict=True) if its == kind] for kind in kinds}
    windows = tuple(dict.fromkeys((view.window, view.lookback)))
    limits = {"lookback": view.lookback, "lower": view.lower, "upper": view.upper}
    accessor: Any = frame.optstat  # pandas adds it at run time
    settings: dict[str, dict[str, Any]] = {
        "overview": {"windows": windows, **limits},
        "bands": {"window": view.window, "k": view.k},
        "price": limits,
    }
    for kind, its in axes_of.items():
        accessor.plot(kind, ax=its if several else its[0], **settings[kind], **common)
