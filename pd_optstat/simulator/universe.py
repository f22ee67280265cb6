"""The underlyings that the simulator knows: real codes, names and listing dates, with assumed figures.

Prices and volumes are of the right order of magnitude; they are not quotes. Prices are as if no underlying had ever
been split, so the early ones are those that charts show today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..core.dates import Day, to_day
from ..core.underlying import IndexOptionType, Underlying
from .generator import FIRST_DAY

__all__ = ["SMALL_INDICES", "UNIVERSE", "Listing", "listing_of"]


@dataclass(frozen=True, slots=True)
class Listing:
    """An underlying, and what its numbers are generated from.

    Attributes
    ----------
    underlying : Underlying
    name : str
    first : Day
        Its first day of trading, or `FIRST_DAY` if that was earlier.
    first_price, price : float
        The price on `first`, and that on 2026-06-11. Assumed, except for the documented price of US.AAPL.
    volatility : float
        In percent a year. Assumed.
    beta : float
        Return of the underlying for a market's return of 1. Assumed.
    contracts : float
        Thousands of contracts a day in 2026. Assumed.
    ratio : float
        Put/call ratio of volume. Assumed.
    reports : bool
        Whether it reports earnings, as companies do.
    """

    underlying: Underlying
    name: str
    first: Day
    first_price: float
    price: float
    volatility: float
    beta: float
    contracts: float
    ratio: float
    reports: bool


#: Market, code, name, first day of trading if after 2011, price on it, price of 2026-06-11, volatility, beta, thousands
#: of contracts a day, put/call ratio, whether it reports earnings.
_ROWS: tuple[tuple[str, str, str, str | None, float, float, float, float, float, float, bool], ...] = (
    ("US", "AAPL", "Apple", None, 14.7, 295.63, 27, 1.15, 1350, 0.62, True),
    ("US", "MSFT", "Microsoft", None, 26.8, 512, 24, 1.05, 420, 0.68, True),
    ("US", "NVDA", "NVIDIA", None, 0.34, 188, 46, 1.75, 3900, 0.58, True),
    ("US", "AMZN", "Amazon", None, 8.9, 238, 31, 1.2, 720, 0.6, True),
    ("US", "GOOGL", "Alphabet A", None, 16.6, 215, 27, 1.1, 480, 0.57, True),
    ("US", "GOOG", "Alphabet C", "2014-04-03", 28.4, 216, 27, 1.1, 190, 0.6, True),
    ("US", "META", "Meta Platforms", "2012-05-18", 38.2, 720, 36, 1.25, 610, 0.66, True),
    ("US", "TSLA", "Tesla", None, 1.87, 352, 58, 1.85, 3300, 0.72, True),
    ("US", "AMD", "Advanced Micro Devices", None, 5.4, 172, 52, 1.8, 980, 0.56, True),
    ("US", "INTC", "Intel", None, 24.3, 31, 38, 1.2, 520, 0.5, True),
    ("US", "NFLX", "Netflix", None, 10.3, 1180, 42, 1.2, 260, 0.78, True),
    ("US", "AVGO", "Broadcom", None, 2.9, 285, 36, 1.4, 410, 0.62, True),
    ("US", "ORCL", "Oracle", None, 25.7, 205, 30, 1.0, 240, 0.6, True),
    ("US", "CRM", "Salesforce", None, 25.2, 268, 34, 1.2, 150, 0.64, True),
    ("US", "ADBE", "Adobe", None, 28.3, 395, 33, 1.15, 120, 0.7, True),
    ("US", "CSCO", "Cisco", None, 18.1, 69, 22, 0.9, 130, 0.55, True),
    ("US", "QCOM", "Qualcomm", None, 54.7, 158, 33, 1.3, 140, 0.58, True),
    ("US", "MU", "Micron Technology", None, 6.4, 118, 46, 1.6, 330, 0.6, True),
    ("US", "JPM", "JPMorgan Chase", None, 33.3, 268, 24, 1.05, 130, 0.8, True),
    ("US", "BAC", "Bank of America", None, 5.6, 46, 28, 1.2, 240, 0.66, True),
    ("US", "GS", "Goldman Sachs", None, 90, 645, 27, 1.25, 70, 0.9, True),
    ("US", "BRK.B", "Berkshire Hathaway B", None, 76.3, 498, 17, 0.8, 60, 0.7, True),
    ("US", "V", "Visa", None, 25.4, 352, 21, 0.9, 70, 0.7, True),
    ("US", "DIS", "Walt Disney", None, 37.5, 112, 28, 1.05, 160, 0.58, True),
    ("US", "WMT", "Walmart", None, 20.0, 98, 19, 0.55, 110, 0.66, True),
    ("US", "COST", "Costco", None, 83.3, 985, 21, 0.75, 90, 0.85, True),
    ("US", "KO", "Coca-Cola", None, 34.9, 71, 15, 0.5, 70, 0.6, True),
    ("US", "MCD", "McDonald's", None, 100, 298, 17, 0.55, 45, 0.7, True),
    ("US", "BA", "Boeing", None, 73.3, 204, 35, 1.3, 170, 0.72, True),
    ("US", "XOM", "Exxon Mobil", None, 85, 109, 26, 0.85, 150, 0.62, True),
    ("US", "CVX", "Chevron", None, 106, 149, 25, 0.85, 80, 0.7, True),
    ("US", "PFE", "Pfizer", None, 20.6, 24, 23, 0.6, 150, 0.48, True),
    ("US", "LLY", "Eli Lilly", None, 41.5, 770, 30, 0.6, 110, 0.75, True),
    ("US", "F", "Ford Motor", None, 11.1, 11, 36, 1.3, 170, 0.55, True),
    ("US", "GME", "GameStop", None, 6.0, 24, 72, 1.1, 180, 0.42, True),
    ("US", "BABA", "Alibaba Group ADR", "2014-09-19", 93.9, 120, 42, 1.1, 420, 0.5, True),
    ("US", "JD", "JD.com ADR", "2014-05-22", 20.9, 34, 44, 1.1, 90, 0.48, True),
    ("US", "PDD", "PDD Holdings ADR", "2018-07-26", 26.7, 108, 50, 1.1, 130, 0.6, True),
    ("US", "NIO", "NIO ADR", "2018-09-12", 6.6, 4.2, 66, 1.4, 230, 0.4, True),
    ("US", "UBER", "Uber Technologies", "2019-05-10", 41.6, 88, 42, 1.4, 240, 0.6, True),
    ("US", "SNOW", "Snowflake", "2020-09-16", 254, 205, 54, 1.5, 90, 0.64, True),
    ("US", "PLTR", "Palantir Technologies", "2020-09-30", 9.5, 138, 62, 1.8, 1250, 0.6, True),
    ("US", "ABNB", "Airbnb", "2020-12-10", 144, 135, 44, 1.4, 80, 0.72, True),
    ("US", "COIN", "Coinbase Global", "2021-04-14", 328, 262, 74, 2.0, 420, 0.68, True),
    ("US", "HOOD", "Robinhood Markets", "2021-07-29", 34.8, 82, 68, 2.0, 380, 0.5, True),
    ("US", "RIVN", "Rivian Automotive", "2021-11-10", 100, 14, 66, 1.7, 160, 0.5, True),
    ("US", "ARM", "Arm Holdings ADR", "2023-09-14", 63.6, 152, 56, 1.8, 150, 0.6, True),
    ("US", "RDDT", "Reddit", "2024-03-21", 50.4, 148, 70, 1.9, 110, 0.7, True),
    ("US", "SPY", "SPDR S&P 500 ETF", None, 127.5, 602, 15, 1.0, 9800, 1.18, False),
    ("US", "QQQ", "Invesco QQQ Trust", None, 57, 535, 20, 1.2, 6200, 1.2, False),
    ("US", "IWM", "iShares Russell 2000 ETF", None, 74.5, 212, 22, 1.2, 1500, 1.5, False),
    ("US", "DIA", "SPDR Dow Jones Industrial Average ETF", None, 124, 425, 14, 0.9, 90, 1.6, False),
    ("US", "GLD", "SPDR Gold Shares", None, 155.9, 310, 15, 0.1, 480, 0.52, False),
    ("US", "TLT", "iShares 20+ Year Treasury Bond ETF", None, 121, 86, 14, 0.25, 420, 0.75, False),
    ("US", "XLF", "Financial Select Sector SPDR Fund", None, 10.7, 51, 20, 1.05, 250, 1.2, False),
    ("US", "EEM", "iShares MSCI Emerging Markets ETF", None, 38.2, 47, 21, 1.0, 230, 1.1, False),
    ("US", "ARKK", "ARK Innovation ETF", "2014-10-31", 20.6, 66, 42, 1.7, 120, 0.8, False),
    ("US", "IBIT", "iShares Bitcoin Trust", "2024-01-11", 26.6, 61, 54, 0.9, 620, 0.5, False),
    ("US", ".SPX", "S&P 500 Index", None, 1277, 6020, 15, 1.0, 3900, 1.28, False),
    ("US", ".NDX", "Nasdaq-100 Index", None, 2321, 22000, 20, 1.2, 70, 1.35, False),
    ("HK", "00700", "Tencent", None, 31.5, 508, 33, 1.05, 150, 0.62, True),
    ("HK", "00005", "HSBC Holdings", None, 59, 92, 21, 0.75, 16, 0.85, True),
    ("HK", "00388", "Hong Kong Exchanges and Clearing", None, 125, 410, 28, 1.15, 24, 0.68, True),
    ("HK", "00939", "China Construction Bank", None, 5.5, 7.4, 20, 0.8, 9, 0.8, True),
    ("HK", "00941", "China Mobile", None, 76, 86, 18, 0.5, 8, 0.9, True),
    ("HK", "00883", "CNOOC", None, 13.6, 18.2, 30, 0.8, 9, 0.8, True),
    ("HK", "00981", "SMIC", None, 0.78, 46, 46, 1.2, 26, 0.5, True),
    ("HK", "01024", "Kuaishou Technology", "2021-02-05", 300, 62, 54, 1.4, 20, 0.55, True),
    ("HK", "01211", "BYD", None, 5.7, 128, 42, 1.2, 42, 0.6, True),
    ("HK", "01299", "AIA Group", None, 24.4, 68, 28, 1.1, 18, 0.7, True),
    ("HK", "01398", "Industrial and Commercial Bank of China", None, 4.7, 6.1, 19, 0.75, 8, 0.8, True),
    ("HK", "01810", "Xiaomi", "2018-07-09", 16.8, 54, 42, 1.2, 88, 0.55, True),
    ("HK", "02015", "Li Auto", "2021-08-12", 117, 108, 52, 1.3, 14, 0.6, True),
    ("HK", "02020", "ANTA Sports Products", None, 9.3, 94, 36, 1.0, 7, 0.7, True),
    ("HK", "02318", "Ping An Insurance", None, 26.2, 48, 28, 1.05, 26, 0.75, True),
    ("HK", "02628", "China Life Insurance", None, 19.4, 18.6, 30, 1.1, 12, 0.75, True),
    ("HK", "02800", "Tracker Fund of Hong Kong", None, 18.6, 24.4, 19, 1.0, 14, 1.2, False),
    ("HK", "03690", "Meituan", "2018-09-20", 72.7, 132, 46, 1.3, 86, 0.6, True),
    ("HK", "09618", "JD.com", "2020-06-18", 235, 134, 44, 1.25, 18, 0.6, True),
    ("HK", "09888", "Baidu", "2021-03-23", 252, 86, 44, 1.2, 20, 0.6, True),
    ("HK", "09988", "Alibaba Group", "2019-11-26", 187, 118, 42, 1.25, 120, 0.58, True),
    ("HK", "09999", "NetEase", "2020-06-11", 130, 205, 38, 1.0, 9, 0.7, True),
    ("HK", "800000", "Hang Seng Index", None, 18435, 23900, 20, 1.0, 42, 1.02, False),
    ("HK", "800100", "Hang Seng China Enterprises Index", None, 9936, 8700, 22, 1.08, 46, 0.98, False),
)  # fmt: skip


def _listing(
    market: str,
    code: str,
    name: str,
    first: str | None,
    first_price: float,
    price: float,
    volatility: float,
    beta: float,
    contracts: float,
    ratio: float,
    reports: bool,
) -> Listing:
    day = FIRST_DAY if first is None else to_day(date.fromisoformat(first))
    figures = (first_price, price, volatility, beta, contracts, ratio)
    return Listing(Underlying(market, code), name, day, *figures, reports)


#: Every listing, by its underlying with normal options.
UNIVERSE: dict[Underlying, Listing] = {listing.underlying: listing for listing in (_listing(*row) for row in _ROWS)}
#: The indices that have small options as well. Elsewhere OpenD ignores the type.
SMALL_INDICES = (Underlying("HK", "800000"), Underlying("HK", "800100"))


def listing_of(underlying: Underlying) -> Listing | None:
    """Return the listing of an underlying, whatever its type of options; None if the simulator does not know it."""
    return UNIVERSE.get(Underlying(underlying.market, underlying.code, IndexOptionType.NORMAL))
