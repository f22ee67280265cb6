"""The simulator's numbers: the same on every platform, and plausible."""

from __future__ import annotations

import hashlib
import threading
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.core.calendars import SessionCalendar, calendar
from pd_optstat.core.check_digits import add_check_digits, have_check_digits
from pd_optstat.core.dates import to_day
from pd_optstat.core.markets import Exchange, OptionMarket, OptionStatisticDataType, exchange_of
from pd_optstat.core.origins import DEFAULT_SEED
from pd_optstat.simulator import dataset, generator
from pd_optstat.simulator.dataset import Dataset
from pd_optstat.simulator.generator import DOCUMENTED, FIRST_DAY, LAST_DAY, generate

VOLUME, OPEN_INTEREST = OptionStatisticDataType.VOLUME, OptionStatisticDataType.OPEN_INTEREST
US_SECURITY, US_INDEX, HK_SECURITY, HK_INDEX = OptionMarket
SERIES = [(market, data_type) for market in OptionMarket for data_type in OptionStatisticDataType]
SEEDS = [DEFAULT_SEED, 0, 1, 7, -(2**70)]
END = to_day(date(2026, 12, 31))

DATASET = Dataset()

every_series = pytest.mark.parametrize(
    ("market", "data_type"), SERIES, ids=[f"{market.name}-{data_type.name}" for market, data_type in SERIES]
)


def day(text: str) -> int:
    return to_day(date.fromisoformat(text))


def log_total(rows: np.ndarray) -> np.ndarray:
    total: np.ndarray = np.log(rows[:, 1] + rows[:, 2])
    return total


def log_ratio(rows: np.ndarray) -> np.ndarray:
    ratio: np.ndarray = np.log(rows[:, 2] / rows[:, 1])
    return ratio


# -- The same everywhere ------------------------------------------------------------------------------------


def test_golden_checksum_of_all_series() -> None:
    # Over weekdays, not sessions, so that a corrected holiday in exchange_calendars is no failure.
    checksum = hashlib.sha256()
    for market, data_type in SERIES:
        rows = generate(DEFAULT_SEED, market, data_type)
        checksum.update(rows[rows[:, 0] <= END].astype("<i8").tobytes())
    assert checksum.hexdigest() == "9c389512389cf7187345fb075b6e881c60a92b254c7a20ae868eceb548f34181"


@pytest.mark.parametrize(
    ("market", "data_type", "text", "call", "put"),
    [
        (US_SECURITY, VOLUME, "2012-01-03", 9542015, 6727806),
        (US_SECURITY, OPEN_INTEREST, "2026-06-15", 284961920, 214812198),
        (US_INDEX, VOLUME, "2020-03-16", 1204396, 1312970),
        (US_INDEX, OPEN_INTEREST, "2015-08-24", 4024435, 6193526),
        (HK_SECURITY, VOLUME, "2015-08-24", 144823, 121811),
        (HK_SECURITY, OPEN_INTEREST, "2012-01-03", 1362878, 1077265),
        (HK_INDEX, VOLUME, "2026-06-15", 110750, 116860),
        (HK_INDEX, OPEN_INTEREST, "2020-03-16", 233232, 241023),
    ],
)
def test_golden_rows(market: OptionMarket, data_type: OptionStatisticDataType, text: str, call: int, put: int) -> None:
    assert DATASET.rows(market, data_type, day(text), day(text)).tolist() == [[day(text), call, put]]


@every_series
@pytest.mark.parametrize("seed", [DEFAULT_SEED, 7])
def test_every_count_has_a_check_digit_but_the_documented_ones(
    market: OptionMarket, data_type: OptionStatisticDataType, seed: int
) -> None:
    rows = generate(seed, market, data_type)
    own = (
        rows if (market, data_type) != (US_SECURITY, VOLUME) else rows[~np.isin(rows[:, 0], np.array(DOCUMENTED)[:, 0])]
    )
    assert np.array_equal(add_check_digits(own[:, 0], own[:, 1:]), own[:, 1:])
    assert have_check_digits(*rows.T)
    assert not have_check_digits(*np.array(DOCUMENTED).T)


@every_series
def test_another_instance_has_the_same_rows(market: OptionMarket, data_type: OptionStatisticDataType) -> None:
    mine, other = (each.rows(market, data_type, FIRST_DAY, LAST_DAY) for each in (DATASET, Dataset()))
    assert mine.dtype == np.int64
    np.testing.assert_array_equal(mine, other)


@every_series
def test_seeds_differ(market: OptionMarket, data_type: OptionStatisticDataType) -> None:
    mine, other = generate(1, market, data_type), generate(2, market, data_type)
    assert np.mean(mine[:, 1] == other[:, 1]) < 0.02


@given(
    series=st.sampled_from(SERIES),
    first=st.integers(FIRST_DAY - 400, LAST_DAY + 400),
    length=st.integers(-10, 3000),
)
def test_values_do_not_depend_on_the_range(
    series: tuple[OptionMarket, OptionStatisticDataType], first: int, length: int
) -> None:
    whole = DATASET.rows(*series, FIRST_DAY, LAST_DAY)
    last = first + length
    expected = whole[(whole[:, 0] >= first) & (whole[:, 0] <= last)]
    np.testing.assert_array_equal(DATASET.rows(*series, first, last), expected)


@pytest.mark.parametrize("market", OptionMarket)
def test_values_do_not_depend_on_the_end_of_the_calendar(market: OptionMarket, monkeypatch: pytest.MonkeyPatch) -> None:
    until = day("2024-01-10")

    def short(exchange: Exchange) -> SessionCalendar:
        sessions = calendar(exchange).sessions(FIRST_DAY, until)
        return SessionCalendar(exchange, sessions, sessions, sessions)

    # Before the calendar is replaced: a dataset keeps the sessions that it found first.
    theirs = {data_type: DATASET.rows(market, data_type, FIRST_DAY, until) for data_type in OptionStatisticDataType}
    monkeypatch.setattr(dataset, "published_calendar", short)
    for data_type, expected in theirs.items():
        mine = Dataset().rows(market, data_type, FIRST_DAY, LAST_DAY)
        np.testing.assert_array_equal(mine[: len(expected)], expected)


@every_series
def test_a_longer_horizon_only_appends(
    market: OptionMarket, data_type: OptionStatisticDataType, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = generate(DEFAULT_SEED, market, data_type)
    caches = [generator.all_weekdays, generator._expiries, generator.holiday_season, generator.freedom]
    monkeypatch.setattr(generator, "LAST_DAY", day("2037-03-10"))
    try:
        for each in caches:
            each.cache_clear()
        longer = generate(DEFAULT_SEED, market, data_type)
    finally:
        for each in caches:
            each.cache_clear()
    assert len(longer) > len(rows)
    np.testing.assert_array_equal(longer[: len(rows)], rows)


def test_threads_share_one_series() -> None:
    fresh, found = Dataset(), []
    threads = [
        threading.Thread(target=lambda: found.append(fresh.rows(HK_INDEX, VOLUME, FIRST_DAY, END))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.__array_interface__["data"][0] for each in found}) == 1


def test_rows_are_read_only() -> None:
    rows = DATASET.rows(US_INDEX, VOLUME, FIRST_DAY, END)
    with pytest.raises(ValueError, match="read-only"):
        rows[0, 1] = 1


# -- Well-formed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_documented_rows_are_exact(seed: int) -> None:
    rows = Dataset(seed).rows(US_SECURITY, VOLUME, day("2026-06-01"), day("2026-06-14"))
    assert rows.tolist() == [list(row) for row in DOCUMENTED]


def test_documented_rows_as_the_documentation_prints_them() -> None:
    totals_and_ratios = {  # written out again, against a slip in the module
        "2026-06-12": (74382848, 0.629100),
        "2026-06-11": (68823105, 0.796804),
        "2026-06-10": (65551834, 0.853221),
        "2026-06-09": (79526807, 0.854608),
        "2026-06-08": (61253799, 0.728270),
        "2026-06-05": (96386319, 0.840733),
        "2026-06-04": (62654306, 0.645240),
        "2026-06-03": (59893637, 0.624973),
        "2026-06-02": (57848907, 0.571012),
        "2026-06-01": (67016221, 0.560979),
    }
    found = {row: (call + put, round(put / call, 6)) for row, call, put in DOCUMENTED}
    assert found == {day(text): each for text, each in totals_and_ratios.items()}


@every_series
def test_rows_are_on_every_session_and_no_other_day(market: OptionMarket, data_type: OptionStatisticDataType) -> None:
    sessions = calendar(exchange_of(market)).sessions(FIRST_DAY, LAST_DAY)
    np.testing.assert_array_equal(DATASET.rows(market, data_type, 0, LAST_DAY + 99)[:, 0], sessions)


@every_series
def test_values_are_positive_and_in_bounds(market: OptionMarket, data_type: OptionStatisticDataType) -> None:
    for seed in SEEDS:
        values = generate(seed, market, data_type)[:, 1:]
        assert values.min() > 1000
        assert values.max() < 2**40


# -- Believable ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("market", "data_type", "begin", "end", "low", "high"),
    [
        # Contracts in millions in 2012 and in the first half of 2026, and the mean ratio's bounds.
        (US_SECURITY, VOLUME, 15, 66, 0.6, 0.9),
        (US_SECURITY, OPEN_INTEREST, 105, 460, 0.6, 1.0),
        (US_INDEX, VOLUME, 1.5, 6, 1.1, 1.6),
        (US_INDEX, OPEN_INTEREST, 10, 39, 1.3, 1.8),
        (HK_SECURITY, VOLUME, 0.25, 0.9, 0.7, 0.9),
        (HK_SECURITY, OPEN_INTEREST, 2.5, 9, 0.7, 0.9),
        (HK_INDEX, VOLUME, 0.06, 0.18, 0.9, 1.1),
        (HK_INDEX, OPEN_INTEREST, 0.27, 0.8, 0.9, 1.2),
    ],
)
def test_levels_and_ratios(
    market: OptionMarket,
    data_type: OptionStatisticDataType,
    begin: float,
    end: float,
    low: float,
    high: float,
) -> None:
    for seed in SEEDS:
        rows = generate(seed, market, data_type)
        days = rows[:, 0]
        in_2012, in_2026 = (
            days <= day("2012-12-31"),
            (days >= day("2026-01-01")) & (days <= day("2026-06-30")),
        )
        total = (rows[:, 1] + rows[:, 2]) / 1e6
        assert abs(np.log(total[in_2012].mean() / begin)) < 0.25
        assert abs(np.log(total[in_2026].mean() / end)) < 0.25
        assert low < np.exp(log_ratio(rows[days <= END]).mean()) < high


@pytest.mark.parametrize("market", [US_SECURITY, US_INDEX])
def test_fridays_beat_mondays(market: OptionMarket) -> None:
    rows = DATASET.rows(market, VOLUME, FIRST_DAY, END)
    weekday = (rows[:, 0] + 3) % 7
    means = [log_total(rows)[weekday == each].mean() for each in range(5)]
    assert max(means) == means[4]
    assert min(means) == means[0]
    assert means[4] - means[0] > 0.1


def test_third_fridays_beat_other_fridays() -> None:
    rows = DATASET.rows(US_SECURITY, VOLUME, FIRST_DAY, END)
    of_month = rows[:, 0] - rows[:, 0].astype("M8[D]").astype("M8[M]").astype("M8[D]").astype(np.int64)
    friday, third = (rows[:, 0] + 3) % 7 == 4, (of_month >= 14) & (of_month < 21)
    assert log_total(rows)[friday & third].mean() > log_total(rows)[friday & ~third].mean() + 0.1


def test_half_days_are_thin() -> None:
    rows = DATASET.rows(US_SECURITY, VOLUME, day("2023-11-20"), day("2023-11-30"))
    total = log_total(rows)
    half = rows[:, 0] == day("2023-11-24")
    assert total[half][0] < total[~half].min() - 0.1


@pytest.mark.parametrize(
    ("market", "expiry"), [(US_SECURITY, "2024-03-15"), (US_INDEX, "2024-03-15"), (HK_INDEX, "2024-02-28")]
)
def test_open_interest_drops_after_expiry(market: OptionMarket, expiry: str) -> None:
    rows = DATASET.rows(market, OPEN_INTEREST, day(expiry) - 12, day(expiry) + 5)
    at = int(np.searchsorted(rows[:, 0], day(expiry)))
    steps = np.diff(log_total(rows))
    assert steps[at] == steps.min()
    assert steps[at] < -0.06
    assert log_total(rows)[at] > log_total(rows)[0]


@pytest.mark.parametrize("market", OptionMarket)
def test_ratio_is_autocorrelated_and_smoother_for_open_interest(market: OptionMarket) -> None:
    one_day = {}
    for data_type in OptionStatisticDataType:
        ratio = log_ratio(DATASET.rows(market, data_type, FIRST_DAY, END))
        one_day[data_type] = np.corrcoef(ratio[1:], ratio[:-1])[0, 1]
    assert 0.7 < one_day[VOLUME] < 0.95
    assert 0.95 < one_day[OPEN_INTEREST] < 1


def test_bursts_of_fear_exist_and_are_partly_shared() -> None:
    changes = {}
    for market in (US_SECURITY, US_INDEX):
        ratio = log_ratio(DATASET.rows(market, VOLUME, FIRST_DAY, END))
        changes[market] = np.diff(ratio)
        jumps = changes[market]
        assert jumps.max() > 1.3 * -jumps.min()  # up at once, down slowly
        assert np.mean(jumps**3) > 0
    one, other = changes.values()
    together = (one > 2.5 * one.std()) & (other > 2.5 * other.std())
    assert together.sum() >= 3
    assert 0.05 < np.corrcoef(one, other)[0, 1] < 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_no_cliff_around_the_documented_rows(seed: int) -> None:
    ours = Dataset(seed)

    def mean(rows: np.ndarray) -> float:
        return float(np.log((rows[:, 1] + rows[:, 2]).mean()))

    documented = ours.rows(US_SECURITY, VOLUME, DOCUMENTED[0][0], DOCUMENTED[-1][0])
    for first, last in (("2026-05-01", "2026-05-31"), ("2026-07-01", "2026-07-31")):
        rows = ours.rows(US_SECURITY, VOLUME, day(first), day(last))
        assert abs(mean(rows) - mean(documented)) < 0.25
        assert abs(log_ratio(rows).mean() - log_ratio(documented).mean()) < 0.35
    around = ours.rows(US_SECURITY, VOLUME, day("2026-05-29"), day("2026-06-15"))
    assert abs(log_ratio(around)[1] - log_ratio(around)[0]) < 0.35
    assert abs(log_ratio(around)[-1] - log_ratio(around)[-2]) < 0.35
