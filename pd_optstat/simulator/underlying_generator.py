"""Generator of the simulator's numbers of one underlying: prices, volatilities, call and put volume and open interest.

All numbers are synthetic, except for the two rows of US.AAPL in the documentation of protocol 3304, which appear as
documented for every seed. As in `generator`, a value depends only on seed, underlying and day, and is the same on every
platform.

Bursts of fear, which the market totals have too, are falls of all prices of an exchange; each price adds falls of its
own. A fall raises volatility, volume and the put/call ratio, so that ratio and price move against each other.
"""

# pyright: reportArgumentType=false, reportCallIssue=false
from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from ..core.arrays import Float64Array, Int64Array
from ..core.check_digits import add_check_digits
from ..core.dates import Day, to_day
from ..core.markets import OptionMarket
from ..core.underlying import IndexOptionType, Underlying
from .generator import (
    all_weekdays,
    autoregression,
    bursts_of,
    expiry_cycle,
    expiry_season,
    freedom,
    holiday_season,
    normals_of,
    recursion,
    uniforms_of,
    weekday_numbers,
    weekday_of,
)
from .universe import SMALL_INDICES, Listing

__all__ = ["DOCUMENTED_VOLATILITY", "HV_DAYS", "Rows", "generate_underlying"]

AAPL = Underlying("US", "AAPL")
#: Day, iv, hv and price of US.AAPL: the sample of the documentation of 3304.
DOCUMENTED_VOLATILITY: tuple[tuple[Day, float, float, float], ...] = (
    (to_day(date(2026, 6, 11)), 25.617, 23.270, 295.63),
    (to_day(date(2026, 6, 12)), 25.126, 23.324, 291.13),
)
#: The day on which every price is that of its listing.
_ANCHOR: Day = DOCUMENTED_VOLATILITY[0][0]

#: Weekdays over which the historical volatility is measured. Before that many there is none.
HV_DAYS = 30
_DAYS_A_YEAR = 252.0

# Assumed. Strengths are standard deviations or steps of logarithms, a weekday where they are of prices.
_MARKET_NOISE = {"US": 0.0078, "HK": 0.0100}
#: Fall of an exchange's prices on the day on which a burst of size 1 begins.
_FALL = 0.024
#: Growth of prices a weekday after the last price that is given.
_DRIFT = 0.0002
#: Weekdays between two reports of earnings: a quarter.
_QUARTER = 65
#: How many times as strong a price's own noise is on the day after a report.
_REPORT_NOISE = 3.0
#: The largest move of a price in a day that is its own.
_MOST = 0.2
#: Rise of implied volatility towards a report, and over how many weekdays.
_REPORT_RAMP, _REPORT_RAMP_DAYS = 0.22, 12
_VOLATILITY_PHI, _REGIME_PHI, _NOISE_PHI, _PIN_PHI = 0.97, 0.985, 0.6, 0.9
#: Yearly growth of volume up to 2026, and from then on.
_GROWTH, _LATER_GROWTH = 0.10, 0.03
#: Trading in new options begins at a fifth, and reaches its level within about a year.
_YOUNG, _YOUNG_DAYS = 1.6, 80.0
#: Weekdays until the new options are quoted, so that there is an implied volatility.
_UNQUOTED_DAYS = 5
_WEEKDAYS = (-0.06, -0.02, 0.00, 0.00, 0.10)
_EXPIRY = (0.20, 0.10, 0.06, 0.04, 0.03)
#: Share of the small options of an index in the volume of the normal ones.
_SMALL_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one underlying, a read-only array for each column.

    Attributes
    ----------
    days : ndarray of int64
        Ascending.
    volumes, interests : ndarray of int64, shape (n, 2)
        Calls and puts.
    prices, ivs, hvs : ndarray of float64
        Volatilities are in percent. NaN where there is none yet.
    """

    days: Int64Array
    volumes: Int64Array
    interests: Int64Array
    prices: Float64Array
    ivs: Float64Array
    hvs: Float64Array

    def take(self, which: slice | Int64Array) -> Rows:
        """Return the rows `which`, a slice or their positions."""
        return Rows(
            self.days[which],
            self.volumes[which],
            self.interests[which],
            self.prices[which],
            self.ivs[which],
            self.hvs[which],
        )


def generate_underlying(seed: int, listing: Listing, kind: IndexOptionType = IndexOptionType.NORMAL) -> Rows:
    """Generate the rows of all weekdays from the listing's first, including holidays.

    The type of options matters to the indices that have small ones. Price and volatilities are the same for both.
    """
    own = _Streams(seed, listing, kind is IndexOptionType.SMALL and listing.underlying in SMALL_INDICES)
    returns = _returns(own)
    strength = returns / own.daily  # in standard deviations
    realised = _realised(returns)
    ivs, hvs = _volatilities(own, strength, realised)
    rows = Rows(
        days=all_weekdays()[own.begin :],
        volumes=_with_check_digits(own, *_volume(own, strength)),
        interests=_with_check_digits(own, *_open_interest(own, strength)),
        prices=_prices(own, returns),
        ivs=ivs,
        hvs=hvs,
    )
    if listing.underlying == AAPL:
        for day, iv, hv, price in DOCUMENTED_VOLATILITY:
            at = int(np.searchsorted(rows.days, day))
            rows.ivs[at], rows.hvs[at], rows.prices[at] = iv, hv, price
    return rows


class _Streams:
    """The noise of one underlying on the weekdays since its listing."""

    def __init__(self, seed: int, listing: Listing, is_small: bool) -> None:
        self.seed, self.listing, self.is_small = seed, listing, is_small
        self.symbol = listing.underlying.symbol
        self.is_us = listing.underlying.market == "US"
        #: The market whose bursts of fear, expiries and holidays these are.
        self.market = OptionMarket.US_SECURITY if self.is_us else OptionMarket.HK_SECURITY
        self.begin = int(np.searchsorted(all_weekdays(), listing.first))
        self.anchor = int(np.searchsorted(all_weekdays(), _ANCHOR)) - self.begin
        #: Standard deviation of a day's logarithmic return.
        self.daily = listing.volatility / 100.0 / math.sqrt(_DAYS_A_YEAR)
        self.fear = _fear(seed, self.market)[self.begin :]
        offset = int(_QUARTER * float(uniforms_of(seed, f"report {self.symbol}", 1)[0]))
        #: Weekdays from each day to the next report.
        self.to_report = (offset - weekday_numbers(self.weekdays)) % _QUARTER

    @property
    def weekdays(self) -> Int64Array:
        return all_weekdays()[self.begin :]

    def normals(self, purpose: str) -> Float64Array:
        """Return a standard normal for each weekday; small options have other ones."""
        return normals_of(self.seed, f"{purpose} {self.symbol}{' small' if self.is_small else ''}")[self.begin :]

    def noise(self, purpose: str, phi: float) -> Float64Array:
        """Return AR(1) noise of variance 1."""
        return autoregression(self.normals(purpose), phi)

    def shared(self, values: Float64Array) -> Float64Array:
        """Return values of all weekdays on those since the listing."""
        return values[self.begin :]


@lru_cache(maxsize=8)
def _fear(seed: int, market: OptionMarket) -> Float64Array:
    return recursion(bursts_of(seed, market), 0.88) * freedom()


@lru_cache(maxsize=8)
def _market_returns(seed: int, market: OptionMarket) -> Float64Array:
    """Return the logarithmic returns of an exchange: noise that fear makes stronger, and falls as bursts begin."""
    noise = normals_of(seed, f"market return {market.name}")
    strength = _MARKET_NOISE["US" if market.name.startswith("US") else "HK"]
    return strength * noise * (1.0 + 0.9 * _fear(seed, market)) - _FALL * bursts_of(seed, market) * freedom()


# -- Prices ----------------------------------------------------------------------------------------------------------


def _returns(own: _Streams) -> Float64Array:
    """Return the logarithmic returns of each weekday, which lead from the first price to that of `_ANCHOR`."""
    listing = own.listing
    shared = listing.beta * _MARKET_NOISE[listing.underlying.market]
    strength = math.sqrt(max(own.daily * own.daily - shared * shared, 0.09 * own.daily * own.daily))
    # Volatile weeks follow each other: the strength itself is noise.
    varying = np.exp(0.35 * autoregression(_price_normals(own, "price volatility"), _VOLATILITY_PHI))
    if listing.reports:
        varying = varying * np.where(own.to_report == _QUARTER - 1, _REPORT_NOISE, 1.0)
    noise = np.clip(strength * varying * _price_normals(own, "price"), -_MOST, _MOST)
    returns: Float64Array = listing.beta * own.shared(_market_returns(own.seed, own.market)) + noise + _DRIFT
    returns[0] = 0.0
    # A constant added to each of them, so that they sum up to what the prices say.
    total = math.log(listing.price / listing.first_price) - float(np.cumsum(returns)[own.anchor])
    returns[1 : own.anchor + 1] = returns[1 : own.anchor + 1] + total / own.anchor
    if listing.underlying == AAPL:
        (_, _, _, before), (_, _, _, after) = DOCUMENTED_VOLATILITY
        returns[own.anchor + 1] = math.log(after / before)
    return returns


def _price_normals(own: _Streams, purpose: str) -> Float64Array:
    """Return noise that normal and small options share, since they have the same price."""
    return normals_of(own.seed, f"{purpose} {own.symbol}")[own.begin :]


def _prices(own: _Streams, returns: Float64Array) -> Float64Array:
    walk = np.cumsum(returns)
    prices: Float64Array = np.exp(math.log(own.listing.price) + (walk - walk[own.anchor]))
    return np.where(prices < 10.0, np.round(prices, 3), np.round(prices, 2))


def _realised(returns: Float64Array) -> Float64Array:
    """Return the volatility of the last `HV_DAYS` returns in percent a year; NaN where there are not so many."""
    squares = np.cumsum(returns * returns)
    realised = np.full(len(returns), np.nan)
    realised[HV_DAYS:] = np.sqrt((squares[HV_DAYS:] - squares[:-HV_DAYS]) * (_DAYS_A_YEAR / HV_DAYS)) * 100.0
    return realised


# -- Volatilities ----------------------------------------------------------------------------------------------------


def _volatilities(own: _Streams, strength: Float64Array, realised: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return implied and historical volatility in percent, with three decimals as OpenD has them."""
    usual = math.log(own.listing.volatility)
    log_hv: Float64Array = np.log(realised)
    follows = np.where(np.isnan(log_hv), 0.0, 0.4 * (log_hv - usual))
    log_iv: Float64Array = (
        usual
        + follows
        + 0.10 * autoregression(_price_normals(own, "iv regime"), _REGIME_PHI)
        + 0.03 * autoregression(_price_normals(own, "iv"), _NOISE_PHI)
        + 0.10 * own.listing.beta * own.fear
        - 0.035 * recursion(strength, 0.9)
    )
    if own.listing.reports:
        ramp = np.maximum(1.0 - own.to_report / _REPORT_RAMP_DAYS, 0.0)
        log_iv = log_iv + _REPORT_RAMP * ramp
    if own.listing.underlying == AAPL:
        log_iv = _pinned(log_iv, own.anchor, [math.log(row[1]) for row in DOCUMENTED_VOLATILITY])
        log_hv = _pinned(log_hv, own.anchor, [math.log(row[2]) for row in DOCUMENTED_VOLATILITY])
    ivs, hvs = _with_marks(own.weekdays, np.exp(log_iv), np.exp(log_hv))
    ivs[:_UNQUOTED_DAYS] = np.nan
    return ivs, hvs


def _pinned(values: Float64Array, at: int, wanted: list[float]) -> Float64Array:
    """Return `values` drawn towards the two `wanted` ones at `at` and `at` + 1, less with each weekday from there."""
    distance = np.arange(len(values)) - at
    before = np.where(distance <= 0, _PIN_PHI ** np.maximum(-distance, 0), 0.0)
    after = np.where(distance > 0, _PIN_PHI ** np.maximum(distance - 1, 0), 0.0)
    pinned: Float64Array = (
        values + before * (wanted[0] - float(values[at])) + after * (wanted[1] - float(values[at + 1]))
    )
    return pinned


# -- Volume and open interest ----------------------------------------------------------------------------------------


def _level(own: _Streams) -> Float64Array:
    """Return the logarithm of the usual daily volume: it grows, and has to build up after the listing."""
    years = (own.weekdays - _ANCHOR) / 365.25
    age = np.arange(len(years))
    share = _SMALL_SHARE if own.is_small else 1.0
    level: Float64Array = (
        math.log(1000.0 * own.listing.contracts * share)
        + np.where(years < 0, _GROWTH, _LATER_GROWTH) * years
        + (-_YOUNG * np.exp(-age / _YOUNG_DAYS) if own.begin else 0.0)
    )
    return level


def _volume(own: _Streams, strength: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return the logarithms of total volume and of its put/call ratio."""
    total = (
        _level(own)
        + np.array(_WEEKDAYS)[weekday_of(own.weekdays)]
        + own.shared(expiry_season(own.market, _EXPIRY))
        + own.shared(holiday_season(own.is_us))
        + 0.22 * own.noise("volume regime", _REGIME_PHI)
        + 0.20 * own.noise("volume", _NOISE_PHI)
        + 0.18 * np.minimum(np.abs(strength), 5.0)
        + 0.12 * own.listing.beta * own.fear
    )
    if own.listing.reports:
        total = total + np.where((own.to_report <= 1) | (own.to_report == _QUARTER - 1), 0.45, 0.0)
    ratio = (
        math.log(own.listing.ratio)
        + 0.16 * own.noise("ratio regime", _REGIME_PHI)
        + 0.14 * own.noise("ratio", _NOISE_PHI)
        + _falls_raise(strength, 0.08, 0.6)
    )
    return total, ratio


def _open_interest(own: _Streams, strength: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return the logarithms of total open interest and of its put/call ratio."""
    multiple, drop = (11.0, 0.12) if own.is_us else (14.0, 0.30)
    total = (
        _level(own)
        + math.log(multiple)
        + own.shared(expiry_cycle(own.seed, own.market, drop))
        + 0.14 * own.noise("volume regime", _REGIME_PHI)
        + 0.03 * own.noise("open interest", 0.95)
    )
    ratio = (
        math.log(own.listing.ratio * 1.05)
        + 0.10 * own.noise("ratio regime", _REGIME_PHI)
        + 0.03 * own.noise("open interest ratio", 0.95)
        + _falls_raise(strength, 0.008, 0.95)
    )
    return total, ratio


def _falls_raise(strength: Float64Array, by: float, decay: float) -> Float64Array:
    """Return what returns do to the logarithm of a put/call ratio: a fall of a standard deviation raises it."""
    return -by * recursion(np.clip(strength, -4.0, 4.0), decay)


def _with_marks(days: Int64Array, ivs: Float64Array, hvs: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return volatilities with three decimals, which have the check digits of synthetic numbers where both are known.

    The digits are those of their thousandths, so a volatility is moved by at most 0.048.
    """
    thousandths = np.rint(np.stack([ivs, hvs], axis=1) * 1000.0)
    known = ~np.isnan(thousandths).any(axis=1)
    thousandths[known] = add_check_digits(days[known], thousandths[known].astype(np.int64))
    rounded = np.round(thousandths / 1000.0, 3)
    return rounded[:, 0].copy(), rounded[:, 1].copy()


def _with_check_digits(own: _Streams, log_total: Float64Array, log_ratio: Float64Array) -> Int64Array:
    """Return calls and puts, with the check digits that mark synthetic counts."""
    total, ratio = np.exp(log_total), np.exp(log_ratio)
    puts = total * ratio / (1.0 + ratio)
    counts = np.stack([np.rint(total - puts), np.rint(puts)], axis=1).astype(np.int64)
    return add_check_digits(own.weekdays, counts)
