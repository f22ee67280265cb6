"""A year of a series as the bytes of a Parquet file, and back. Pure, but for pyarrow.

The table is for any engine: one row a day, the newest value. What else is known, every value ever observed and
what was answered when, is in the file's metadata, as the very record that a cache keeps (`cache.proto`): so the
rows and their history can never get out of step.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

import numpy as np

from ...core import history as histories
from ...core.dates import to_date
from ...core.frame import build_frame
from ...core.history import History
from ...core.origins import is_synthetic
from ...errors import InvalidData, InvalidRequest
from ..cache.records import ChunkKey, DamagedRecord, NewerRecord, chunk_keys, decode, encode
from .manifest import MAX_PART_BYTES, MAX_ROWS, PartKey, Version

__all__ = ["COLUMNS", "read", "record_of", "write"]

#: The columns of the files; the dataset's folders add origin, market, data_type and year.
COLUMNS = (
    "time", "timestamp", "call_value", "put_value", "total_value", "ratio", "observed_at", "final", "synthetic",
)  # fmt: skip

METADATA_KEY = b"pd_optstat.record"
#: Rows that were decoded, by the checksum of their file: those of past years never change.
_decoded: dict[str, History] = {}
MEMO_PARTS = 512


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise InvalidRequest("Archives need pyarrow and fsspec: pip install 'pd-optstat[parquet]'.") from None
    return pyarrow, pyarrow.parquet


def record_of(key: PartKey, history: History) -> bytes:
    """Return the record of `history` as a cache would keep it."""
    return encode(_chunk_key(key), history)


def write(key: PartKey, history: History, record: bytes) -> tuple[bytes, Version]:
    """Return the bytes of the file that holds `history`, and what the manifest says of them."""
    pyarrow, parquet = _pyarrow()
    table = _table(key, history)
    sink = pyarrow.BufferOutputStream()
    # As metadata of the file and not of Arrow's schema, which would hold it a second time.
    with parquet.ParquetWriter(sink, table.schema, compression="snappy", version="2.6", store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({METADATA_KEY: base64.b64encode(record)})
    data: bytes = sink.getvalue().to_pybytes()
    if len(data) > MAX_PART_BYTES:
        raise InvalidData(f"{key.path} would be larger than {MAX_PART_BYTES // 2**20} MiB.")
    checksums = [hashlib.sha256(part).hexdigest() for part in (data, record)]
    return data, Version(len(data), checksums[0], table.num_rows, checksums[1])


def read(key: PartKey, data: bytes, shown: str) -> History:
    """Return the history in the bytes of a file, whose checksum must have been verified.

    Raises
    ------
    InvalidData
        If it is not what `write` writes.
    """
    checksum = hashlib.sha256(data).hexdigest() + key.path
    if (found := _decoded.get(checksum)) is not None:
        return found
    try:
        history = _decode(key, data)
    except NewerRecord:
        raise InvalidData(
            f"{shown}: {key.path} was written by a later version of pd_optstat. Upgrade: pip install -U pd-optstat."
        ) from None
    except DamagedRecord as error:
        raise InvalidData(f"{shown}: {key.path} is no part of an archive ({error}). Export it anew.") from None
    if len(_decoded) >= MEMO_PARTS:
        _decoded.clear()
    _decoded[checksum] = history
    return history


def _decode(key: PartKey, data: bytes) -> History:
    pyarrow, parquet = _pyarrow()
    try:
        file = parquet.ParquetFile(pyarrow.BufferReader(data))
        about = file.metadata
        sizes = [about.row_group(at).total_byte_size for at in range(min(about.num_row_groups, MAX_ROWS))]
        if about.num_rows > MAX_ROWS or about.num_row_groups > MAX_ROWS or sum(sizes) > MAX_PART_BYTES:
            raise DamagedRecord("too large")
        if tuple(file.schema_arrow.names) != COLUMNS:
            raise DamagedRecord("other columns")
        record = base64.b64decode((about.metadata or {}).get(METADATA_KEY, b""), validate=True)
        table = file.read()
    except (pyarrow.ArrowException, OSError, binascii.Error) as error:
        raise DamagedRecord(str(error)) from None
    history = decode(_chunk_key(key), record)
    for days in (history.row_day, history.span_first, history.span_last, history.absent_day):
        if len(days) and (to_date(days[0]).year, to_date(days[-1]).year) != (key.year, key.year):
            raise DamagedRecord("another year")
    if not table.replace_schema_metadata(None).equals(_table(key, history)):
        raise DamagedRecord("rows and record differ")
    return history


def _chunk_key(key: PartKey) -> ChunkKey:
    first = np.datetime64(str(key.year), "D").astype(np.int64)
    return next(chunk_keys(key.origin, key.series, int(first), int(first)))


def _table(key: PartKey, history: History) -> Any:
    """Return the newest value of each day, as the table that engines see."""
    pyarrow, _ = _pyarrow()
    days = np.unique(history.row_day)
    # Rows of a day are in the order of their observation.
    newest = np.searchsorted(history.row_day, days, side="right") - 1
    frame = build_frame(days, history.row_call[newest], history.row_put[newest], key.series.exchange)
    synthetic = is_synthetic(key.origin)
    arrays = [
        pyarrow.array(days.astype("datetime64[D]").astype("datetime64[us]"), pyarrow.timestamp("us")),
        *(pyarrow.array(frame[name].to_numpy()) for name in ("timestamp", "call_value", "put_value", "total_value")),
        pyarrow.array(frame["ratio"].to_numpy(), from_pandas=True),
        pyarrow.array(history.row_observed_at[newest].view("datetime64[us]"), pyarrow.timestamp("us", "UTC")),
        pyarrow.array(histories.final_days(history, days)),
        pyarrow.array(np.full(len(days), synthetic)),
    ]
    return pyarrow.table(arrays, names=list(COLUMNS))
