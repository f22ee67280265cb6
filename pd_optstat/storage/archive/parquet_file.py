"""Some years of a series as a Parquet file, and back. Pure, but for pyarrow.

The table is for query engines: a row a day, the newest value. The file's metadata holds the whole history, every
value ever observed and when, as the record that a cache keeps (`cache.proto`), so that table and history cannot
get separated. Files may come from strangers: bounds are checked before pyarrow allocates anything for a column.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..._util.optional import import_optional
from ..._util.validation import shorten
from ...core import history as histories
from ...core.arrays import Int64Array
from ...core.calendars import midnights
from ...core.frame import PRICE_COLUMN, VOLATILITY_COLUMNS, revision_columns
from ...core.history import History
from ...core.origins import is_synthetic
from ...errors import InvalidData
from ..cache.records import ChunkKey, DamagedRecord, NewerRecord, chunk_keys, decode, encode
from .datasets import MARKETS, UNDERLYINGS, VOLATILITY, Dataset, PartKey
from .manifest import MAX_PART_BYTES, Version

if TYPE_CHECKING:
    import pyarrow

__all__ = ["METADATA_KEY", "encode_record", "read", "schema", "write"]

METADATA_KEY = b"pd_optstat.record"
#: Of datasets whose records are compressed: engines read the metadata of each of thousands of files.
COMPRESSED_KEY = b"pd_optstat.record_zlib"
#: How many elements a list in the file's footer may have. Ours have ten at most; each costs Arrow up to a kilobyte.
MAX_LIST = 64
#: A year of one series with a revision every 15 minutes is below this. Decoding takes up to 20 times as much memory.
MAX_RECORD_BYTES = 4 * 2**20
#: A column of 366 eight-byte values takes 6 kB at most. Snappy, unlike zstd, expands its input by 22 times at most.
MAX_COLUMN_BYTES_A_YEAR = 16 * 2**10
CODECS = {"SNAPPY", "UNCOMPRESSED"}

#: Decoded histories by the checksum of their file: files of past years never change.
_decoded: OrderedDict[str, tuple[int, History]] = OrderedDict()
MEMO_BYTES = 64 * 2**20


def schema(dataset: Dataset = MARKETS) -> pyarrow.Schema:
    """Return the columns of the files of a dataset; its folders add its partitions."""
    pyarrow = _import_pyarrow()
    counts = {name: pyarrow.int64() for name in ("call_value", "put_value", "total_value")}
    counts |= {"ratio": pyarrow.float64()}
    prices = {PRICE_COLUMN: pyarrow.float64()}
    measured = {
        MARKETS: counts,
        UNDERLYINGS: counts | prices,
        VOLATILITY: dict.fromkeys(VOLATILITY_COLUMNS, pyarrow.float64()),
    }
    return pyarrow.schema(
        {
            "time": pyarrow.timestamp("us"),
            "timestamp": pyarrow.float64(),
            **measured[dataset],
            "observed_at": pyarrow.timestamp("us", "UTC"),
            "final": pyarrow.bool_(),
            "synthetic": pyarrow.bool_(),
        }
    )


def encode_record(key: PartKey, history: History) -> bytes:
    """Return the record that a cache would keep of `history`."""
    return encode(_chunk_key(key), history)


def write(key: PartKey, history: History, record: bytes) -> tuple[bytes, Version]:
    """Return the bytes of the file for `history`, whose record is `record`, and their entry in the manifest."""
    pyarrow = _import_pyarrow()
    table = _to_table(key, history)
    sink = pyarrow.BufferOutputStream()
    # Arrow's own schema is not stored: it would hold the metadata a second time.
    with pyarrow.parquet.ParquetWriter(
        sink, table.schema, compression="snappy", version="2.6", store_schema=False
    ) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(_to_metadata(key, record))
    data: bytes = sink.getvalue().to_pybytes()
    if len(record) > MAX_RECORD_BYTES or len(data) > MAX_PART_BYTES:
        raise InvalidData(f"The history for {key.path} is larger than {MAX_RECORD_BYTES // 2**20} MiB.")
    checksums = [hashlib.sha256(part).hexdigest() for part in (data, record)]
    return data, Version(len(data), checksums[0], table.num_rows, checksums[1])


def read(key: PartKey, data: bytes, shown: str) -> History:
    """Return the history in the bytes of a file.

    Parameters
    ----------
    key : PartKey
        What the file must hold.
    data : bytes
        At most `MAX_PART_BYTES`, whose checksum is in the manifest.
    shown : str
        The archive's address, for messages.

    Raises
    ------
    InvalidData
        If `write` would not have written it.
    """
    checksum = hashlib.sha256(data).hexdigest() + key.path
    if checksum in _decoded:
        return _decoded[checksum][1]
    try:
        history = _decode(key, data)
    except NewerRecord:
        raise InvalidData(
            f"{shown}: {key.path} was written by a later version of pd_optstat. Upgrade: pip install -U pd-optstat."
        ) from None
    except DamagedRecord as error:
        raise InvalidData(
            f"{shown}: {key.path} was not written by pd_optstat or is damaged: {error}. Export it again."
        ) from None
    _decoded[checksum] = len(data), history
    while sum(size for size, _ in _decoded.values()) > MEMO_BYTES:
        _decoded.popitem(last=False)
    return history


def _decode(key: PartKey, data: bytes) -> History:
    """Return the history in a file; `DamagedRecord` if it is not exactly as `write` writes it."""
    pyarrow = _import_pyarrow()
    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data), thrift_container_size_limit=MAX_LIST)
        _check_bounds(file.metadata, key.dataset)
        if not file.schema_arrow.remove_metadata().equals(schema(key.dataset)):
            raise DamagedRecord("its columns or their types differ")
        history = decode(_chunk_key(key), _to_record(key, file.metadata.metadata or {}))
        table = file.read(use_threads=False).replace_schema_metadata(None)
    except (pyarrow.ArrowException, OSError, MemoryError) as error:
        # Arrow's text may quote names from the file.
        raise DamagedRecord(f"it cannot be read as Parquet: {shorten(str(error))}") from None
    except (binascii.Error, zlib.error):
        raise DamagedRecord("its record is not in base64, or cannot be decompressed") from None
    for days in (history.row_day, history.span_first, history.span_last, history.absent_day):
        if len(days) and not (key.first <= days[0] and days[-1] <= key.last):
            raise DamagedRecord("its record is of another year")
    if not table.equals(_to_table(key, history)):
        raise DamagedRecord("its rows differ from its record")
    return history


def _to_metadata(key: PartKey, record: bytes) -> dict[bytes, bytes]:
    """Return the metadata of a file that holds a record."""
    if key.dataset.compressed:
        return {COMPRESSED_KEY: base64.b64encode(zlib.compress(record, 1))}
    return {METADATA_KEY: base64.b64encode(record)}


def _to_record(key: PartKey, metadata: Mapping[bytes, bytes]) -> bytes:
    """Return the record in the metadata of a file, of at most `MAX_RECORD_BYTES`."""
    encoded = metadata.get(COMPRESSED_KEY if key.dataset.compressed else METADATA_KEY, b"")
    if len(encoded) > MAX_RECORD_BYTES * 4 // 3 + 4:
        raise DamagedRecord("its record is too large")
    record = base64.b64decode(encoded, validate=True)
    if not key.dataset.compressed:
        return record
    decompressor = zlib.decompressobj()
    record = decompressor.decompress(record, MAX_RECORD_BYTES)
    if not decompressor.eof or decompressor.unused_data:
        raise DamagedRecord("its record is too large, or cut off")
    return record


def _check_bounds(
    metadata: pyarrow.parquet.FileMetaData,  # pyright: ignore[reportAttributeAccessIssue]
    dataset: Dataset,
) -> None:
    """Check what bounds the memory for reading the columns: rows, codec, and the bytes of each column."""
    most = dataset.max_rows
    if metadata.num_rows > most or metadata.num_row_groups > 1 or metadata.num_columns > MAX_LIST:
        raise DamagedRecord("it has too many rows or columns")
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if column.compression not in CODECS:
                raise DamagedRecord(f"its compression is {column.compression}")
            # Arrow reads this many bytes at most, whatever the pages say of themselves.
            if column.total_compressed_size > MAX_COLUMN_BYTES_A_YEAR * dataset.years or column.num_values > most:
                raise DamagedRecord("a column is too large")


def _chunk_key(key: PartKey) -> ChunkKey:
    return next(chunk_keys(key.origin, key.series, key.first, key.first))


def _to_table(key: PartKey, history: History) -> pyarrow.Table:
    """Return the newest value of each day."""
    pyarrow = _import_pyarrow()
    days = np.unique(history.row_day)
    # The rows of a day are in the order of their observation.
    newest = np.searchsorted(history.row_day, days, side="right") - 1
    columns = _measured(key, days, history.row_values[:, newest]) | {
        "time": days.astype("datetime64[D]").astype("datetime64[us]"),
        "timestamp": midnights(days, key.series.exchange),
        "observed_at": history.row_observed_at[newest].view("datetime64[us]"),
        "final": histories.final_days(history, days),
        "synthetic": np.full(len(days), is_synthetic(key.origin)),
    }
    columns_schema = schema(key.dataset)
    # What is not known is null, not NaN, as query engines expect: the ratio of a day without calls, a price.
    arrays = [
        pyarrow.array(columns[field.name], field.type, from_pandas=field.type == pyarrow.float64())
        for field in columns_schema
    ]
    return pyarrow.table(arrays, schema=columns_schema)


def _measured(key: PartKey, days: Int64Array, values: Int64Array) -> dict[str, Any]:
    """Return what each row measures, by the names of the columns."""
    named: dict[str, Any] = dict(revision_columns(key.series.columns, values)) if len(days) else {}
    if not named:
        return {name: [] for name in schema(key.dataset).names}
    if "call_value" in named:
        ratio = np.full(len(days), np.nan)
        np.divide(named["put_value"], named["call_value"], out=ratio, where=named["call_value"] != 0)
        named["ratio"] = ratio
    return named


def _import_pyarrow() -> ModuleType:
    import_optional("pyarrow.parquet", "pyarrow and fsspec", "parquet", "archives")
    return import_optional("pyarrow", "pyarrow and fsspec", "parquet", "archives")
