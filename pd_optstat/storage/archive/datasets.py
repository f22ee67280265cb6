"""The datasets of an archive: which series each holds, in files of how many years, under which names. Pure.

Query engines want one schema and one nesting of folders in a dataset. So markets, the counts of underlyings and their
volatilities are datasets of their own, side by side, each with a manifest. Version 0.1 knows that of markets alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import quote

from ...core.dates import FIRST_YEAR, LAST_YEAR, Day, to_day
from ...core.markets import OptionMarket, OptionStatisticDataType, VolatilityDataType
from ...core.series import MarketSeries, SeriesDataType, SeriesKey, UnderlyingSeries
from ...core.underlying import parse_underlying
from ...errors import InvalidRequest
from ..cache.records import CHUNK_YEARS

__all__ = [
    "DATASETS",
    "MARKETS",
    "UNDERLYINGS",
    "VOLATILITY",
    "Dataset",
    "PartKey",
    "dataset_of",
    "is_first_year",
    "parse_series_names",
    "years_of",
]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset of an archive.

    Attributes
    ----------
    suffix : str
        What is appended to the archive's URL: a dot and the name of the dataset. Markets have none.
    subject, period : str
        Names of the partitions that say of what a file is, and which year it begins with.
    years : int
        How many years a file holds.
    format_version : int
        Of its manifest.
    compressed : bool
        Whether the record in a file's metadata is compressed.
    """

    suffix: str
    subject: str
    period: str
    years: int
    format_version: int
    compressed: bool

    @property
    def name(self) -> str:
        """Its name in its manifest; that of markets has none there."""
        return self.suffix.removeprefix(".")

    @property
    def partitions(self) -> tuple[str, ...]:
        """Names of the partitions, from the outermost folder on."""
        return ("origin", self.subject, "data_type", self.period)

    @property
    def max_rows(self) -> int:
        """The most rows that a file can have."""
        return 366 * self.years

    @property
    def max_manifest_bytes(self) -> int:
        """More bytes than its manifest has."""
        # Fifty years of eight series of ten origins are a megabyte; 20 years of 10,000 underlyings are 50.
        return 64 * 2**20 if self.compressed else 16 * 2**20


MARKETS = Dataset("", "market", "year", 1, 1, compressed=False)
# Thousands of names in a file for each year would be tens of thousands of small files. A file for as many years as a
# record of the cache has is the smallest that is still quick to scan, and a day's export replaces only the last one.
UNDERLYINGS = Dataset(".underlyings", "underlying", "first_year", CHUNK_YEARS, 2, compressed=True)
VOLATILITY = Dataset(".volatility", "underlying", "first_year", CHUNK_YEARS, 2, compressed=True)

DATASETS: Sequence[Dataset] = (MARKETS, UNDERLYINGS, VOLATILITY)


def dataset_of(series: SeriesKey) -> Dataset:
    """Return the dataset that holds a series."""
    if not isinstance(series, UnderlyingSeries):
        return MARKETS
    return VOLATILITY if series.is_volatility else UNDERLYINGS


@dataclass(frozen=True)
class PartKey:
    """Identity of a file: the years from `year` on of one series of one origin."""

    origin: str
    series: SeriesKey
    year: int

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset that the file is in."""
        return dataset_of(self.series)

    @cached_property
    def path(self) -> str:
        """Path within the dataset, in Hive's layout.

        Examples
        --------
        >>> volume = MarketSeries(OptionMarket.US_SECURITY, OptionStatisticDataType.VOLUME)
        >>> PartKey("simulator:7", volume, 2026).path
        'origin=simulator%3A7/market=US_SECURITY/data_type=VOLUME/year=2026/data.parquet'
        >>> apple = UnderlyingSeries(parse_underlying("US.AAPL"), OptionStatisticDataType.VOLUME)
        >>> PartKey("opend", apple, 2025).path
        'origin=opend/underlying=US.AAPL/data_type=VOLUME/first_year=2025/data.parquet'
        """
        values = (self.origin, self.series.name, self.series.data_type.name, str(self.year))
        pairs = zip(self.dataset.partitions, values, strict=True)
        return "/".join([*(f"{name}={quote(value)}" for name, value in pairs), "data.parquet"])

    @cached_property
    def first(self) -> Day:
        """The first day of its years."""
        return to_day(date(self.year, 1, 1))

    @cached_property
    def last(self) -> Day:
        """The last day of its years."""
        return to_day(date(self.year + self.dataset.years, 1, 1)) - 1

    @property
    def identity(self) -> dict[str, object]:
        """What its entry in the manifest says of it."""
        values = (self.origin, self.series.name, self.series.data_type.name, self.year)
        return dict(zip(self.dataset.partitions, values, strict=True))


def years_of(dataset: Dataset, first: int, last: int) -> range:
    """Return the years with which the files begin that hold the years ``first..last``.

    Examples
    --------
    >>> list(years_of(MARKETS, 2024, 2026)), list(years_of(UNDERLYINGS, 2024, 2026))
    ([2024, 2025, 2026], [2020, 2025])
    """
    return range(first // dataset.years * dataset.years, last + 1, dataset.years)


def is_first_year(dataset: Dataset, year: int) -> bool:
    """Return whether a file of the dataset can begin with a year."""
    return FIRST_YEAR <= year <= LAST_YEAR and year % dataset.years == 0


def parse_series_names(dataset: Dataset, subject: object, data_type: object) -> SeriesKey | None:
    """Return the series that a manifest names; None if the dataset can hold no such series."""
    # A value that is not a string is not a member's name either.
    types: dict[str, SeriesDataType] = {one.name: one for one in (*OptionStatisticDataType, *VolatilityDataType)}
    found = types.get(str(data_type))
    if found is None:
        return None
    if dataset is MARKETS:
        market = OptionMarket.__members__.get(str(subject))
        return MarketSeries(market, found) if market and isinstance(found, OptionStatisticDataType) else None
    try:
        series = UnderlyingSeries(parse_underlying(subject), found)
    except InvalidRequest:
        return None
    return series if series.name == subject and dataset_of(series) is dataset else None
