"""Progress: who is called, and when a bar appears."""

from __future__ import annotations

import pytest

from pd_optstat._util import progress as module
from pd_optstat._util.progress import Progress, check_progress
from pd_optstat.core.markets import OptionStatisticDataType, VolatilityDataType
from pd_optstat.core.series import UnderlyingSeries
from pd_optstat.core.underlying import parse_underlying
from pd_optstat.errors import InvalidRequest
from pd_optstat.loading import engine


@pytest.fixture
def bars(monkeypatch):
    """Record every bar that is opened, without a delay."""
    import tqdm.auto

    opened = []

    class Bar(tqdm.auto.tqdm):
        def __init__(self, **options):
            super().__init__(**options)
            opened.append(self)

    monkeypatch.setattr(tqdm.auto, "tqdm", Bar)
    monkeypatch.setattr(module, "DELAY_SECONDS", 0)
    return opened


def test_a_callable_gets_done_and_total():
    calls = []
    with Progress(lambda *numbers: calls.append(numbers), total=2) as progress:
        progress.advance()
        progress.waiting(3.0)
        progress.advance()
    assert calls == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("choice", "total", "bar"), [(None, 1, False), (None, 2, True), (True, 1, True), (False, 2, False)]
)
def test_when_a_bar_appears(bars, choice, total, bar):
    with Progress(choice, total) as progress:
        progress.advance()
    assert len(bars) == bar
    assert all(one.n == 1 and one.disable for one in bars)  # tqdm disables a bar that is closed


def test_a_wait_opens_a_bar_even_for_one_unit(bars):
    with Progress(None, 1) as progress:
        progress.waiting(12.0)
        assert bars[0].postfix == "rate limit: waiting 12 s"
        progress.advance()
        assert bars[0].postfix == ""


@pytest.mark.parametrize("valid", [None, True, False, print])
def test_valid_arguments(valid):
    check_progress(valid)


@pytest.mark.parametrize("invalid", ["bar", 1, []])
def test_invalid_arguments(invalid):
    with pytest.raises(InvalidRequest, match="must be None, True, False or a callable"):
        check_progress(invalid)


AAPL = parse_underlying("US.AAPL")
COUNTS = [UnderlyingSeries(AAPL, kind) for kind in OptionStatisticDataType]
VOLATILITY = UnderlyingSeries(AAPL, VolatilityDataType.VOLATILITY)


@pytest.mark.parametrize(
    ("series", "windows", "left"),
    [
        (COUNTS, 60, "12 s"),
        (COUNTS, 61, "42 s"),
        (COUNTS, 5_000, "42 min"),
        ([*COUNTS, VOLATILITY], 120, "12 s"),
        ([*COUNTS, VOLATILITY], 121, "42 s"),
    ],
)
def test_the_time_left_includes_the_waits_to_come(bars, series, windows, left):
    """60 first pages of each protocol are sent in 30 s: 5,000 windows of one take 83 periods more."""
    with Progress(None, windows, time_left=engine.time_left(series)) as progress:
        progress.waiting(12.0)
        assert bars[0].postfix == f"rate limit: waiting 12 s, at least {left} left"
