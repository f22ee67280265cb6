"""How often tests of a signal that says nothing reject at 5 %: ``python benchmarks/evidence_size.py [simulations]``.

Returns are independent (Student's t with 5 degrees of freedom, 1 % a day); the signal is autocorrelated and independent
of them. Prints a table in Markdown, for docs/evidence.md.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

import pd_optstat as po  # noqa: F401 - registers df.optstat

HORIZONS = (1, 5, 21)


def simulate(rows: int, persistence: float, seed: int) -> dict[str, np.ndarray]:
    """Return for each test whether it rejects, by horizon."""
    rng = np.random.default_rng([seed, rows, round(1000 * persistence)])
    days = pd.bdate_range("2010-01-04", periods=rows)
    frame = pd.DataFrame({"call_value": 1000, "put_value": 1000}, days)
    frame.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME"}
    close = pd.Series(100 * np.exp(np.cumsum(0.01 * rng.standard_t(5, rows) / np.sqrt(5 / 3))), days)
    noise = rng.normal(size=rows)
    values = np.empty(rows)
    values[0] = noise[0] / np.sqrt(1 - persistence**2)
    for row in range(1, rows):
        values[row] = persistence * values[row - 1] + noise[row]
    signal = pd.Series(values, days)
    table = frame.optstat.quantiles(close, signal, 5, HORIZONS, resamples=199, seed=seed)
    highest, first = table.xs(5, level="bucket"), table.xs(1, level="bucket")
    years = frame.optstat.ic(close, signal, HORIZONS)
    slope = frame.optstat.regress(close, signal, horizons=HORIZONS).xs("signal", level="term")
    p_values = {
        "mean of the highest bucket": highest["p_value"],
        "its excess": highest["excess_p"],
        "highest − lowest": first["spread_p"],
        "monotonic means (rising)": first["p_increasing"],
        "information coefficient": years.xs("all", level="period")["p_value"],
        "slope": slope["p_value"],
    }
    return {name: column.to_numpy() < 0.05 for name, column in p_values.items()}


def main(simulations: int) -> None:
    """Print the table."""
    print("| test | rows | autocorrelation | " + " | ".join(f"h = {h}" for h in HORIZONS) + " |")
    print("| --- | --- | --- | " + " | ".join("---" for _ in HORIZONS) + " |")
    for rows in (1260, 2520):
        for persistence in (0.5, 0.95):
            runs = [simulate(rows, persistence, seed) for seed in range(simulations)]
            for name in runs[0]:
                shares = np.mean([run[name] for run in runs], axis=0)
                cells = " | ".join(f"{100 * share:.1f} %" for share in shares)
                print(f"| {name} | {rows} | {persistence} | {cells} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
