"""Make the pictures of the README and of the guide to plots: ``python docs/pictures.py``. Offline, synthetic data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer

DOCS = Path(__file__).parent
SPAN = ("2016-06-13", "2026-06-12")


def main() -> None:
    """Write every picture."""
    with SimulatorServer(until=date(2026, 6, 12), rate_limit=False) as server:
        df = po.load("US_SECURITY", "VOLUME", *SPAN, source=server.url, cache=False)
    last_year = {"start": "2025-06-01"}
    pictures = {
        "overview.png": df.optstat.plot(**last_year),
        "plots/ratio.png": df.optstat.plot("ratio", **last_year, theme="dark"),
        "plots/bands.png": df.optstat.plot("bands", **last_year),
        "plots/percentile.png": df.optstat.plot("percentile", **last_year),
        "plots/heatmap.png": df.optstat.plot("heatmap"),
        "plots/ten-years.png": df.optstat.plot(),
        "plots/volume.png": df.optstat.resample("ME").optstat.plot("volume", start="2024-06-01"),
    }
    for name, axes in pictures.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        axes.figure.savefig(DOCS / name, dpi=100, bbox_inches="tight", metadata={"Software": None})
        print(name)


if __name__ == "__main__":
    main()
