"""What an explorer saves: the view's numbers as CSV or Parquet, or a picture; labelled with their source."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ..analysis.frames import series_infos
from ..errors import InvalidRequest
from .state import View

__all__ = ["ENDINGS", "draw_view", "file_for", "long_frame", "name_of", "write"]

ENDINGS = {"CSV": ".csv", "Parquet": ".parquet", "PNG": ".png"}


def name_of(titles: list[str], shown: tuple[date | None, date | None], synthetic: bool) -> str:
    """Return a name for a file without its ending.

    Examples
    --------
    >>> name_of(["US_SECURITY VOLUME"], (date(2026, 1, 2), None), True)
    'US_SECURITY-VOLUME-from-2026-01-02-synthetic'
    """
    parts = [titles[0] if len(titles) == 1 else f"{len(titles)} series"]
    parts += [f"{word}-{day}" for word, day in zip(("from", "to"), shown, strict=True) if day is not None]
    parts += ["synthetic"] if synthetic else []
    return "".join(letter if letter.isalnum() or letter in "_-" else "-" for letter in "-".join(parts))


def file_for(name: str, ending: str, folder: Path) -> Path:
    """Return the file in `folder` that `name` means, with the ending.

    Raises
    ------
    InvalidRequest
        If the name leads out of the folder, or into one that is not there.
    """
    if not isinstance(name, str) or not name.isprintable() or not name.strip(". ") or len(name) > 150:
        raise InvalidRequest(f"File {str(name)[:40]!r} is no name. Give at most 150 letters, without line breaks.")
    given = Path(name if name.lower().endswith(ending) else name + ending)
    path = folder / given
    if not path.resolve().is_relative_to(folder.resolve()):
        where = f"outside of the folder {str(folder)!r}"
        raise InvalidRequest(f"File {name!r} lies {where}. Give a name in it; move the file afterwards.")
    if not path.parent.is_dir():
        raise InvalidRequest(f"There is no folder {path.parent}. Make it, or give a name without one.")
    return path


def long_frame(parts: dict[tuple[str, ...], pd.DataFrame], attrs: dict[Any, Any]) -> pd.DataFrame:
    """Return the metrics of all series as rows, each with its market, data type and source."""
    infos = series_infos(attrs)
    sources = {(str(info.get("market")), str(info.get("data_type"))): str(info.get("source")) for info in infos}
    frames = []
    for key, part in parts.items():
        named: dict[str, str] = dict(zip(("market", "data_type"), key, strict=False))
        named["source"] = sources.get((key[0], key[-1]), "unknown")
        frames.append(pd.DataFrame(named, index=part.index).join(part))
    whole = pd.concat(frames)
    whole.index.name = "time"
    whole.attrs = dict(attrs)
    return whole


def write(path: Path, kind: str, frame: pd.DataFrame, draw: Callable[[Any], None]) -> Path:
    """Write the file whole, or not at all, and never over another: return its path, with a number if need be.

    Raises
    ------
    InvalidRequest
        If it cannot be written, or Parquet is not installed.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        if kind == "CSV":
            frame.to_csv(part)
        elif kind == "Parquet":
            frame.to_parquet(part)
        else:
            _draw(part, draw)
        return part.replace(_claimed(path))
    except ImportError:
        raise InvalidRequest("Parquet needs pyarrow. pip install 'pd-optstat[parquet]', or save as CSV.") from None
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be written: {error}") from None
    finally:
        part.unlink(missing_ok=True)


def _claimed(path: Path) -> Path:
    """Make an empty file of that name, or of the first that is free after it; only one process can make it."""
    for number in range(1, 10_000):
        free = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        with suppress(FileExistsError):
            free.open("xb").close()
            return free
    raise InvalidRequest(f"{path.parent} holds too many files of the name {path.name}. Give another one.")


def _draw(path: Path, draw: Callable[[Any], None]) -> None:
    # Not by pyplot, whose figures belong to the cells' thread.
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    draw(figure)
    figure.savefig(path, format="png", dpi=120)


def draw_view(frame: pd.DataFrame, view: View, shown: tuple[date | None, date | None], theme: str, figure: Any) -> None:
    """Draw the pictures that "Copy as code" would, one below the other, on one figure."""
    several = isinstance(frame.columns, pd.MultiIndex)
    count = len({name[:-1] for name in frame.columns}) if several else 1
    figure.set_size_inches(10, min(7.5 * count, 60))
    axes = figure.subplots(2 * count, squeeze=False)[:, 0]
    from ..plotting.palettes import PALETTES

    figure.set_facecolor(PALETTES[theme].ground)
    common: dict[str, Any] = {"start": shown[0], "end": shown[1], "theme": theme}
    over, band = (list(axes[at::2]) if several else axes[at] for at in (0, 1))
    windows = tuple(dict.fromkeys((view.window, view.lookback)))
    limits = {"lookback": view.lookback, "lower": view.lower, "upper": view.upper}
    accessor: Any = frame.optstat
    accessor.plot("overview", windows=windows, ax=over, **limits, **common)
    accessor.plot("bands", window=view.window, k=view.k, ax=band, **common)
