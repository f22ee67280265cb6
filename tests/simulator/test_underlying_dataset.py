"""The simulator's underlyings: the same numbers everywhere, prices without splits, ratios that react to falls."""

from __future__ import annotations

import hashlib
import threading
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import slow

from pd_optstat.core.calendars import SessionCalendar, published_calendar
from pd_optstat.core.check_digits import add_check_digits, have_check_digits
from pd_optstat.core.dates import to_day
from pd_optstat.core.markets import EXCHANGES, Exchange
from pd_optstat.core.origins import DEFAULT_SEED
from pd_optstat.core.underlying import Underlying, parse_underlying
from pd_optstat.simulator import underlying_dataset
from pd_optstat.simulator.generator import FIRST_DAY, LAST_DAY
from pd_optstat.simulator.underlying_dataset import MAX_KEPT, UnderlyingDataset
from pd_optstat.simulator.underlying_generator import DOCUMENTED_VOLATILITY, HV_DAYS, Rows, generate_underlying
from pd_optstat.simulator.universe import SMALL_INDICES, UNIVERSE, Listing, listing_of

DATASET = UnderlyingDataset(DEFAULT_SEED)
AAPL, TENCENT, ARM = (parse_underlying(code) for code in ("US.AAPL", "HK.00700", "US.ARM"))
HSI = Underlying("HK", "800000")
SMALL_HSI = Underlying("HK", "800000", "SMALL")
END = to_day(date(2026, 12, 31))
#: A few of every kind in the quick suite.
QUICK = ("US.AAPL", "US.SPY", "US.GME", "US..SPX", "US.BRK.B", "US.RDDT", "HK.00700", "HK.02015", "HK.800100")

every_listing = pytest.mark.parametrize(
    "listing",
    [listing if listing.underlying.symbol in QUICK else slow(listing) for listing in UNIVERSE.values()],
    ids=lambda listing: listing.underlying.symbol,
)


def day(text: str) -> int:
    return to_day(date.fromisoformat(text))


def all_rows(listing: Listing) -> Rows:
    return DATASET.rows(listing.underlying, 0, END)


def log_ratio(counts: np.ndarray) -> np.ndarray:
    ratio: np.ndarray = np.log(counts[:, 1] / counts[:, 0])
    return ratio


def same(one: Rows, other: Rows) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name in ("prices", "ivs", "hvs"))
        for name in ("days", "volumes", "interests", "prices", "ivs", "hvs")
    )


# -- The universe -----------------------------------------------------------------------------------------------------


def test_universe_has_both_markets_and_many_listing_dates() -> None:
    assert len(UNIVERSE) >= 60
    assert sum(one.market == "US" for one in UNIVERSE) >= 40
    assert sum(one.market == "HK" for one in UNIVERSE) >= 20
    assert len({listing.first for listing in UNIVERSE.values()}) >= 20
    assert {AAPL, TENCENT, parse_underlying("US.SPY")} <= set(UNIVERSE)
    assert len({listing.name for listing in UNIVERSE.values()}) >= len(UNIVERSE) - 3  # some are listed in both


def test_the_documentation_tells_how_many_there_are() -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")
    us, hk = (sum(one.market == market for one in UNIVERSE) for market in ("US", "HK"))
    assert f"know {us + hk} underlyings, {us} of the US and {hk} of Hong Kong" in text


def test_other_codes_are_unknown() -> None:
    unknown = Underlying("US", "NOSUCH")
    assert listing_of(unknown) is None
    with pytest.raises(KeyError):
        DATASET.rows(unknown, FIRST_DAY, LAST_DAY)


# -- The same everywhere ----------------------------------------------------------------------------------------------


def test_golden_checksum() -> None:
    # Over weekdays, not sessions, so that a corrected holiday in exchange_calendars is no failure.
    checksum = hashlib.sha256()
    for code in ("US.AAPL", "US.ARM", "US..SPX", "HK.00700", "HK.800000"):
        rows = generate_underlying(DEFAULT_SEED, UNIVERSE[parse_underlying(code)])
        until = rows.days <= END
        for column in (rows.days, rows.volumes, rows.interests):
            checksum.update(np.ascontiguousarray(column[until]).astype("<i8").tobytes())
        for column in (rows.prices, rows.ivs, rows.hvs):
            thousandths = np.nan_to_num(np.rint(column[until] * 1000), nan=-1).astype("<i8")
            checksum.update(thousandths.tobytes())
    assert checksum.hexdigest() == "f249f3f904f93b7c04629fc1cb211da4a01e55ab2a4348555cf77492b4a2e222"


@pytest.mark.parametrize("seed", [DEFAULT_SEED, 0, 7, -(2**70)])
def test_documented_rows_are_exact(seed: int) -> None:
    rows = UnderlyingDataset(seed).rows(AAPL, day("2026-06-11"), day("2026-06-12"))
    found = zip(rows.days.tolist(), rows.ivs.tolist(), rows.hvs.tolist(), rows.prices.tolist(), strict=True)
    assert tuple(found) == DOCUMENTED_VOLATILITY
    written_again = [  # against a slip in the module
        (day("2026-06-11"), 25.617, 23.270, 295.63),
        (day("2026-06-12"), 25.126, 23.324, 291.13),
    ]
    assert list(DOCUMENTED_VOLATILITY) == written_again


@pytest.mark.parametrize("seed", [DEFAULT_SEED, 0, 7])
def test_no_cliff_around_the_documented_rows(seed: int) -> None:
    rows = UnderlyingDataset(seed).rows(AAPL, day("2026-06-01"), day("2026-06-24"))
    for values, most in ((rows.prices, 0.12), (rows.ivs, 0.25), (rows.hvs, 0.25)):
        assert np.abs(np.diff(np.log(values))).max() < most


def test_another_instance_has_the_same_rows_and_another_seed_others() -> None:
    mine, again, other = (UnderlyingDataset(seed).rows(TENCENT, FIRST_DAY, LAST_DAY) for seed in (1, 1, 2))
    assert same(mine, again)
    assert np.array_equal(mine.days, other.days)
    assert np.mean(mine.volumes == other.volumes) < 0.02
    assert np.mean(mine.prices == other.prices) < 0.02


@given(
    one=st.sampled_from([AAPL, TENCENT, ARM, SMALL_HSI]),
    first=st.integers(FIRST_DAY - 400, LAST_DAY + 400),
    length=st.integers(-10, 3000),
)
def test_values_do_not_depend_on_the_range(one: Underlying, first: int, length: int) -> None:
    whole, last = DATASET.rows(one, FIRST_DAY, LAST_DAY), first + length
    expected = whole.take(np.flatnonzero((whole.days >= first) & (whole.days <= last)))
    assert same(DATASET.rows(one, first, last), expected)


def test_values_do_not_depend_on_the_end_of_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    until = day("2024-01-10")

    def short(exchange: Exchange) -> SessionCalendar:
        sessions = published_calendar(exchange).sessions(FIRST_DAY, until)
        return SessionCalendar(exchange, sessions, sessions, sessions)

    # Before the calendar is replaced: a dataset keeps the sessions that it found first.
    expected = DATASET.rows(TENCENT, FIRST_DAY, until)
    monkeypatch.setattr(underlying_dataset, "published_calendar", short)
    assert same(UnderlyingDataset(DEFAULT_SEED).rows(TENCENT, FIRST_DAY, until), expected)


def test_threads_share_rows_that_are_read_only() -> None:
    fresh, found = UnderlyingDataset(5), []
    threads = [threading.Thread(target=lambda: found.append(fresh.rows(AAPL, FIRST_DAY, END))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({rows.prices.__array_interface__["data"][0] for rows in found}) == 1
    for name in ("days", "volumes", "interests", "prices", "ivs", "hvs"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(found[0], name)[0] = 1


def test_the_whole_universe_is_kept() -> None:
    assert len(UNIVERSE) + len(SMALL_INDICES) <= MAX_KEPT


# -- Well-formed ------------------------------------------------------------------------------------------------------


@every_listing
def test_rows_are_well_formed(listing: Listing) -> None:
    rows = all_rows(listing)
    sessions = published_calendar(listing.underlying.exchange).sessions(listing.first, END)
    np.testing.assert_array_equal(rows.days, sessions)
    for counts in (rows.volumes, rows.interests):
        assert counts.min() > 0
        assert counts.max() < 2**40
        assert np.array_equal(add_check_digits(rows.days, counts), counts)
        assert have_check_digits(rows.days, *counts.T)
    assert np.isfinite(rows.prices).all()
    assert rows.prices.min() > 0.05
    # There is no volatility before there are prices to measure it on.
    for values, latest in ((rows.ivs, 5), (rows.hvs, HV_DAYS)):
        begins = int(np.flatnonzero(np.isnan(values))[-1]) + 1
        assert latest - 5 < begins <= latest
        assert np.isnan(values[:begins]).all()
        assert ((values[begins:] > 2) & (values[begins:] < 400)).all()


@every_listing
def test_prices_have_no_split(listing: Listing) -> None:
    rows = all_rows(listing)
    moves = np.abs(np.diff(np.log(rows.prices)))
    assert moves.max() < np.log(1.49)  # the smallest split that is usual is 3 for 2
    if listing.first > FIRST_DAY:
        assert rows.prices[0] == listing.first_price
    at = int(np.searchsorted(rows.days, DOCUMENTED_VOLATILITY[0][0]))
    assert rows.prices[at] == listing.price


# -- Believable -------------------------------------------------------------------------------------------------------


@every_listing
def test_falls_raise_ratio_and_volatility(listing: Listing) -> None:
    rows = all_rows(listing)
    returns = np.diff(np.log(rows.prices))
    for counts in (rows.volumes, rows.interests):
        assert np.corrcoef(returns, np.diff(log_ratio(counts)))[0, 1] < -0.3
    quoted = ~np.isnan(rows.ivs[:-1])
    assert np.corrcoef(returns[quoted], np.diff(np.log(rows.ivs))[quoted])[0, 1] < -0.4
    falls = returns < np.quantile(returns, 0.02)
    assert log_ratio(rows.volumes)[1:][falls].mean() > log_ratio(rows.volumes).mean() + 0.1


@every_listing
def test_levels_are_those_of_the_listing(listing: Listing) -> None:
    rows = all_rows(listing)
    returns = np.diff(np.log(rows.prices))
    assert abs(np.log(returns.std() * np.sqrt(252) * 100 / listing.volatility)) < 0.4
    assert abs(np.log(np.nanmean(rows.ivs) / listing.volatility)) < 0.35
    assert abs(log_ratio(rows.volumes).mean() - np.log(listing.ratio)) < 0.25
    total = rows.volumes[-200:].sum(axis=1).mean()
    assert abs(np.log(total / listing.contracts / 1000)) < 1


@pytest.mark.parametrize("code", ["US.AAPL", "US.SPY", "HK.00700"])
def test_historical_volatility_is_that_of_the_prices(code: str) -> None:
    rows = all_rows(UNIVERSE[parse_underlying(code)])
    squares = np.cumsum(np.diff(np.log(rows.prices)) ** 2)
    realised = np.sqrt((squares[HV_DAYS:] - squares[:-HV_DAYS]) / HV_DAYS * 252) * 100
    published = rows.hvs[HV_DAYS + 1 :]
    assert np.corrcoef(realised, published)[0, 1] > 0.97
    assert abs(np.log(published / realised).mean()) < 0.05


def test_prices_of_one_exchange_move_together_in_the_falls_of_the_market() -> None:
    spy, apple = all_rows(UNIVERSE[parse_underlying("US.SPY")]), all_rows(UNIVERSE[AAPL])
    one, other = np.diff(np.log(spy.prices)), np.diff(np.log(apple.prices))
    worst = np.argsort(one)[:30]
    assert np.mean(other[worst] < 0) > 0.9
    assert 0.3 < np.corrcoef(one, other)[0, 1] < 0.9


def test_volume_rises_as_a_listing_grows_old() -> None:
    rows = all_rows(UNIVERSE[ARM])
    assert rows.volumes[:60].sum() < 0.75 * rows.volumes[300:360].sum()


def test_small_options_of_an_index_have_other_counts_and_the_same_price() -> None:
    normal, small = (DATASET.rows(one, FIRST_DAY, END) for one in (HSI, SMALL_HSI))
    for name in ("days", "prices", "ivs", "hvs"):
        np.testing.assert_array_equal(getattr(normal, name), getattr(small, name))
    assert 0.05 < small.volumes.sum() / normal.volumes.sum() < 0.3
    assert np.corrcoef(log_ratio(normal.volumes), log_ratio(small.volumes))[0, 1] < 0.95


def test_sessions_that_have_not_closed_are_left_out() -> None:
    friday = day("2026-06-12")
    close = published_calendar(EXCHANGES["US"]).close(friday)
    assert DATASET.closed_rows(AAPL, friday - 3, LAST_DAY, close).days[-1] == friday
    assert DATASET.closed_rows(AAPL, friday - 3, LAST_DAY, close - 1).days[-1] == friday - 1
    assert len(DATASET.closed_rows(AAPL, friday, friday, close - 1).days) == 0


def test_volatilities_have_check_digits() -> None:
    rows = generate_underlying(DEFAULT_SEED, UNIVERSE[parse_underlying("US.AAPL")])
    known = ~(np.isnan(rows.ivs) | np.isnan(rows.hvs))
    ivs, hvs = (np.rint(column[known] * 1000).astype(np.int64) for column in (rows.ivs, rows.hvs))
    documented = np.isin(rows.days[known], [row[0] for row in DOCUMENTED_VOLATILITY])
    marked = add_check_digits(rows.days[known], np.stack([ivs, hvs], axis=1)) == np.stack([ivs, hvs], axis=1)
    assert marked[~documented].all()
    assert have_check_digits(rows.days[known], ivs, hvs)
