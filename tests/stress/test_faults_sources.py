"""Several sources with one cache: rows of one are never returned for another."""

from __future__ import annotations

import importlib
import random
from collections import Counter
from datetime import date, timedelta

import pytest
from support.checked_loads import forget, needs_fork, reference, sessions_in, simulator, try_load

import pd_optstat as po

pytestmark = [needs_fork, pytest.mark.slow]


@pytest.mark.vendor
def test_an_opend_and_two_simulators_in_one_cache_never_mix(tmp_path, monkeypatch):
    """Load in random order from seven addresses, at one of which different simulators take turns."""
    independent_opend = importlib.import_module("support.independent_opend")
    independent_totals = importlib.import_module("support.independent_totals")
    from pd_optstat.opend import rate_limit
    from pd_optstat.simulator.server import SimulatorServer

    monkeypatch.setattr(rate_limit, "LIMIT", 10_000)
    sessions = [date.fromisoformat(day) for day in sessions_in("US", date(2016, 1, 1), date(2020, 12, 31))]
    totals = {(1, 0): independent_totals.totals_of(sessions, salt=1)}
    real = [[int(f"{day:%Y%m%d}"), *totals[1, 0][day]] for day in sessions]
    at_random = random.Random(3301)
    folder = tmp_path / "cache"
    seen = Counter()
    with independent_opend.IndependentOpenD(totals) as opend, simulator(seed=7) as seven, simulator(seed=8) as eight:
        origins = {
            opend.url: "opend",
            f"opend://localhost:{opend.port}": "opend",
            seven.url: "simulator:7",
            eight.url: "simulator:8",
            "simulator:?seed=7": "simulator:7",
            "simulator:?seed=8": "simulator:8",
        }
        port, changing = None, None
        for number in range(150):
            if number % 25 == 0:  # another simulator at the same address
                if changing is not None:
                    changing.stop()
                seed = 7 + number // 25 % 2
                changing = SimulatorServer(port or 0, seed=seed, rate_limit=False).start()
                port = changing.port
                origins[changing.url] = f"simulator:{seed}"
            url = at_random.choice(list(origins))
            start = date(2016, 1, 1) + timedelta(days=at_random.randrange(1500))
            end = start + timedelta(days=at_random.choice([5, 100, 300]))
            if not at_random.randrange(6):
                forget()
            outcome = try_load(
                "US_SECURITY", "VOLUME", start, end, source=url, cache=folder, refresh=not at_random.randrange(8)
            )
            origin = origins[url]
            if origin == "opend":
                first, last = (int(f"{day:%Y%m%d}") for day in (start, end))
                right = [row for row in real if first <= row[0] <= last]
            else:
                right = reference("US_SECURITY", "VOLUME", start, end, f"simulator:?seed={origin[-1]}")
            assert (outcome[0], outcome[4]) == ("frame", origin), outcome[:1]
            assert outcome[1] == right
            assert not outcome[2]
            seen[origin] += 1
        changing.stop()
    assert min(seen.values()) >= 10
    assert len(seen) == 3
    info = po.Cache(folder).info()
    assert info["source"].tolist() == ["opend", "simulator:7", "simulator:8"]
