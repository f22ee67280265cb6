"""The raw frames of the vendor's SDKs for an underlying, which hold volume and open interest together. Pure."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from ..core.markets import OptionStatisticDataType
from ..errors import InvalidRequest

__all__ = ["SDK_ADVICE", "SDK_COLUMNS", "find_named_type", "is_sdk_frame"]

#: The counts in the frames of the SDKs' ``get_option_underlying_his_statistic``.
SDK_COLUMNS = {
    OptionStatisticDataType.VOLUME: ("call_volume", "put_volume"),
    OptionStatisticDataType.OPEN_INTEREST: ("call_open_interest", "put_open_interest"),
}

SDK_ADVICE = (
    "it is a raw one of get_option_underlying_his_statistic, with volume and open interest. Choose one with "
    "df.optstat.normalize(data_type='VOLUME') or data_type='OPEN_INTEREST'."
)

#: The argument of ``normalize`` and the data type that each column of the SDKs belongs to.
_MEANINGS: dict[Hashable, tuple[str, OptionStatisticDataType]] = {
    name: meaning
    for kind, (call, put) in SDK_COLUMNS.items()
    for name, meaning in (
        (call, ("call", kind)),
        (put, ("put", kind)),
        (f"put_{call}_ratio", ("ratio", kind)),
    )
}


def is_sdk_frame(frame: pd.DataFrame) -> bool:
    """Return whether a frame has the counts of both types under the SDKs' names, and no others."""
    columns = frame.columns
    if isinstance(columns, pd.MultiIndex) or {"call_value", "put_value"} & {*columns}:
        return False
    return {name for names in SDK_COLUMNS.values() for name in names} <= {*columns}


def find_named_type(
    columns: dict[str, Hashable], data_type: OptionStatisticDataType | None
) -> OptionStatisticDataType | None:
    """Return the data type of columns that have the SDKs' names, or else `data_type`.

    Parameters
    ----------
    columns : dict
        The columns by the argument of ``normalize`` that names them: ``call``, ``put`` or ``ratio``.
    data_type : OptionStatisticDataType or None
        The data type that was asked for.

    Raises
    ------
    InvalidRequest
        If a column is of another type or of another side.

    Examples
    --------
    >>> find_named_type({"call": "call_volume", "put": "put_volume"}, None).name
    'VOLUME'
    >>> find_named_type({"call": "c", "put": "p"}, None)
    """
    for argument, name in columns.items():
        meant, kind = _MEANINGS.get(name, (argument, data_type))
        if meant != argument:
            raise InvalidRequest(f"{argument}={name!r} is the column of the {meant}s. Name the column of {argument}s.")
        if kind is not data_type and data_type is not None:
            assert kind is not None
            names = " or ".join(f"data_type={one.name!r}" for one in SDK_COLUMNS)
            raise InvalidRequest(
                f"{argument}={name!r} is of {kind.name}, but other arguments say {data_type.name}. Name columns of one "
                f"type, or leave call, put and ratio out: {names} chooses the columns."
            )
        data_type = kind
    return data_type
