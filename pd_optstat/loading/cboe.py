"""`read_cboe`: the put/call CSVs that Cboe publishes, as frames like those of `load`."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from .. import _version
from .._util.warn import warn
from ..core import frame
from ..core.calendars import FIRST_SESSION_KNOWN, calendar
from ..core.dates import Day, format_days, to_date, to_day
from ..core.markets import EXCHANGES
from ..errors import DataWarning, InvalidData, InvalidRequest

__all__ = ["MAX_BYTES", "read_cboe"]

#: Thirteen years are 140 kB. What is larger by far is another file, and is not read to its end.
MAX_BYTES = 16 * 2**20
#: The disclaimer and the product stand in two or three lines above the header.
HEADER_WITHIN = 60
LAST_DAY = date(2099, 12, 31)

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_COUNT = re.compile(r"(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.0*)?", re.ASCII)
_PRODUCT = re.compile(r"PRODUCT:\s*([A-Z0-9 &-]{1,40})", re.IGNORECASE)
_FILE_PRODUCT = re.compile(r"([a-z]{2,12})pc(?:archive)?\b", re.IGNORECASE)
#: The exchange rounds its ratios to two decimals.
_ROUNDING = 0.00501

_EXAMPLE = "DATE,CALL,PUT,TOTAL,P/C Ratio"
_GET = "Download it again from Cboe's page of historical options data (totalpc.csv, equitypc.csv, indexpc.csv, ...)."


def read_cboe(path_or_buffer: str | os.PathLike[str] | IO[str] | IO[bytes]) -> pd.DataFrame:
    """Read a "Volume and Put/Call Ratios" CSV of the Cboe exchange: real data from 2003 to 2019 without a broker.

    Understood are the files of all products (``totalpc.csv``, ``equitypc.csv``, ``indexpc.csv``, ``etppc.csv``,
    ``vixpc.csv``, ``spxpc.csv``) and their archives (``totalpcarchive.csv``, ...): columns are found by their
    names, below whatever disclaimer there is. ``pcratioarchive.csv`` holds no counts and is refused.

    Parameters
    ----------
    path_or_buffer : path or file object
        The file, or an object with ``read``, of text or bytes. At most 16 MiB.

    Returns
    -------
    DataFrame
        As that of `load`: indexed by trading day; ``timestamp`` (float64, Unix seconds of the day's midnight in New
        York), ``call_value``, ``put_value``, ``total_value`` (int64, contracts traded on Cboe), ``ratio`` (float64,
        put / call in full precision, not the file's rounded one). ``attrs["optstat"]`` says ``source`` ``"cboe"``,
        ``endpoint`` the file's name, ``product``, ``data_type`` ``"VOLUME"`` and ``exchange`` ``"XNYS"``; ``market`` is
        None, as no market of OpenD is that of one exchange.

    Raises
    ------
    InvalidData
        If the file is none of these, is damaged, or contradicts itself; names the lines.
    InvalidRequest
        If there is no such file.

    Warns
    -----
    DataWarning
        If a ratio of the file is not put / call, rounded to two decimals.

    Notes
    -----
    Source: Cboe, "Options volume and put/call ratios". Volume is cleared volume until 2012-05-31 and preliminary
    reported volume after; from 2012-06-11 on, equity volume is without exchange-traded products.

    Examples
    --------
    >>> import io
    >>> text = "Terms apply,,,,\\n,PRODUCT: TOTAL,,EXCHANGE: Cboe,\\nDATE,CALLS,PUTS,TOTAL,P/C Ratio\\n"
    >>> df = read_cboe(io.StringIO(text + "11/1/2006,1401036,1271445,2672481,0.91\\n"))
    >>> df.ratio.round(4).tolist(), df.attrs["optstat"]["product"]
    ([0.9075], 'TOTAL')
    """
    name, content = _content(path_or_buffer)
    table = _parse(name, _text(content))
    order = np.argsort(table.days, kind="stable")
    days, calls, puts = (np.array(part, dtype=np.int64)[order] for part in (table.days, table.calls, table.puts))
    exchange = EXCHANGES["US"]
    first, last = int(days[0]), int(days[-1])
    attrs = {
        "market": None,
        "data_type": "VOLUME",
        "product": table.product,
        "exchange": exchange.calendar,
        "start": to_date(first).isoformat(),
        "end": to_date(last).isoformat(),
        "source": "cboe",
        "endpoint": name,
        "synthetic": False,
        "rows": len(days),
        "requests": 0,
        "first_page_requests": 0,
        "observed_at": None,
        "as_of": None,
        "provisional": [],
        "missing": _iso_dates(np.setdiff1d(calendar(exchange).sessions(first, last), days).tolist()),
        "version": _version.__version__,
        "digest": frame.digest(days, calls, puts),
    }
    return frame.build_frame(days, calls, puts, exchange, attrs)


def _content(given: Any) -> tuple[str, str | bytes]:
    """Return the file's name, for messages, and what it holds."""
    if hasattr(given, "read"):
        named = getattr(given, "name", None)
        name = Path(named).name if isinstance(named, str) else "the buffer"
        content = _drained(name, given)
    elif isinstance(given, str | os.PathLike):
        if isinstance(given, str) and "://" in given:
            raise InvalidRequest(f"path_or_buffer={given!r} is a URL. Download the file, and give its path or content.")
        path = Path(os.path.expanduser(given))  # not Path.expanduser, which is an error where there is no such user
        name = path.name
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            raise InvalidRequest(
                f"path_or_buffer={str(given)!r} cannot be read: {error}. Give the path of a put/call CSV of Cboe, such "
                "as totalpc.csv, or a file object."
            ) from None
    else:
        raise InvalidRequest(
            f"path_or_buffer={type(given).__name__} is neither a path nor a file object. Give one of these."
        )
    if len(content) > MAX_BYTES:
        raise InvalidData(f"{name} is larger than {MAX_BYTES // 2**20} MiB, which no put/call CSV of Cboe is.")
    return name, content


def _drained(name: str, buffer: Any) -> str | bytes:
    parts: list[Any] = []
    try:
        # A raw file gives less than it is asked for.
        while sum(map(len, parts)) <= MAX_BYTES and (part := buffer.read(MAX_BYTES + 1)):
            parts.append(part)
        empty = "" if not parts or isinstance(parts[0], str) else b""
        return empty.join(parts)
    except UnicodeError as error:
        raise InvalidData(f"{name} is not in the encoding that it was opened with: {error}. {_GET}") from None
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"path_or_buffer={name!r} cannot be read: {error}") from None
    except TypeError:
        raise InvalidRequest(f"path_or_buffer={name!r}: its read() gives neither text nor bytes.") from None


def _text(content: str | bytes) -> str:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # older disclaimers hold a no-break space in Windows' encoding


@dataclass(slots=True)
class _Table:
    product: str | None
    days: list[Day] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    puts: list[int] = field(default_factory=list)


def _parse(name: str, text: str) -> _Table:
    if "\0" in text:
        raise InvalidData(f"{name} is no text, or is not in UTF-8: it holds NUL characters. {_GET}")
    rows = _rows(name, text)
    columns, product = _header(name, rows)
    table = _Table(product)
    lines: dict[Day, int] = {}
    differing: list[Day] = []
    faults: list[str] = []
    for line, cells in rows:
        day, numbers, ratio = _values(f"{name}, line {line}", columns, cells)
        calls, puts = numbers["call"], numbers["put"]
        if day in lines:
            faults.append(f"line {line} has {to_date(day)} again, which line {lines[day]} has")
        if numbers.get("total", calls + puts) != calls + puts:
            faults.append(
                f"line {line} ({to_date(day)}): the total {numbers['total']} is not {calls} calls + {puts} puts"
            )
        lines[day] = line
        if ratio is not None and calls and abs(puts / calls - ratio) > _ROUNDING:
            differing.append(day)
        table.days.append(day)
        table.calls.append(calls)
        table.puts.append(puts)
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise InvalidData(f"{name} contradicts itself: {'; '.join(faults[:5])}{more}. {_GET}")
    if not table.days:
        raise InvalidData(f"{name} has no rows below its header. {_GET}")
    if differing:
        told = f"{name}: the file's ratio is not put / call on {format_days(sorted(differing))}; it was computed anew."
        warn(told, DataWarning)
    return table


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidData(f"{name}, line {reader.line_num}, is no CSV: {error}. {_GET}") from None
        if any(cell.strip() for cell in cells):
            yield reader.line_num, [cell.strip() for cell in cells]


def _header(name: str, rows: Iterable[tuple[int, list[str]]]) -> tuple[dict[str, int], str | None]:
    """Return where each column is, and the product that the lines above or the file's name tell."""
    in_name = _FILE_PRODUCT.match(name)
    product = in_name[1].upper() if in_name else None
    first = ""
    for line, cells in rows:
        first = first or ",".join(cells)
        if _role(cells[0]) == "date":
            return _columns(f"{name}, line {line}", cells), product
        if named := _PRODUCT.search(",".join(cells)):
            product = named[1].strip().upper()
        if line >= HEADER_WITHIN:
            break
    page = " It is a web page." if first.lstrip().startswith("<") else ""
    seen = f" It begins with {first[:60]!r}." if first else " It is empty."
    raise InvalidData(f"{name} has no header such as {_EXAMPLE}.{page or seen} {_GET}")


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


def _columns(where: str, cells: Sequence[str]) -> dict[str, int]:
    roles = [_role(cell) for cell in cells]
    told = f"{where}: the columns {', '.join(filter(None, cells))}"
    if {"call", "put"} - set(roles):
        raise InvalidData(
            f"{told} hold no calls and puts. From ratios alone (pcratioarchive.csv) no frame can be made."
        )
    columns: dict[str, int] = {}
    for role in ("date", "call", "put", "total", "ratio"):
        if roles.count(role) > 1 and role != "ratio":
            raise InvalidData(f"{told} name the {role} more than once. {_GET}")
        if role in roles:
            columns[role] = roles.index(role)
    return columns


def _values(where: str, columns: dict[str, int], cells: Sequence[str]) -> tuple[Day, dict[str, int], float | None]:
    if len(cells) <= max(columns.values()):
        raise InvalidData(f"{where}, has {len(cells)} values where {max(columns.values()) + 1} are needed. {_GET}")
    numbers = {}
    for role, at in columns.items():
        if role not in ("date", "ratio"):
            if not _COUNT.fullmatch(cells[at]):
                raise InvalidData(f"{where}: {cells[at]!r} is no count of contracts ({role}). {_GET}")
            numbers[role] = int(cells[at].partition(".")[0].replace(",", ""))
    try:
        ratio = float(cells[columns["ratio"]])
    except (KeyError, ValueError):  # blank, or a word, where there were no calls
        ratio = None
    return _day(where, cells[columns["date"]]), numbers, ratio


def _day(where: str, text: str) -> Day:
    match = _DATE.fullmatch(text)
    if match is None:
        raise InvalidData(f"{where}: {text!r} is no date such as 11/1/2006 (month/day/year). {_GET}")
    month, day, year = match.group(1, 2, 3) if match[1] else match.group(5, 6, 4)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise InvalidData(f"{where}: {text!r} is no date (month/day/year): {error}. {_GET}") from None
    if not FIRST_SESSION_KNOWN <= found <= LAST_DAY:
        raise InvalidData(f"{where}: {text!r} is no day that options were traded on. {_GET}")
    return to_day(found)


def _iso_dates(days: Iterable[Day]) -> list[str]:
    return [to_date(day).isoformat() for day in days]
