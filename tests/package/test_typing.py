"""What type checkers infer from a small script that uses the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import pd_optstat as po

SCRIPT = """\
import pd_optstat as po
from pd_optstat import load
df = load("US_SECURITY", "VOLUME", "2026-01-01", "2026-06-12", source="simulator:", cache=False)
reveal_type(df)
reveal_type(po.load)
reveal_type(po.accessor(df))
reveal_type(po.accessor(df).rolling_ratio(10))
reveal_type(po.Cache)
"""


def test_accessor_returns_that_of_the_frame():
    df = po.sample()
    assert type(po.accessor(df)) is po.OptStatAccessor
    assert po.accessor(df).digest() == df.optstat.digest()
    with pytest.raises(TypeError, match="not a list"):
        po.accessor([1, 2])


@pytest.mark.vendor
def test_mypy_infers_the_public_types(tmp_path: Path):
    (tmp_path / "user.py").write_text(SCRIPT)
    run = subprocess.run([sys.executable, "-m", "mypy", "user.py"], cwd=tmp_path, capture_output=True, text=True)
    revealed = [line.split("Revealed type is ")[1] for line in run.stdout.splitlines() if "Revealed type is " in line]
    assert len(revealed) == 5, run.stdout + run.stderr
    assert "DataFrame" in revealed[0]
    assert revealed[1].startswith('"def (')
    assert "OptStatAccessor" in revealed[2]
    assert "Series" in revealed[3]
    assert "Cache" in revealed[4]
    assert not any(one.strip('"') == "Any" for one in revealed)


@pytest.mark.vendor
def test_pyright_infers_the_public_types(tmp_path: Path):
    (tmp_path / "user.py").write_text(SCRIPT)
    where = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "user.py"]
    run = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True)
    revealed = [line.split(" is ", 1)[1] for line in run.stdout.splitlines() if "Type of " in line]
    assert len(revealed) == 5, run.stdout + run.stderr
    assert "DataFrame" in revealed[0]
    assert revealed[1].startswith('"(')
    assert "OptStatAccessor" in revealed[2]
    assert "Series" in revealed[3]
    assert "Cache" in revealed[4]
    assert run.returncode == 0, run.stdout
