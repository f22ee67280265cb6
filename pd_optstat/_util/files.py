"""Files that are replaced as a whole."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

__all__ = ["expand_user", "replace_file"]


def expand_user(path: str) -> str:
    """Return `path` with ``~`` and ``~user`` expanded.

    Raises
    ------
    ValueError
        If there is no such user, or that user has no home folder: Python would take ``~user`` for a folder's name.
    """
    expanded = os.path.expanduser(path)
    user = path[1:].replace(os.sep, "/").partition("/")[0]
    if path.startswith("~") and user:
        home = os.path.expanduser(f"~{user}")
        if home == f"~{user}":
            raise ValueError(f"there is no user {user!r}")
        if not os.path.isdir(home):
            raise ValueError(f"the user {user!r} has no home folder ({home} does not exist)")
    return expanded


def replace_file(path: Path, data: bytes, temporary: Path | None = None, *, sync_folder: bool = True) -> None:
    """Replace a file in one step, so that it is never half written, not even after a power failure.

    Parameters
    ----------
    path : Path
        The file. If it exists, its permissions are kept; otherwise they are those that the umask leaves.
    data : bytes
        Its new content.
    temporary : Path, optional
        Where to write `data` before it is renamed to `path`; on the same disk. By default a hidden file beside it.
    sync_folder : bool
        False: a power failure may undo it, until another file of the same folder is replaced. That saves half of the
        time where many are.
    """
    if temporary is None:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
            with contextlib.suppress(FileNotFoundError):
                os.chmod(temporary, stat.S_IMODE(path.stat().st_mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if sync_folder:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk, where the system can."""
    # Otherwise a power failure could undo the renaming. Not every system lets a folder be opened.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
