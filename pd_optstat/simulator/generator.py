"""Generator of the simulator's numbers: plausible daily call and put totals of the four option markets.

All numbers are synthetic, except for the ten rows of US_SECURITY/VOLUME in the interface's documentation
(2026-06-01 to 2026-06-12): these appear as documented for every seed, and the noise around them is bridged
towards them, so that there is no visible jump.

A value depends only on seed, market, data type and day. Noise is drawn for every weekday up to `LAST_DAY`,
and the calendar only selects sessions from it: neither the requested range, nor the calendar's last day, nor a
corrected holiday changes the value of any other day. Expiries and holidays therefore follow nominal rules; a
third Friday that is not a session (Good Friday) has no expiry effect.

The numbers are the same on every platform: Philox's raw 64-bit stream is fixed by its algorithm, keys come from a
hash, normals are sums of uniforms (exact, unlike the logarithm and cosine of Box-Muller, which differ in the last
bit between libraries), recursions are plain float arithmetic, and ``exp`` comes last, before rounding.
"""

# pyright: reportArgumentType=false, reportCallIssue=false
from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from ..core.arrays import Float64Array, Int64Array
from ..core.check_digits import add_check_digits
from ..core.dates import Day, to_date, to_day
from ..core.markets import OptionMarket, OptionStatisticDataType

__all__ = [
    "DOCUMENTED",
    "FIRST_DAY",
    "LAST_DAY",
    "all_weekdays",
    "autoregression",
    "bursts_of",
    "expiry_cycle",
    "expiry_season",
    "freedom",
    "generate",
    "holiday_season",
    "normals_of",
    "recursion",
    "uniforms_of",
    "weekday_numbers",
    "weekday_of",
]

FIRST_DAY: Day = to_day(date(2012, 1, 1))
#: An arbitrary horizon beyond any calendar. A later one adds days, and changes no value.
LAST_DAY: Day = to_day(date(2035, 12, 31))

#: Day, call and put of US_SECURITY/VOLUME: the sample table of the interface's documentation.
DOCUMENTED: tuple[tuple[Day, int, int], ...] = (
    (to_day(date(2026, 6, 1)), 42_932_185, 24_084_036),
    (to_day(date(2026, 6, 2)), 36_822_706, 21_026_201),
    (to_day(date(2026, 6, 3)), 36_858_233, 23_035_404),
    (to_day(date(2026, 6, 4)), 38_082_169, 24_572_137),
    (to_day(date(2026, 6, 5)), 52_362_998, 44_023_321),
    (to_day(date(2026, 6, 8)), 35_442_266, 25_811_533),
    (to_day(date(2026, 6, 9)), 42_880_655, 36_646_152),
    (to_day(date(2026, 6, 10)), 35_371_830, 30_180_004),
    (to_day(date(2026, 6, 11)), 38_303_062, 30_520_043),
    (to_day(date(2026, 6, 12)), 45_658_870, 28_723_978),
)
_DOCUMENTED_FIRST, _DOCUMENTED_LAST = DOCUMENTED[0][0], DOCUMENTED[-1][0]

#: Yearly growth of volume after the last level below. Assumed.
_GROWTH = 1.04
#: The end of the interpolation with that growth. Not `LAST_DAY`, which may change.
_FAR_DAY = to_day(date(2100, 1, 1))

# AR(1) coefficients of the components, per weekday. All assumed: shocks to the ratios of real markets fade within a
# week or two, regimes within half a year.
_VOLUME_PHI, _RATIO_PHI, _SLOW_PHI, _INTEREST_PHI = 0.6, 0.8, 0.985, 0.95
#: A burst of fear halves in about a week, its effect on open interest in about a month.
_FEAR_DECAY, _FEAR_LINGERS = 0.88, 0.97
#: Bursts per year that all markets share, and those of a single market. Assumed.
_SHARED_BURSTS, _OWN_BURSTS = 3.0, 1.0
_WEEKDAYS_A_YEAR = 261
#: Share of the variance of daily noise that is common to the markets of one seed. Assumed.
_COMMON_VARIANCE = 0.16
#: Weekdays from the documented rows at which regimes and fear have regained half their strength.
_BRIDGE = 60


@dataclass(frozen=True)
class _Profile:
    """Parameters of a market. Strengths are standard deviations or steps of logarithms.

    Attributes
    ----------
    levels : tuple of float
        Thousands of contracts per day, in the middle of each year from 2012 to 2026.
    ratios : tuple of float
        Put/call ratio of volume at these times.
    weekdays : tuple of float
        Effect on volume, Monday to Friday.
    expiry : tuple of float
        Effect on volume, on the day of the monthly expiry and on the weekdays before it, counting back.
    volume_noise, ratio_noise : float
        Strength of the daily noise.
    ratio_regime : float
        Strength of the ratio's slow component.
    volume_fear, ratio_fear : float
        Effect of a burst of size 1.
    interest_multiple : float
        Open interest divided by volume.
    interest_ratio : float
        Put/call ratio of open interest divided by that of volume.
    interest_drop : float
        Fall of open interest after a monthly expiry.
    """

    levels: tuple[float, ...]
    ratios: tuple[float, ...]
    weekdays: tuple[float, ...]
    expiry: tuple[float, ...]
    volume_noise: float
    ratio_noise: float
    ratio_regime: float
    volume_fear: float
    ratio_fear: float
    interest_multiple: float
    interest_ratio: float
    interest_drop: float


_VOLUME_REGIME = 0.10

_PROFILES = {
    # Levels: the orders of magnitude of OCC's annual volumes of equity and ETF options (4 billion contracts
    # in 2012, 7.5 in 2020, 11 in 2023) over 252 sessions; 2026 fits the documented rows.
    # Ratios: low when individuals buy calls (2020, 2021), higher in 2022, then 0.7 as documented.
    OptionMarket.US_SECURITY: _Profile(
        levels=(15_000, 15_200, 15_800, 15_500, 15_300, 16_000, 18_800, 18_000,
                27_500, 36_500, 38_000, 40_500, 44_500, 56_000, 67_000),
        ratios=(0.84, 0.80, 0.80, 0.84, 0.86, 0.80, 0.83, 0.84, 0.66, 0.64, 0.85, 0.83, 0.76, 0.73, 0.70),
        weekdays=(-0.07, -0.04, -0.03, -0.01, 0.14),
        expiry=(0.22, 0.09, 0.06, 0.05, 0.05),
        volume_noise=0.11, ratio_noise=0.12, ratio_regime=0.07, volume_fear=0.30, ratio_fear=0.32,
        interest_multiple=6.9, interest_ratio=1.08, interest_drop=0.10,
    ),
    # Levels: Cboe's average daily volume of index options, by rough order of magnitude (SPX and VIX lead).
    # Ratios: index options are used to hedge, so they have more puts than calls.
    OptionMarket.US_INDEX: _Profile(
        levels=(1_500, 1_650, 1_800, 1_850, 1_850, 2_000, 2_250, 2_100,
                2_150, 2_300, 3_000, 3_800, 4_300, 5_100, 6_000),
        ratios=(1.40, 1.38, 1.42, 1.38, 1.45, 1.40, 1.36, 1.40, 1.38, 1.45, 1.32, 1.26, 1.24, 1.22, 1.22),
        weekdays=(-0.06, -0.02, 0.00, 0.00, 0.08),
        expiry=(0.18, 0.14, 0.12, 0.06, 0.04),
        volume_noise=0.13, ratio_noise=0.09, ratio_regime=0.06, volume_fear=0.38, ratio_fear=0.20,
        interest_multiple=6.5, interest_ratio=1.15, interest_drop=0.16,
    ),
    # Levels: HKEX's average daily volume of stock options, by rough order of magnitude (2015 is the bubble).
    OptionMarket.HK_SECURITY: _Profile(
        levels=(250, 260, 300, 370, 310, 420, 510, 450, 520, 640, 580, 610, 710, 840, 900),
        ratios=(0.80, 0.82, 0.78, 0.74, 0.82, 0.74, 0.84, 0.84, 0.80, 0.82, 0.86, 0.86, 0.78, 0.78, 0.80),
        weekdays=(-0.03, 0.00, 0.01, 0.00, 0.02),
        expiry=(0.16, 0.16, 0.12, 0.08, 0.04),
        volume_noise=0.17, ratio_noise=0.10, ratio_regime=0.07, volume_fear=0.34, ratio_fear=0.26,
        interest_multiple=10.0, interest_ratio=1.02, interest_drop=0.32,
    ),
    # Levels: HKEX's Hang Seng and China Enterprises index options, by rough order of magnitude.
    OptionMarket.HK_INDEX: _Profile(
        levels=(60, 66, 68, 92, 100, 104, 124, 116, 96, 104, 132, 150, 162, 172, 180),
        ratios=(1.05, 1.02, 1.00, 0.98, 1.00, 1.06, 1.02, 1.02, 1.00, 1.00, 0.96, 0.96, 0.98, 1.00, 1.00),
        weekdays=(-0.03, 0.00, 0.00, 0.01, 0.02),
        expiry=(0.10, 0.12, 0.10, 0.08, 0.04),
        volume_noise=0.18, ratio_noise=0.11, ratio_regime=0.06, volume_fear=0.38, ratio_fear=0.22,
        interest_multiple=4.5, interest_ratio=1.05, interest_drop=0.42,
    ),
}  # fmt: skip


# -- Noise: every stream has one value per weekday, so a longer horizon only appends ------------------------


def uniforms_of(seed: int, purpose: str, size: int) -> Float64Array:
    """Return `size` uniforms in [0, 1), from the 53 high bits of Philox's raw integers."""
    key = hashlib.blake2b(f"pd_optstat {seed} {purpose}".encode(), digest_size=16).digest()
    raw = np.random.Philox(key=int.from_bytes(key, "little")).random_raw(size)
    return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normals_of(seed: int, purpose: str) -> Float64Array:
    """Return a standard normal for each weekday: the sum of twelve uniforms, accurate enough up to 3 sigma."""
    uniforms = uniforms_of(seed, purpose, 12 * len(all_weekdays())).reshape(-1, 12)
    total: Float64Array = np.zeros(len(uniforms))
    for column in uniforms.T:  # in a fixed order, which np.sum does not promise
        total = total + column
    return total - 6.0


def recursion(shocks: Float64Array, decay: float) -> Float64Array:
    """Return x with ``x[t] = decay * x[t - 1] + shocks[t]``."""
    out = []
    value = 0.0
    for shock in shocks.tolist():
        value = decay * value + shock
        out.append(value)
    return np.array(out)


def autoregression(normals: Float64Array, phi: float) -> Float64Array:
    """Return a stationary AR(1) of variance 1."""
    shocks = normals * math.sqrt(1.0 - phi * phi)
    shocks[0] = normals[0]
    return recursion(shocks, phi)


def _noise(seed: int, market: OptionMarket, purpose: str, phi: float) -> Float64Array:
    """Return AR(1) noise of variance 1, partly common to the markets of `seed`."""
    common, own = normals_of(seed, purpose), normals_of(seed, f"{purpose} {market.name}")
    mixed = math.sqrt(_COMMON_VARIANCE) * common + math.sqrt(1.0 - _COMMON_VARIANCE) * own
    return autoregression(mixed, phi)


def _arrivals(seed: int, purpose: str, a_year: float) -> Float64Array:
    """Return the size of the burst that begins on each weekday: mostly 0, else 0.4 to 1.6, rarely large."""
    arrives, size = uniforms_of(seed, purpose, 2 * len(all_weekdays())).reshape(-1, 2).T
    return np.where(arrives < a_year / _WEEKDAYS_A_YEAR, 0.4 + 1.2 * size * size * size, 0.0)


def bursts_of(seed: int, market: OptionMarket) -> Float64Array:
    """Return the bursts of `market`: the shared ones, each with a random strength, and its own."""
    shared = _arrivals(seed, "fear", _SHARED_BURSTS)
    felt = 0.4 + 0.8 * uniforms_of(seed, f"fear felt {market.name}", len(shared))
    return shared * felt + _arrivals(seed, f"fear {market.name}", _OWN_BURSTS)


# -- Nominal calendar: pure functions of the day ----------------------------------------------------------


@cache
def all_weekdays() -> Int64Array:
    days = np.arange(FIRST_DAY, LAST_DAY + 1, dtype=np.int64)
    return days[weekday_of(days) < 5]


def weekday_of(days: Int64Array) -> Int64Array:
    return (days + 3) % 7  # 0 is Monday: 1970-01-01 was a Thursday


def weekday_numbers(weekdays: Int64Array) -> Int64Array:
    """Number `weekdays` consecutively, so that differences are distances without weekends."""
    return (weekdays + 3) // 7 * 5 + weekday_of(weekdays)


def _third_friday(year: int, month: int) -> Day:
    fifteenth = to_day(date(year, month, 15))
    return fifteenth + (4 - (fifteenth + 3)) % 7


def _last_but_one_weekday(year: int, month: int) -> Day:
    day = to_day(date(year + month // 12, month % 12 + 1, 1))
    weekdays = [before for before in range(day - 1, day - 6, -1) if (before + 3) % 7 < 5]
    return weekdays[1]


@cache
def _expiries(market: OptionMarket) -> Int64Array:
    """Return the monthly expiries of `market` from before `FIRST_DAY` to after `LAST_DAY`."""
    rule: Callable[[int, int], Day] = _third_friday if market.name.startswith("US") else _last_but_one_weekday
    years = range(to_date(FIRST_DAY).year - 1, to_date(LAST_DAY).year + 2)
    return np.array([rule(year, month) for year in years for month in range(1, 13)], dtype=np.int64)


def _by_year(values: tuple[float, ...], growth: float = 1.0) -> Float64Array:
    """Interpolate the logarithms of `values`, in mid-2012 to mid-2026, to weekdays; then grow by `growth` a year."""
    knots = [to_day(date(2012 + at, 7, 1)) for at in range(len(values))] + [_FAR_DAY]
    logs = [math.log(value) for value in values]
    logs.append(logs[-1] + math.log(growth) * (_FAR_DAY - knots[-2]) / 365.25)
    # Rounded, because compilers may fuse np.interp's multiplication and addition, which changes the last bit.
    return np.round(np.interp(all_weekdays(), knots, logs), 6)


def expiry_season(market: OptionMarket, strengths: tuple[float, ...]) -> Float64Array:
    days, expiries = all_weekdays(), _expiries(market)
    following = expiries[np.searchsorted(expiries, days)]
    ahead = weekday_numbers(following) - weekday_numbers(days)
    table: Float64Array = np.array([*strengths, 0.0])
    seasons: Float64Array = table[np.minimum(ahead, len(strengths))]
    return seasons


@cache
def holiday_season(is_us: bool) -> Float64Array:
    """Return the falls of volume on half days, around Christmas, and in summer."""
    months = all_weekdays().astype("datetime64[D]").astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    day = all_weekdays() - months.astype("datetime64[D]").astype(np.int64) + 1
    half = (month == 12) & (day == 24)
    if is_us:
        thanksgiving_friday = (month == 11) & (weekday_of(all_weekdays()) == 4) & (day >= 23) & (day <= 29)
        half |= thanksgiving_friday | ((month == 7) & (day == 3))
    else:
        half |= (month == 12) & (day == 31)
    christmas = (month == 12) & (day >= 23)
    summer = (month == 7) | (month == 8)
    return np.where(half, -0.40, 0.0) + np.where(christmas, -0.18, 0.0) + np.where(summer, -0.03, 0.0)


def expiry_cycle(seed: int, market: OptionMarket, drop: float) -> Float64Array:
    """Return the cycle of open interest, which grows until each expiry and falls on the next day.

    Every cycle has a random height; in the US, quarterly expiries are higher, and January's the highest.
    """
    days, expiries = all_weekdays(), _expiries(market)
    cycle = np.searchsorted(expiries, days)
    begin, end = expiries[cycle - 1], expiries[cycle]
    position = (days - begin) / (end - begin)
    heights = 0.7 + 0.6 * uniforms_of(seed, f"cycle {market.name}", len(expiries))
    if market.name.startswith("US"):
        month = np.arange(len(expiries)) % 12 + 1
        heights = heights * np.where(month % 3 == 0, 1.5, 1.0) * np.where(month == 1, 1.8, 1.0)
    built: Float64Array = drop * heights[cycle] * (position * (1.5 - 0.5 * position) - 0.5)
    return built


# -- The bridge to the documented rows ---------------------------------------------------------------------


@cache
def freedom() -> Float64Array:
    """Return the strength of regimes and fear on each weekday: 0 on the documented rows, towards 1 far from them."""
    at = np.arange(len(all_weekdays()))
    first, last = np.searchsorted(all_weekdays(), [_DOCUMENTED_FIRST, _DOCUMENTED_LAST])
    distance = np.maximum(np.maximum(first - at, at - last), 0).astype(np.float64)
    share: Float64Array = distance * distance / (distance * distance + float(_BRIDGE * _BRIDGE))
    return share


def _bridged(noise: Float64Array, phi: float, first: float, last: float) -> Float64Array:
    """Return AR(1) `noise`, conditioned on the values `first` and `last` at the ends of the documented rows.

    An AR(1) is conditioned on one known value by adding ``phi ** distance`` times the difference to it.
    """
    at = np.arange(len(noise))
    begin, end = np.searchsorted(all_weekdays(), [_DOCUMENTED_FIRST, _DOCUMENTED_LAST])
    before = np.where(at <= begin, phi ** np.maximum(begin - at, 0), 0.0)
    after = np.where(at >= end, phi ** np.maximum(at - end, 0), 0.0)
    bridged: Float64Array = noise + before * (first - noise[begin]) + after * (last - noise[end])
    return bridged


def _missing(expected: Float64Array, logarithms: tuple[float, float]) -> tuple[float, float]:
    """Return the differences between `logarithms` and `expected` on the first and the last documented row."""
    begin, end = np.searchsorted(all_weekdays(), [_DOCUMENTED_FIRST, _DOCUMENTED_LAST])
    return logarithms[0] - float(expected[begin]), logarithms[1] - float(expected[end])


# -- The series ------------------------------------------------------------------------------------------


def _volume(seed: int, market: OptionMarket) -> tuple[Float64Array, Float64Array]:
    """Return the logarithms of total volume and of its put/call ratio, for each weekday."""
    profile = _PROFILES[market]
    free = freedom()
    fear = recursion(bursts_of(seed, market), _FEAR_DECAY) * free
    total = (
        _level(profile)
        + np.array(profile.weekdays)[weekday_of(all_weekdays())]
        + expiry_season(market, profile.expiry)
        + holiday_season(market.name.startswith("US"))
        + _VOLUME_REGIME * free * _noise(seed, market, "volume regime", _SLOW_PHI)
        + profile.volume_fear * fear
    )
    ratio = (
        _by_year(profile.ratios)
        + profile.ratio_regime * free * _noise(seed, market, "ratio regime", _SLOW_PHI)
        + profile.ratio_fear * fear
    )
    total_noise = profile.volume_noise * _noise(seed, market, "volume", _VOLUME_PHI)
    ratio_noise = profile.ratio_noise * _noise(seed, market, "ratio", _RATIO_PHI)
    if market is OptionMarket.US_SECURITY:
        (_, call, put), (_, last_call, last_put) = DOCUMENTED[0], DOCUMENTED[-1]
        totals = (math.log(call + put), math.log(last_call + last_put))
        ratios = (math.log(put / call), math.log(last_put / last_call))
        total_noise = _bridged(total_noise, _VOLUME_PHI, *_missing(total, totals))
        ratio_noise = _bridged(ratio_noise, _RATIO_PHI, *_missing(ratio, ratios))
    return total + total_noise, ratio + ratio_noise


def _open_interest(seed: int, market: OptionMarket) -> tuple[Float64Array, Float64Array]:
    """Return the logarithms of total open interest and of its put/call ratio, for each weekday."""
    profile = _PROFILES[market]
    free = freedom()
    lingering = recursion(bursts_of(seed, market), _FEAR_LINGERS) * free
    a_weekday = 0.003 if market.name.startswith("US") else 0.0  # weekly options expire on Fridays
    total = (
        _level(profile)
        + math.log(profile.interest_multiple)
        + expiry_cycle(seed, market, profile.interest_drop)
        + a_weekday * weekday_of(all_weekdays())
        + 0.6 * _VOLUME_REGIME * free * _noise(seed, market, "volume regime", _SLOW_PHI)
        + 0.012 * _noise(seed, market, "open interest", _INTEREST_PHI)
        + 0.02 * lingering
    )
    ratio = (
        _by_year(profile.ratios)
        + math.log(profile.interest_ratio)
        + 0.6 * profile.ratio_regime * free * _noise(seed, market, "ratio regime", _SLOW_PHI)
        + 0.02 * _noise(seed, market, "open interest ratio", _INTEREST_PHI)
        + 0.15 * profile.ratio_fear * lingering
    )
    return total, ratio


def _level(profile: _Profile) -> Float64Array:
    return _by_year(profile.levels, _GROWTH) + math.log(1000.0)


def generate(seed: int, market: OptionMarket, data_type: OptionStatisticDataType) -> Int64Array:
    """Generate the rows of all weekdays from `FIRST_DAY` to `LAST_DAY`, including holidays.

    Returns
    -------
    ndarray of int64, shape (n, 3)
        Day, call and put, ascending.
    """
    is_volume = data_type is OptionStatisticDataType.VOLUME
    log_total, log_ratio = _volume(seed, market) if is_volume else _open_interest(seed, market)
    total, ratio = np.exp(log_total), np.exp(log_ratio)
    put = total * ratio / (1.0 + ratio)
    rows = np.stack([all_weekdays(), np.rint(total - put), np.rint(put)], axis=1).astype(np.int64)
    rows[:, 1:] = add_check_digits(rows[:, 0], rows[:, 1:])
    if is_volume and market is OptionMarket.US_SECURITY:
        rows[np.searchsorted(all_weekdays(), [row[0] for row in DOCUMENTED])] = DOCUMENTED
    return rows
