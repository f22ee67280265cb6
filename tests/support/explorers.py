"""Explorers with two years of synthetic numbers loaded, and what they send to the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import pd_optstat as po

RANGE = ("2024-06-12", "2026-06-12")


def opened(*markets: str, **options: Any) -> Any:
    settings = {"start": RANGE[0], "end": RANGE[1], "source": "simulator:", **options}
    return po.explore(list(markets) or "US_SECURITY", "VOLUME", **settings).wait(60)


def sent(explorer: Any, number: int = 0) -> pd.DataFrame:
    """Return the counts of a series as the page reads them."""
    series = explorer.content["series"][number]
    days = np.frombuffer(series["days"], "<i4").astype("datetime64[D]").astype("datetime64[s]")
    columns = {name: np.frombuffer(series[name], "<f8") for name in ("call", "put", "price") if name in series}
    return pd.DataFrame(columns, pd.DatetimeIndex(days))


class Page:
    """The page of an explorer: sends messages as the page does, and keeps the answers."""

    def __init__(self, explorer: Any) -> None:
        self.explorer = explorer
        self.answers: list[dict[str, Any]] = []
        explorer.send = lambda content, buffers=None: self.answers.append(content)

    def ask(self, kind: str, **values: Any) -> dict[str, Any]:
        self.explorer._handle_custom_msg({"id": str(len(self.answers)), "kind": kind, **values}, [])
        self.explorer.wait(60)
        return self.answers[-1]

    def choose(self, **choices: Any) -> None:
        """Set several choices at once, as one message of the page does."""
        self.explorer.set_state(choices)
        self.explorer.wait(60)
