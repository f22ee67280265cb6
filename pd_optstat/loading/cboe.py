"""`read_cboe`: the put/call files that Cboe publishes, as frames like those of `load`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from .. import _version
from .._types import DataTypeLike, PathLike
from .._util.validation import list_names, shorten
from .._util.warn import warn
from ..core import frame
from ..core.arrays import Int64Array
from ..core.calendars import calendar, midnights
from ..core.dates import Day, format_days, to_date
from ..core.markets import EXCHANGES, OptionStatisticDataType
from ..core.request import parse_data_type
from ..errors import DataWarning, InvalidData, InvalidRequest
from .cboe_csv import parse_csv
from .cboe_json import parse_json
from .cboe_table import DOWNLOAD_AGAIN, CboeTable

__all__ = ["MAX_BYTES", "read_cboe"]

#: Thirteen years take 140 kB. Much larger files are something else, and are not read to their end.
MAX_BYTES = 16 * 2**20

_Value = TypeVar("_Value", tuple[int, int], float)

FileLike: TypeAlias = PathLike | IO[str] | IO[bytes]


def read_cboe(
    path_or_buffer: FileLike | Sequence[FileLike],
    *,
    product: str | None = None,
    data_type: DataTypeLike | None = None,
    dayfirst: bool | None = None,
) -> pd.DataFrame:
    """Read the put/call files of the Cboe exchange: real data since 1995 without a broker.

    Three kinds of files are read. The CSVs "Volume and Put/Call Ratios" of all products until 2019-10-04
    (``totalpc.csv``, ``equitypc.csv``, ``indexpc.csv``, ``etppc.csv``, ``vixpc.csv``, ``spxpc.csv``, and their
    archives such as ``totalpcarchive.csv``): columns are found by their names, below any disclaimer. And the JSON of
    one day ("daily_options") since then, saved under the name that it has at Cboe, such as
    ``2024-01-05_daily_options``. And CSVs of ratios without counts (``pcratioarchive.csv``, 1995 to 2003), which give a
    frame of ratios.

    Parameters
    ----------
    path_or_buffer : path, file object, or list of these
        The file, or an object with ``read`` that returns text or bytes. At most 16 MiB. Of several files the rows
        are joined; where two have a day, that of the later file in the list is taken. So put an archive before the
        current file.
    product : str, optional
        Such as ``"TOTAL"`` (the default of JSON files), ``"INDEX"``, ``"EQUITY"``, ``"ETP"``, ``"VIX"``, ``"SPX"``.
        A CSV of counts has one product, which must be this one; one of ratios may have several.
    data_type : OptionStatisticDataType, str or int, optional
        ``"VOLUME"`` by default. Only JSON files have ``"OPEN_INTEREST"``.
    dayfirst : bool, optional
        Whether dates such as 01/11/2006 begin with the day. By default they begin with the month, as Cboe's do, and
        files are refused that only make sense the other way.

    Returns
    -------
    DataFrame
        Like that of `load`, indexed by trading day: ``timestamp`` (float64, Unix seconds of the day's midnight in New
        York), ``call_value``, ``put_value``, ``total_value`` (int64, contracts on Cboe), ``ratio`` (float64, put /
        call in full precision, not the file's rounded one). In ``attrs["optstat"]``, ``source`` is ``"cboe"``,
        ``endpoint`` the file's name, ``product`` the product, ``exchange`` ``"XNYS"``, and ``market`` None, as no
        market of OpenD is that of one exchange. Files without counts give ``timestamp`` and ``ratio`` only, as rounded
        in the file: methods of ``df.optstat`` that need totals refuse such a frame.

    Raises
    ------
    InvalidData
        If a file is none of these, is damaged, is ambiguous, or contradicts itself; the message names the lines.
    InvalidRequest
        If there is no such file, or it does not have that product or data type.

    Warns
    -----
    DataWarning
        If rows are on days without a session, a row has no counts, a ratio of the file is not put / call rounded to
        two decimals, or files differ on a day.

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
    kind = OptionStatisticDataType.VOLUME if data_type is None else parse_data_type(data_type)
    if product is not None and not isinstance(product, str):
        raise InvalidRequest(f"product={product!r} must be a name such as 'TOTAL' or 'EQUITY'.")
    if dayfirst is not None and not isinstance(dayfirst, bool):
        raise InvalidRequest(f"dayfirst={dayfirst!r} must be True, False or None.")
    files = path_or_buffer if isinstance(path_or_buffer, list | tuple) else [path_or_buffer]
    if not files:
        raise InvalidRequest("path_or_buffer is an empty list. Give at least one file.")
    table = _join([_read_table(one, product, kind, dayfirst) for one in files])
    _warn_of_closed_days(table)
    return _to_frame(table, kind)


def _read_table(given: object, product: str | None, kind: OptionStatisticDataType, dayfirst: bool | None) -> CboeTable:
    """Read one file, whatever kind it is, and give its notes as warnings."""
    name, content = _read_content(given)
    text = _to_text(content)
    if "\0" in text:
        raise InvalidData(f"{name} is not text in UTF-8: it holds NUL characters. {DOWNLOAD_AGAIN}")
    if text.lstrip()[:1] == "{":
        table = parse_json(name, text, product, kind)
    else:
        if kind is not OptionStatisticDataType.VOLUME:
            raise InvalidRequest(f"data_type={kind.name!r}: {name} is a CSV, and these hold volume only.")
        table = parse_csv(name, text, dayfirst, product)
        if product is not None and table.product not in (None, product.strip().upper()):
            raise InvalidRequest(f"product={product!r}: {name} holds {table.product}. Give that file, or no product.")
    for note in table.notes:
        warn(note, DataWarning)
    return table


def _join(tables: Sequence[CboeTable]) -> CboeTable:
    """Return the rows of all tables; of a day, those of the last table that has it."""
    products = sorted({table.product for table in tables if table.product is not None})
    if len(products) > 1:
        raise InvalidData(f"The files hold different products: {list_names(products)}. Read them one at a time.")
    without = [table.name for table in tables if table.ratios]
    if 0 < len(without) < len(tables):
        raise InvalidData(
            f"{list_names(without)} of these files hold ratios without counts, which do not join with counts. Read "
            "them apart, and join the ratios, as in pd.concat([old['ratio'], new['ratio']])."
        )
    joined = CboeTable(list_names([table.name for table in tables], most=3), products[0] if products else None)
    differing = {
        day for table in tables for day in _merge(joined.rows, table.rows) + _merge(joined.ratios, table.ratios)
    }
    if differing:
        what = "ratios" if joined.ratios else "counts"
        warn(
            f"{joined.name} differ on {format_days(sorted(differing))}. The {what} of the later file in the list were "
            "taken.",
            DataWarning,
        )
    return joined


def _merge(joined: dict[Day, _Value], new: Mapping[Day, _Value]) -> list[Day]:
    """Add `new` to `joined`, and return the days that had another value."""
    differing = [day for day, value in new.items() if joined.get(day, value) != value]
    joined.update(new)
    return differing


def _warn_of_closed_days(table: CboeTable) -> None:
    closed = np.setdiff1d(_days(table), _sessions(table))
    if len(closed):
        warn(
            f"{table.name} has rows on days without a session in New York: {format_days(closed.tolist())}. Check how "
            "its dates are written.",
            DataWarning,
        )


def _to_frame(table: CboeTable, kind: OptionStatisticDataType) -> pd.DataFrame:
    days = _days(table)
    attrs: dict[str, object] = {
        "market": None,
        "data_type": kind.name,
        "product": table.product,
        "exchange": EXCHANGES["US"].calendar,
        "start": to_date(int(days[0])).isoformat(),
        "end": to_date(int(days[-1])).isoformat(),
        "source": "cboe",
        "endpoint": table.name,
        "synthetic": False,
        "rows": len(days),
        "requests": 0,
        "first_page_requests": 0,
        "observed_at": None,
        "as_of": None,
        "provisional": [],
        "missing": [to_date(day).isoformat() for day in np.setdiff1d(_sessions(table), days).tolist()],
        "version": _version.__version__,
    }
    if table.ratios:
        return _to_ratio_frame(table, days, attrs)
    counts = np.array([table.rows[day] for day in days.tolist()], dtype=np.int64)
    calls, puts = np.ascontiguousarray(counts[:, 0]), np.ascontiguousarray(counts[:, 1])
    attrs["digest"] = frame.digest(days, calls, puts)
    return frame.build_frame(days, calls, puts, EXCHANGES["US"], attrs)


def _to_ratio_frame(table: CboeTable, days: Int64Array, attrs: dict[str, object]) -> pd.DataFrame:
    """Return the frame of a file without counts."""
    ratios = [table.ratios[day] for day in days.tolist()]
    columns = {"timestamp": midnights(days, EXCHANGES["US"]), "ratio": np.array(ratios, dtype=np.float64)}
    result = pd.DataFrame(columns, index=frame.to_index(days))
    result.attrs["optstat"] = attrs
    return result


def _days(table: CboeTable) -> Int64Array:
    return np.array(sorted(table.rows or table.ratios), dtype=np.int64)


def _sessions(table: CboeTable) -> Int64Array:
    days = _days(table)
    return calendar(EXCHANGES["US"]).sessions(int(days[0]), int(days[-1]))


def _read_content(given: object) -> tuple[str, str | bytes]:
    """Return the name of a file, for messages, and its content."""
    if hasattr(given, "read"):
        named = getattr(given, "name", None)
        name = _shown_name(named) if isinstance(named, str) else "the buffer"
        content = _read_buffer(name, given)
    elif isinstance(given, str | os.PathLike):
        if isinstance(given, str) and "://" in given:
            raise InvalidRequest(f"path_or_buffer={given!r} is a URL. Download the file, and give its path or content.")
        path = Path(os.path.expanduser(given))  # not Path.expanduser, which raises for an unknown user
        name = _shown_name(path)
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
        raise InvalidData(f"{name} is larger than {MAX_BYTES // 2**20} MiB, which no put/call file of Cboe is.")
    return name, content


def _shown_name(path: PathLike) -> str:
    name = Path(path).name
    return name if name.isprintable() else shorten(name)


def _read_buffer(name: str, buffer: object) -> str | bytes:
    parts: list[str | bytes] = []
    try:
        # A raw file may return less than it is asked for.
        while sum(map(len, parts)) <= MAX_BYTES and (part := buffer.read(MAX_BYTES + 1)):  # type: ignore[attr-defined]
            parts.append(part)
        texts = [part for part in parts if isinstance(part, str)]
        return "".join(texts) if texts else b"".join(parts)  # type: ignore[arg-type]
    except UnicodeError as error:
        raise InvalidData(f"{name} is not in the encoding that it was opened with: {error}. {DOWNLOAD_AGAIN}") from None
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"path_or_buffer={name!r} cannot be read: {error}.") from None
    except TypeError:
        raise InvalidRequest(f"path_or_buffer={name!r}: its read() returns neither text nor bytes.") from None


def _to_text(content: str | bytes) -> str:
    """Return content as text: UTF-8, or Latin-1 as in older files."""
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # older disclaimers hold a no-break space in Windows' encoding
