"""Cboe's JSON of one day ("daily_options"), which has replaced the CSVs since 2019-10-07. Pure."""

# pyright: reportOptionalMemberAccess=false
from __future__ import annotations

import json
import re
from datetime import date

from .._util.validation import list_names, shorten
from ..core.dates import Day, to_date, to_day
from ..core.markets import OptionStatisticDataType
from ..errors import InvalidData, InvalidRequest
from .cboe_table import CboeTable, is_missing, parse_count, ratio_differs

__all__ = ["parse_json"]

#: The products' names in the CSVs, which are used for both, by those in the JSON.
PRODUCTS = {
    "SUM OF ALL PRODUCTS": "TOTAL",
    "INDEX OPTIONS": "INDEX",
    "EXCHANGE TRADED PRODUCTS": "ETP",
    "EQUITY OPTIONS": "EQUITY",
    "CBOE VOLATILITY INDEX (VIX)": "VIX",
    "SPX + SPXW": "SPX",
}
#: The names of the fields in which a file may tell its day.
DATE_FIELDS = ("date", "trade_date", "tradeDate", "dt", "day")

_NAME_DATE = re.compile(r"(?<!\d)(\d{4})[-_]?(\d\d)[-_]?(\d\d)(?!\d)")
_RATIO_NAME = re.compile(r"\s*PUT/CALL RATIO$")


def parse_json(name: str, text: str, product: str | None, kind: OptionStatisticDataType) -> CboeTable:
    """Return the one row of a day's file.

    Parameters
    ----------
    name : str
        Of the file; tells the day unless the content does.
    text : str
    product : str or None
        By default ``"TOTAL"``.
    kind : OptionStatisticDataType

    Raises
    ------
    InvalidData
        If the text is not such a file, contradicts itself, or its day is unknown.
    InvalidRequest
        If it does not have the product.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidData(f"{name} is not valid JSON: {error}. Download it again.") from None
    sections = {key: value for key, value in content.items() if isinstance(value, list) and key != "ratios"}
    if not sections:
        raise InvalidData(f"{name} is not a daily_options file of Cboe: it has no products. Download it again.")
    wanted = (product or "TOTAL").strip().upper()
    by_product = {PRODUCTS.get(key.strip().upper(), key.strip().upper()): value for key, value in sections.items()}
    wanted = PRODUCTS.get(wanted, wanted)
    if wanted not in by_product:
        known = list_names([one for one in by_product if one.isprintable()], most=20)
        raise InvalidRequest(f"product={product or wanted!r}: {name} does not hold it. It holds {known[:1000]}.")
    table = CboeTable(name, wanted)
    calls, puts = _find_counts(name, by_product[wanted], wanted, kind)
    if calls is None or puts is None:
        raise InvalidData(f"{name} has no counts of {wanted}, {kind.name}. Leave it out.")
    day = _find_day(name, content)
    table.rows[day] = (calls, puts)
    ratio = _find_ratio(content.get("ratios"), wanted)
    if kind is OptionStatisticDataType.VOLUME and ratio is not None and ratio_differs(calls, puts, ratio):
        table.notes.append(
            f"{name}: the file's ratio is not put / call on {to_date(day)}. The ratio was computed from the counts."
        )
    return table


def _find_counts(name: str, section: list[object], product: str, kind: OptionStatisticDataType) -> list[int | None]:
    """Return calls and puts, None for one that is missing."""
    label = kind.name.replace("_", " ")
    objects = [one for one in section if isinstance(one, dict)]
    entries = [one for one in objects if str(one.get("name")).strip().upper().replace("_", " ") == label]
    if len(entries) != 1:
        raise InvalidData(f"{name} has {len(entries)} entries of {label} for {product} instead of one.")
    counts = [_to_count(name, entries[0].get(field), field) for field in ("call", "put", "total")]
    calls, puts, total = counts
    if calls is not None and puts is not None and total is not None and total != calls + puts:
        raise InvalidData(
            f"{name} contradicts itself: the total {total} of {product} is not {calls} calls + {puts} puts."
        )
    return counts[:2]


def _to_count(name: str, value: object, field: str) -> int | None:
    """Return a count, None for a missing one."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return value
    text = "" if value is None else str(value)
    count = parse_count(text)
    if count is None and not is_missing(text):
        raise InvalidData(f"{name}: {shorten(value)} is not a count of contracts ({field}).")
    return count


def _find_ratio(ratios: object, product: str) -> float | None:
    """Return the file's own ratio of a product, or None."""
    for one in ratios if isinstance(ratios, list) else ():
        if isinstance(one, dict):
            name = _RATIO_NAME.sub("", str(one.get("name")).strip().upper())
            if PRODUCTS.get(name, name) == product:
                try:
                    return float(str(one.get("value")))
                except ValueError:
                    return None
    return None


def _find_day(name: str, content: dict[str, object]) -> Day:
    """Return the day that the content or the name of the file tells."""
    inside = {_to_day(str(content[field])[:10]) for field in DATE_FIELDS if field in content} - {None}
    in_name = {_to_day("-".join(match)) for match in _NAME_DATE.findall(name)} - {None}
    found = inside | in_name
    if len(found) > 1:
        days = " and ".join(str(to_date(day)) for day in sorted(one for one in found if one is not None))
        raise InvalidData(f"{name} contradicts itself: it is of {days}, by its content and its name.")
    for day in found:
        if day is not None:
            return day
    raise InvalidData(f"{name} does not tell its day. Save it under a name such as 2024-01-05_daily_options.json.")


def _to_day(text: str) -> Day | None:
    try:
        return to_day(date.fromisoformat(text))
    except ValueError:
        return None
