"""Explorers with two years of synthetic numbers loaded, and the traces that they draw."""

from __future__ import annotations

from typing import Any

import pd_optstat as po

RANGE = ("2024-06-12", "2026-06-12")


def opened(*markets: str, **options: Any) -> Any:
    settings = {"start": RANGE[0], "end": RANGE[1], "source": "simulator:", **options}
    return po.explore(list(markets) or "US_SECURITY", "VOLUME", **settings).wait(60)


def traces(explorer: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in explorer.chart.figure.data[:12]}
