"""`forward` and `sweep` give the same bits whatever the processor: sums never go through a kernel chosen by it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

SCRIPT = """
import hashlib
import numpy as np, pandas as pd, pd_optstat as po

rng = np.random.default_rng(0)
days = pd.bdate_range("2022-01-03", periods=1001, name="time")
calls, puts = rng.integers(500, 1500, (2, len(days))) * 1.37  # not whole, so that windows are sums of floats, too
df = pd.DataFrame({"call_value": calls, "put_value": puts}, days)
close = pd.Series(100 * np.cumprod(1 + rng.integers(-300, 300, len(days)) / 10_000), days)
rule = {"window": 60, "lower": 0.2, "upper": 0.8, "smooth": 3}
forward = df.optstat.forward(close, (1, 5), 1, **rule, resamples=40)
grid = {"lookbacks": [60], "windows": [1, 5], "horizons": [2], "lags": [1]}
sweep = po.sweep(df, close, grid, resamples=40, progress=False).drop(columns="series")
metrics = df.optstat.metrics((5,), lookback=60)
for table in (forward, sweep, metrics):
    print(hashlib.sha256(table.to_numpy(dtype=float).tobytes()).hexdigest())
"""

#: OpenBLAS and numpy choose their code by processor; these make them choose other code. On a processor without
#: AVX-512, a result that goes through BLAS would end the process of "SkylakeX" with an illegal instruction.
PROCESSORS = {
    "this one": {},
    "Nehalem": {"OPENBLAS_CORETYPE": "Nehalem"},
    "Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "SkylakeX": {"OPENBLAS_CORETYPE": "SkylakeX"},
    "one without vector units": {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX2 FMA3 AVX512F AVX512_SKX",
    },
}


@pytest.fixture(scope="module")
def digests():
    runs = {
        name: subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SCRIPT],
            env={**os.environ, **choice},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, choice in PROCESSORS.items()
    }
    found = {}
    for name, run in runs.items():
        out, errors = run.communicate(timeout=240)
        assert run.returncode == 0, errors
        found[name] = out.split()
    return found


@pytest.mark.parametrize("name", list(PROCESSORS)[1:])
def test_the_same_bits_on_every_processor(digests, name):
    assert digests[name] == digests["this one"]
    assert len(digests[name]) == 3
