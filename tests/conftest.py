"""Fixtures that every test shares: a user of its own, and a simulator on a port."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

# Where these fail, they are to show values, as asserts of a test do.
pytest.register_assert_rewrite("support")

TESTS = Path(__file__).parent
#: Modules that cannot be imported without what their marker stands for; plain `pytest` must not even collect them.
MARKED = {
    TESTS / "browser": "browser",
    TESTS / "package" / "test_notebooks.py": "notebooks",
    TESTS / "interop" / "test_independent_opend.py": "vendor",
    TESTS / "interop" / "test_independent_transports.py": "vendor",
}

# The vendor's SDKs open a log in the home folder when they are imported, so tests have another from the very start.
# matplotlib would build its font cache anew in every new home.
os.environ.setdefault("MPLCONFIGDIR", str(Path.home() / ".cache" / "matplotlib"))
_HOME = tempfile.mkdtemp(prefix="pd_optstat-tests-")
os.environ["HOME"] = _HOME


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples Hypothesis tries: 20 in the quick suite, 100 when slow tests run too.

    Examples differ from run to run, except in CI: what is submitted is judged by what was seen to pass.
    """
    examples = 20 if "not slow" in config.option.markexpr else 100
    settings.register_profile("tests", deadline=None, max_examples=examples, derandomize=bool(os.environ.get("CI")))
    settings.load_profile("tests")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    marker = MARKED.get(collection_path)
    return True if marker and f"not {marker}" in config.option.markexpr else None


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the test a home, a cache folder, defaults and rate limits of its own, and leave no connection behind."""
    import pd_optstat
    from pd_optstat import config
    from pd_optstat.core import calendar_overrides
    from pd_optstat.opend import rate_limit

    for name in ("PD_OPTSTAT_SOURCE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PD_OPTSTAT_INHERIT", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PD_OPTSTAT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(config, "_configured", {})
    monkeypatch.setattr(calendar_overrides, "_in_force", {})
    config.freshness_rules.cache_clear()
    # A port may be given to a new server within 30 s; the limit of the old one must not slow the next test down.
    monkeypatch.setattr(rate_limit, "_shared", {})
    monkeypatch.setattr(rate_limit, "_own_folder", lambda: tmp_path)
    yield
    pd_optstat.close()
    if store := sys.modules.get("pd_optstat.storage.cache.database"):
        store.close_databases()


@pytest.fixture(scope="session")
def simulator() -> Iterator[object]:
    """Serve the simulator until 2026-06-12, without a rate limit."""
    from pd_optstat.simulator.server import SimulatorServer

    with SimulatorServer(until=date(2026, 6, 12), rate_limit=False) as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a certificate of 127.0.0.1 that is signed by itself, and its key."""
    from support.raw_clients import make_certificate

    return make_certificate(tmp_path_factory.mktemp("tls"))
