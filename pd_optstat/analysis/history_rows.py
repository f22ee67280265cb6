"""Rows before the first one of a frame, which `pd_optstat.load` kept for lookbacks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ..core.loaded_rows import LoadedRows
from .counts import Counts
from .trading_days import day_numbers, is_midnight

__all__ = ["rows_kept", "with_rows_before"]


def with_rows_before(counts: Counts, info: Mapping[str, object]) -> Counts:
    """Return the counts with the rows before them that the attributes keep; `counts` itself if there are none.

    There are none if the frame's rows are no longer those that were loaded, or the first of them.
    """
    kept, whole = info.get("warmup"), counts.as_integers()
    if not isinstance(kept, LoadedRows) or whole is None or not counts.valid.all() or not kept.hidden:
        return counts
    index = counts.days
    if index.tz is not None or not is_midnight(index).all() or not kept.matches(day_numbers(index), *whole):
        return counts
    before = slice(0, kept.hidden)
    early = pd.DatetimeIndex(kept.days[before].astype("datetime64[D]")).as_unit(index.unit)
    return Counts(
        pd.DatetimeIndex(np.concatenate([early.to_numpy(), index.to_numpy()]), name=index.name),
        np.concatenate([kept.calls[before], whole[0]]),
        np.concatenate([kept.puts[before], whole[1]]),
        np.ones(kept.hidden + len(index), dtype=np.bool_),
    )


def rows_kept(labels: Mapping[str, str], infos: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Return the rows that the load of a panel kept before the first one of the series with these labels."""
    for info in infos:
        kept = info.get("warmup")
        if isinstance(kept, LoadedRows) and all(info.get(name) == label for name, label in labels.items()):
            return {"warmup": kept} if len(labels) == 2 else {}
    return {}
