"""Pin files on disk: read and verified as a whole, and replaced in one step, by any number of processes."""

from __future__ import annotations

import glob
import os
import secrets
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ..._types import PathLike
from ..._util.files import replace_file
from ...core.dates import to_date
from ...errors import CacheError, InvalidRequest, PinMismatch
from . import format as pin_format
from .format import PinFile, Recording

__all__ = ["contents", "extend", "missing_pin", "read", "read_existing", "to_path", "verify"]

#: How long to wait for another process that records into the same file, in seconds.
LOCK_TIMEOUT = 60.0


def contents(path: PathLike) -> pd.DataFrame:
    """Return the recordings of a pin, a row each, oldest first.

    Returns
    -------
    DataFrame
        Columns ``series``, ``start``, ``end``, ``rows`` (an integer), ``observed_at``, ``source``, ``as_of`` and
        ``digest`` (text).

    Raises
    ------
    PinMismatch
        If the file is damaged.
    InvalidRequest
        If there is no such file.

    Examples
    --------
    >>> import os, tempfile, pd_optstat as po
    >>> path = os.path.join(tempfile.mkdtemp(), "study.optstat")
    >>> with po.pin(path):
    ...     df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False)
    >>> contents(path)["rows"].tolist()
    [10]
    """
    content, _ = read_existing(path)
    rows = [
        (
            str(one.request.series),
            str(to_date(one.first)),
            str(to_date(one.last)),
            len(one.rows),
            one.observed_at,
            one.origin,
            "" if one.request.as_of is None else pin_format.to_datetime(one.request.as_of).isoformat(),
            one.digest,
        )
        for one in content.recordings
    ]
    columns = ["series", "start", "end", "rows", "observed_at", "source", "as_of", "digest"]
    return pd.DataFrame(rows, columns=columns)


def verify(path: PathLike) -> str:
    """Check a pin and return its checksum.

    Raises
    ------
    PinMismatch
        If any byte of the file was changed, removed or added.
    InvalidRequest
        If there is no such file.
    """
    return read_existing(path)[1]


def to_path(path: object) -> Path:
    """Return the absolute path of a pin file.

    Raises
    ------
    InvalidRequest
        If `path` is not a path.
    """
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str) or not os.fspath(path):
        raise InvalidRequest(f"path={path!r} is not the path of a pin file.")
    try:
        # Links are followed, so that replacing the file does not replace the link.
        return Path(os.path.realpath(os.path.expanduser(path)))
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"path={path!r} is not the path of a pin file: {error}.") from None


def read_existing(path: PathLike) -> tuple[PinFile, str]:
    """Return the content of a pin and its checksum.

    Raises
    ------
    PinMismatch
        If the file is damaged.
    InvalidRequest
        If it does not exist or cannot be read.
    """
    file = to_path(path)
    found = read(file)
    if found is None:
        raise missing_pin(file)
    return found


def missing_pin(path: Path) -> InvalidRequest:
    """Return the error for a pin that does not exist."""
    return InvalidRequest(f"There is no pin {path} to replay. Record it first: po.pin({str(path)!r}, mode='record').")


def read(path: Path) -> tuple[PinFile, str] | None:
    """Return the content of a pin and its checksum, or None if there is no such file."""
    try:
        with path.open("rb") as file:
            data = file.read(pin_format.MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidRequest(f"The pin {path} cannot be read ({type(error).__name__}: {error}).") from None
    try:
        return _decode(data), pin_format.checksum(data)
    except pin_format.DamagedPin as error:
        raise PinMismatch(
            f"The pin {path} cannot be used: {error}. No numbers were taken from it. Restore it from a copy or from "
            "version control, or delete it and record again."
        ) from None


@lru_cache(maxsize=2)
def _decode(data: bytes) -> PinFile:
    """Return the content of a pin. The pins that were used last are kept: a replay reads the file for each load."""
    return pin_format.decode(data)


def extend(path: Path, new: tuple[Recording, ...]) -> tuple[PinFile, bool]:
    """Add recordings to a pin; return its content, and whether the file is new.

    Raises
    ------
    CacheError
        If the file cannot be written. It is left as it was.
    PinMismatch
        If it is damaged. It is not overwritten then.
    """
    from ..cache.locks import held_briefly

    try:
        with held_briefly(path.with_name(f"{path.name}.lock"), LOCK_TIMEOUT, mode=0o644):
            found = read(path)
            before = PinFile(secrets.token_bytes(pin_format.ID_BYTES)) if found is None else found[0]
            content = before.merged(new)
            data = pin_format.encode(content)
            for left in path.parent.glob(f".{glob.escape(path.name)}.*.new"):  # by a process that died
                left.unlink(missing_ok=True)
            replace_file(path, data, path.parent / f".{path.name}.{secrets.token_hex(8)}.new")
    except (OSError, pin_format.DamagedPin) as error:
        raise CacheError(
            f"The load could not be recorded in the pin {path} ({type(error).__name__}: {error}). The file is as it "
            "was before. Remove the cause or record into another file, and load again."
        ) from error
    return content, found is None
