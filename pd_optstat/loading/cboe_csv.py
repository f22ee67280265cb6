"""Cboe's CSVs: header, dates and counts in any spelling that has one meaning. Pure, but for the calendar."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from .._util.validation import shorten
from ..core.calendars import FIRST_SESSION_KNOWN, calendar
from ..core.dates import Day, format_days, to_date, to_day
from ..core.markets import EXCHANGES
from ..errors import InvalidData, InvalidRequest
from .cboe_table import DOWNLOAD_AGAIN, CboeTable, is_missing, parse_count, ratio_differs

__all__ = ["parse_csv"]

#: The disclaimer and the product are in two or three lines above the header.
HEADER_WITHIN = 60
DELIMITERS = ",;\t"
LAST_DAY = date(2099, 12, 31)
#: Two-digit years from here on are of the 20th century: listed options begin in 1973.
FIRST_YEAR_OF_1900S = FIRST_SESSION_KNOWN.year % 100
#: Whose ratios a file without counts may hold, as words of its headers.
RATIO_PRODUCTS = ("TOTAL", "INDEX", "EQUITY", "ETP", "VIX", "SPX", "OEX")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MIDNIGHT = r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/])(\d{{1,2}})\2(\d{{1,2}}){_MIDNIGHT}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d\d){_MIDNIGHT}", re.ASCII)
_MONTH_NAME = re.compile(r"(\d{1,2})([- /])([A-Za-z]{3,9})\2(\d{4}|\d\d)", re.ASCII)
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})", re.ASCII)
_DIGITS_ONLY = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\.0)?", re.ASCII)
_DATES = (_YEAR_FIRST, _YEAR_LAST, _MONTH_NAME, _MONTH_FIRST, _DIGITS_ONLY)
_PRODUCT = re.compile(r"PRODUCT:\s*([A-Z0-9 &-]{1,40})", re.IGNORECASE)
_FILE_PRODUCT = re.compile(r"([a-z]{2,12})pc(?:archive)?\b", re.IGNORECASE)
_EXAMPLE = "DATE,CALL,PUT,TOTAL,P/C Ratio"


@dataclass(frozen=True, slots=True)
class _Date:
    """A date as written; `swapped` is what it means with the day first, None if it has one meaning or is invalid."""

    text: str
    month_first: Day | None
    swapped: Day | None
    is_numeric: bool


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    date: _Date
    calls: int
    puts: int
    total: int | None
    ratios: tuple[float, ...]


@dataclass(slots=True)
class _Header:
    """Where each column is, and how many the header names. With ratios only, the chosen one is a column ``ratio``."""

    columns: dict[str, int] = field(default_factory=dict)
    ratios: list[int] = field(default_factory=list)
    width: int = 0
    product: str | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """The columns that each row must have besides its date."""
        return ("ratio",) if "ratio" in self.columns else ("call", "put")


def parse_csv(name: str, text: str, dayfirst: bool | None, product: str | None = None) -> CboeTable:
    """Return the rows of a CSV.

    Parameters
    ----------
    name : str
        Of the file, for messages; may tell the product.
    text : str
    dayfirst : bool or None
        Whether numeric dates begin with the day; None for the month, if that makes sense.
    product : str or None
        Whose ratios to read from a file that has those of several; by default ``"TOTAL"``.

    Raises
    ------
    InvalidData
        If the text is not such a CSV, is ambiguous, or contradicts itself.
    InvalidRequest
        If it has the ratios of several products, but not of this one.
    """
    lines, header = _find_header(name, text, product)
    rows, skipped = _to_rows(name, header, lines)
    if not rows:
        raise InvalidData(f"{name} has no rows below its header. {DOWNLOAD_AGAIN}")
    table = CboeTable(name, header.product)
    days = _choose_days(table, [row.date for row in rows], [row.line for row in rows], dayfirst)
    (_fill if header.values == ("call", "put") else _fill_ratios)(table, rows, days)
    if skipped:
        values = "counts" if table.rows else "ratio"
        table.notes.append(f"{name} has no {values} in {_list_lines(skipped)}. Rows without {values} were left out.")
    return table


def _find_header(name: str, text: str, product: str | None) -> tuple[Iterator[tuple[int, list[str]]], _Header]:
    """Return the lines below the header, split into cells, and the header."""
    problem = InvalidData(f"{name} has no header such as {_EXAMPLE}. It is empty. {DOWNLOAD_AGAIN}")
    for delimiter in DELIMITERS:
        lines = _split_lines(name, text, delimiter)
        try:
            return lines, _read_header(name, lines, product)
        except InvalidData as error:
            if delimiter == DELIMITERS[0]:
                problem = error
    raise problem


def _split_lines(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t")
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidData(f"{name}, line {reader.line_num}, is not valid CSV: {error}. {DOWNLOAD_AGAIN}") from None
        if any(cell.strip() for cell in cells):
            yield reader.line_num, [cell.strip() for cell in cells]


def _read_header(name: str, lines: Iterable[tuple[int, list[str]]], wanted: str | None) -> _Header:
    """Return the header among the first lines, and the product that is named above it."""
    in_name = _FILE_PRODUCT.match(name)
    product = in_name[1].upper() if in_name else None
    first = ""
    for line, cells in lines:
        first = first or ",".join(cells)[:60]
        if any(_role(cell) == "date" for cell in cells):
            return _to_header(f"{name}, line {line}", cells, product, wanted)
        if named := _PRODUCT.search(",".join(cells)):
            product = named[1].strip().upper()
        if line >= HEADER_WITHIN:
            break
    page = " It is a web page." if first.lstrip().startswith("<") else ""
    seen = f" It begins with {shorten(first)}." if first else " It is empty."
    raise InvalidData(f"{name} has no header such as {_EXAMPLE}.{page or seen} {DOWNLOAD_AGAIN}")


def _role(header: str) -> str | None:
    """Return what a column holds, by any spelling of its header.

    >>> [_role(name) for name in ("Trade_date", "CALL(S)", "SPX Put Volume", "Total SPX Options Volume", "P/C Ratio")]
    ['date', 'call', 'put', 'total', 'ratio']
    """
    letters = re.sub("[^a-z]", "", header.lower())
    if letters in ("date", "tradedate"):
        return "date"
    if "ratio" in letters or letters == "pc" or ("put" in letters and "call" in letters):
        return "ratio"
    return next((role for role in ("call", "put", "total") if role in letters), None)


def _to_header(where: str, cells: Sequence[str], product: str | None, wanted: str | None) -> _Header:
    """Return where the columns are; `InvalidData` if that is unclear."""
    roles = [_role(cell) for cell in cells]
    shown = f"{where}: the columns {shorten(', '.join(filter(None, cells)), 200)}"
    header = _Header(width=max(at for at, cell in enumerate(cells) if cell) + 1, product=product)
    if not {"call", "put"} & set(roles) and "ratio" in roles:
        ratios = {at: _ratio_product(cells[at], product) for at, role in enumerate(roles) if role == "ratio"}
        header.columns = {"date": roles.index("date"), "ratio": _choose_ratio(shown, ratios, wanted)}
        header.product = ratios[header.columns["ratio"]]
        return header
    if missing := [role for role in ("call", "put") if role not in roles]:
        raise InvalidData(f"{shown} hold no {'s and no '.join(missing)}s. {DOWNLOAD_AGAIN}")
    for role in ("date", "call", "put", "total"):
        if roles.count(role) > 1:
            raise InvalidData(f"{shown} name the {role} more than once. {DOWNLOAD_AGAIN}")
        if role in roles:
            header.columns[role] = roles.index(role)
    header.ratios = [at for at, role in enumerate(roles) if role == "ratio"]
    return header


def _ratio_product(header: str, product: str | None) -> str | None:
    """Return whose ratio a column holds, by its header, else `product`.

    >>> [_ratio_product(name, None) for name in ("Total Volume P/C Ratio", "INDEX P/C RATIO", "P/C Ratio")]
    ['TOTAL', 'INDEX', None]
    """
    return next((one for one in RATIO_PRODUCTS if one in header.upper()), product)


def _choose_ratio(shown: str, ratios: dict[int, str | None], wanted: str | None) -> int:
    """Return the column of the wanted product's ratios; the only one if none is wanted, else that of all products."""
    name = wanted.strip().upper() if wanted is not None else None
    found = [at for at, product in ratios.items() if name is None or product in (name, None)]
    if name is None and len(found) > 1:
        found = [at for at in found if ratios[at] == "TOTAL"]
    if len(found) == 1:
        return found[0]
    known = ", ".join(sorted({product for product in ratios.values() if product is not None})) or "unnamed products"
    if name is None:
        raise InvalidData(f"{shown} hold the ratios of {known}. Choose one with product=.")
    raise InvalidRequest(f"product={wanted!r}: {shown} hold the ratios of {known}. Choose one of these.")


def _to_rows(
    name: str, header: _Header, lines: Iterable[tuple[int, list[str]]]
) -> tuple[list[_Row], list[tuple[int, str]]]:
    """Return the rows, and the line and date of those without counts."""
    rows: list[_Row] = []
    without: list[tuple[int, str]] = []
    footer: tuple[int, list[str]] | None = None
    for line, cells in lines:
        where = f"{name}, line {line}"
        if _is_footer(header, cells):
            footer = footer or (line, cells)
            continue
        if footer is not None:
            raise InvalidData(
                f"{name}, line {footer[0]}: {shorten(','.join(footer[1]))} is not a row, and rows follow it. "
                f"{DOWNLOAD_AGAIN}"
            )
        if any(cells[header.width :]):
            raise InvalidData(
                f"{where}, has {len(cells)} values, and the header names {header.width} columns. Thousands separators "
                "need quotes around the number, or another delimiter between columns."
            )
        if len(cells) <= max(header.columns[role] for role in ("date", *header.values)):
            raise InvalidData(f"{where}, has {len(cells)} values where {header.width} are needed. {DOWNLOAD_AGAIN}")
        when = _parse_date(where, cells[header.columns["date"]])
        if all(is_missing(cells[header.columns[role]]) for role in header.values):
            without.append((line, when.text))
        elif header.values == ("ratio",):
            rows.append(_Row(line, when, 0, 0, None, (_to_ratio(where, cells[header.columns["ratio"]]),)))
        else:
            rows.append(_to_row(where, line, header, when, cells))
    return rows, without


def _is_footer(header: _Header, cells: Sequence[str]) -> bool:
    """Return whether a line is text, such as a source or a sum, and not a row: its first words are not a date."""
    first = next(cell for cell in cells if cell)
    at_date = cells[header.columns["date"]] if len(cells) > header.columns["date"] else ""
    has_date = any(pattern.fullmatch(at_date) for pattern in _DATES)
    values = [cells[header.columns[role]] for role in header.values if header.columns[role] < len(cells)]
    looks_like_counts = any(parse_count(cell) is not None or _parse_ratio(cell) is not None for cell in values)
    words = re.match(r"[^\W\d_]{2}|[*©(]", first)
    return not has_date and bool(words) and (not looks_like_counts or not re.search(r"\d", first))


def _to_row(where: str, line: int, header: _Header, when: _Date, cells: Sequence[str]) -> _Row:
    """Return a row of counts."""
    counts = {}
    for role in ("call", "put", "total"):
        text = cells[header.columns[role]] if header.columns.get(role, len(cells)) < len(cells) else ""
        count = parse_count(text)
        if count is None and not (role == "total" and is_missing(text)):
            raise InvalidData(f"{where}: {shorten(text)} is not a count of contracts ({role}). {DOWNLOAD_AGAIN}")
        counts[role] = count
    ratios = (_parse_ratio(cells[at]) for at in header.ratios if at < len(cells))
    known = tuple(ratio for ratio in ratios if ratio is not None)
    return _Row(line, when, counts["call"] or 0, counts["put"] or 0, counts["total"], known)


def _to_ratio(where: str, text: str) -> float:
    ratio = _parse_ratio(text)
    if ratio is None or ratio < 0:
        raise InvalidData(f"{where}: {shorten(text)} is not a put/call ratio. {DOWNLOAD_AGAIN}")
    return ratio


def _parse_ratio(text: str) -> float | None:
    """Return a ratio, or None for a blank or a word, as there is where there were no calls."""
    try:
        ratio = float(text.replace(",", "."))
    except ValueError:
        return None
    return ratio if np.isfinite(ratio) else None


def _parse_date(where: str, text: str) -> _Date:
    """Return the meanings of a date in any spelling."""
    if match := _YEAR_FIRST.fullmatch(text):
        found = _Date(text, _to_day(match[1], match[3], match[4]), None, is_numeric=False)
    elif match := _MONTH_NAME.fullmatch(text):
        found = _Date(text, _to_day(match[4], _month_number(match[3]), match[1]), None, is_numeric=False)
    elif match := _MONTH_FIRST.fullmatch(text):
        found = _Date(text, _to_day(match[3], _month_number(match[1]), match[2]), None, is_numeric=False)
    elif match := _DIGITS_ONLY.fullmatch(text):
        found = _Date(text, _to_day(match[1], match[2], match[3]), None, is_numeric=False)
    elif match := _YEAR_LAST.fullmatch(text):
        first, second, year = match[1], match[3], match[4]
        if match[2] == ".":  # as in 01.11.2006, which is always day first
            found = _Date(text, _to_day(year, second, first), None, is_numeric=False)
        else:
            found = _Date(text, _to_day(year, first, second), _to_day(year, second, first), is_numeric=True)
    else:
        raise InvalidData(
            f"{where}: {shorten(text)} is not a date such as 11/1/2006 (month/day/year) or 2006-11-01. Write its dates "
            f"like that, or download it again from Cboe."
        )
    return found


def _month_number(word: str) -> str:
    return str(next((at for at, month in enumerate(MONTHS, 1) if word.lower()[:3] == month), 0))


def _to_day(year: str, month: str, day: str) -> Day | None:
    """Return a day from its parts, None if there is no such date."""
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= FIRST_YEAR_OF_1900S else 2000
    try:
        return to_day(date(number, int(month), int(day)))
    except ValueError:
        return None


def _choose_days(table: CboeTable, dates: Sequence[_Date], lines: Sequence[int], dayfirst: bool | None) -> list[Day]:
    """Return the days of `dates`, read month first unless `dayfirst`; refuse a file that only the other way fits."""
    month_first = [one.month_first for one in dates]
    swapped = [one.swapped if one.is_numeric else one.month_first for one in dates]
    chosen, other = (swapped, month_first) if dayfirst else (month_first, swapped)
    order = "day/month/year" if dayfirst else "month/day/year"
    advice = "Give dayfirst=True if it does not write dates as Cboe does."
    for day, one, line in zip(chosen, dates, lines, strict=True):
        if day is None:
            hint = advice if not dayfirst and None not in other else DOWNLOAD_AGAIN
            raise InvalidData(f"{table.name}, line {line}: {one.text!r} is not a date ({order}). {hint}")
        if not FIRST_SESSION_KNOWN <= to_date(day) <= LAST_DAY:
            raise InvalidData(
                f"{table.name}, line {line}: {one.text!r} is not a day that options were traded on. {DOWNLOAD_AGAIN}"
            )
    days = [day for day in chosen if day is not None]
    if dayfirst is None and None not in other and other != chosen:
        _check_order(table, days, [day for day in other if day is not None])
    return days


def _check_order(table: CboeTable, days: Sequence[Day], swapped: Sequence[Day]) -> None:
    """Raise if only the swapped dates are all sessions; note if both are, but only the swapped ones have no gaps."""
    closed, gaps = _compare_with_sessions(days)
    swapped_closed, swapped_gaps = _compare_with_sessions(swapped)
    if closed and not swapped_closed:
        raise InvalidData(
            f"{table.name}: read as month/day/year, {len(closed)} of {len(days)} rows are on days without a session in "
            f"New York ({format_days(closed)}); read as day/month/year, none is. Give dayfirst=True or dayfirst=False."
        )
    if not closed and gaps and not swapped_closed and not swapped_gaps:
        table.notes.append(
            f"{table.name}: its dates were read as month/day/year. Read as day/month/year, they would be successive "
            "sessions. Give dayfirst=True or dayfirst=False."
        )


def _compare_with_sessions(days: Sequence[Day]) -> tuple[list[Day], bool]:
    """Return which of `days` are not sessions, and whether sessions are missing between them."""
    unique = np.unique(np.array(days, dtype=np.int64))
    sessions = calendar(EXCHANGES["US"]).sessions(int(unique[0]), int(unique[-1]))
    closed: list[Day] = np.setdiff1d(unique, sessions).tolist()
    return closed, len(np.setdiff1d(sessions, unique)) > 0


def _fill(table: CboeTable, rows: Sequence[_Row], days: Sequence[Day]) -> None:
    """Put the rows into the table. Rows may repeat, but not with other counts."""
    lines: dict[Day, int] = {}
    differing: set[Day] = set()
    faults = []
    for row, day in zip(rows, days, strict=True):
        calls, puts = row.calls, row.puts
        if row.total is not None and row.total != calls + puts:
            faults.append(f"line {row.line} ({to_date(day)}): the total {row.total} is not {calls} calls + {puts} puts")
        if table.rows.setdefault(day, (calls, puts)) != (calls, puts):
            faults.append(f"line {row.line} has {to_date(day)} again, with other counts than line {lines[day]}")
        lines.setdefault(day, row.line)
        # Some files have the ratios of several products: one that fits is enough.
        if row.ratios and all(ratio_differs(calls, puts, ratio) for ratio in row.ratios):
            differing.add(day)
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise InvalidData(f"{table.name} contradicts itself: {'; '.join(faults[:5])}{more}. {DOWNLOAD_AGAIN}")
    if differing:
        table.notes.append(
            f"{table.name}: the file's ratio is not put / call on {format_days(sorted(differing))}. The ratio was "
            "computed from the counts."
        )


def _fill_ratios(table: CboeTable, rows: Sequence[_Row], days: Sequence[Day]) -> None:
    """Put the ratios of a file without counts into the table. Rows may repeat, but not with another ratio."""
    lines: dict[Day, int] = {}
    for row, day in zip(rows, days, strict=True):
        if table.ratios.setdefault(day, row.ratios[0]) != row.ratios[0]:
            raise InvalidData(
                f"{table.name} contradicts itself: line {row.line} has {to_date(day)} again, with another ratio than "
                f"line {lines[day]}. {DOWNLOAD_AGAIN}"
            )
        lines.setdefault(day, row.line)


def _list_lines(skipped: Sequence[tuple[int, str]]) -> str:
    shown = ", ".join(f"line {line} ({text})" for line, text in skipped[:5])
    return f"{shown} and {len(skipped) - 5} more" if len(skipped) > 5 else shown
