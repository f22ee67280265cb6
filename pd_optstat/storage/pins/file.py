"""Pins on disk: read whole and verified, extended in one step, never half written, also by several processes."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from ...core.dates import to_date
from ...errors import CacheError, InvalidRequest, PinMismatch
from . import format as pin_format
from .format import PinFile, Recording

__all__ = ["contents", "extend", "nothing_there", "read", "to_file", "verify"]

#: How long another process may hold the file's lock before we say so, in seconds.
LOCK_TIMEOUT = 60.0


def contents(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Return what a pin holds: a row per recording, oldest first.

    Returns
    -------
    DataFrame
        Columns ``series``, ``start``, ``end``, ``rows``, ``observed_at``, ``source``, ``as_of``, ``digest``; of text
        but for the number of rows.

    Raises
    ------
    PinMismatch
        If the file is damaged.
    InvalidRequest
        If there is none.

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
            str(one.asked.series),
            str(to_date(one.first)),
            str(to_date(one.last)),
            len(one.rows),
            one.observed_at,
            one.origin,
            "" if one.asked.as_of is None else pin_format.to_datetime(one.asked.as_of).isoformat(),
            one.digest,
        )
        for one in content.recordings
    ]
    columns = ["series", "start", "end", "rows", "observed_at", "source", "as_of", "digest"]
    return pd.DataFrame(rows, columns=columns)


def verify(path: str | os.PathLike[str]) -> str:
    """Check a pin, and return its checksum.

    Raises
    ------
    PinMismatch
        If the file is damaged: any byte changed, missing or added.
    InvalidRequest
        If there is none.
    """
    return read_existing(path)[1]


def read_existing(path: str | os.PathLike[str]) -> tuple[PinFile, str]:
    file = to_file(path)
    held = read(file)
    if held is None:
        raise nothing_there(file)
    return held


def to_file(path: Any) -> Path:
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str) or not os.fspath(path):
        raise InvalidRequest(f"path={path!r} is no path of a pin file.")
    try:
        # Through a link, so that replacing the file does not replace the link.
        return Path(os.path.realpath(os.path.expanduser(path)))
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"path={path!r} is no path of a pin file: {error}.") from None


def nothing_there(path: Path) -> InvalidRequest:
    return InvalidRequest(f"There is no pin {path} to replay. Record it first: po.pin({str(path)!r}, mode='record').")


def read(path: Path) -> tuple[PinFile, str] | None:
    """Return the content of a pin and its checksum, None if there is no file."""
    try:
        with path.open("rb") as file:
            data = file.read(pin_format.MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidRequest(f"The pin {path} cannot be read ({type(error).__name__}: {error}).") from None
    try:
        return _decoded(data), pin_format.checksum(data)
    except pin_format.DamagedPin as error:
        raise PinMismatch(
            f"The pin {path} cannot be used: {error}. No number was taken from it. Restore it from a copy or from "
            "version control, or delete it and record anew."
        ) from None


@lru_cache(maxsize=4)
def _decoded(data: bytes) -> PinFile:
    """Return the content of a pin's bytes; the same bytes are verified once."""
    return pin_format.decode(data)


def extend(path: Path, new: tuple[Recording, ...]) -> tuple[PinFile, bool]:
    """Put recordings into a pin, beside those that others have written; return all, and whether that began the file.

    Raises
    ------
    CacheError
        If the file cannot be written. What it held is whole.
    PinMismatch
        If it is damaged: it is not overwritten then.
    """
    from filelock import FileLock

    try:
        with FileLock(f"{path}.lock", timeout=LOCK_TIMEOUT):
            held = read(path)
            before = PinFile(secrets.token_bytes(pin_format.ID_BYTES)) if held is None else held[0]
            content = before.merged(new)
            _replace(path, pin_format.encode(content))
    except (OSError, pin_format.DamagedPin) as error:  # filelock's Timeout is an OSError
        raise CacheError(
            f"The load could not be recorded in the pin {path} ({type(error).__name__}: {error}). What the file held "
            "before is whole. Mend the reason, or pin to another path, and load again."
        ) from error
    return content, held is None


def _replace(path: Path, data: bytes) -> None:
    """Put `data` in the place of the file in one step; a new file gets the rights that the umask leaves."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.new"):  # of a process that died; we hold the lock
        left.unlink(missing_ok=True)
    scratch = path.parent / f".{path.name}.{secrets.token_hex(8)}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(scratch, flags, 0o666), "wb") as file:
            with contextlib.suppress(FileNotFoundError):
                os.chmod(scratch, stat.S_IMODE(path.stat().st_mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # So that a power failure does not undo the renaming; not every system lets a folder be opened.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
