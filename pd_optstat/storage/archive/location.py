"""Where an archive lies: any address that fsspec knows. All I/O of archives is here, and all care about credentials."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from ...core.urls import parse_url
from ...errors import CacheError, ConnectionFailed, InvalidRequest, OptStatError
from .manifest import SUFFIX

__all__ = ["Location", "parse_location", "redact"]

#: What stands before the host; also where a secret key holds an unescaped slash, as those of S3 do.
_USERINFO = re.compile(r"(?<=://)(?:[^/\s]*@|[^/\s:@]*:(?!\d+(?:/|$))\S*?@)")
_SECRET_NAMES = re.compile(r"key|secret|token|password|passwd|credential|sas|username", re.IGNORECASE)
_DISK = {"file", "local"}
#: They have no folders to be made, but buckets, which nobody wants to be made from a misspelt name.
_OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "r2", "http", "https"}


def redact(url: str) -> str:
    """Return `url` without user names, passwords and keys.

    >>> redact("s3://key:secret@bucket/archive")
    's3://bucket/archive'
    """
    return _USERINFO.sub("", url)


def parse_location(url: object, origin: object = None, storage_options: object = None) -> tuple[Location, str | None]:
    """Return the archive that `url` names, and the origin that `url` or `origin` names, if any.

    Raises
    ------
    InvalidRequest
        If an argument is invalid, or both name an origin.
    """
    address = str(os.fspath(url)) if isinstance(url, str | os.PathLike) else ""
    if address[8:] and address[:8].lower() == "parquet:":  # a source URL is accepted as well
        named = parse_url(address)[1]
        if origin is not None and "origin" in named:
            raise InvalidRequest(f"origin={origin!r}, and the URL names {named['origin']!r}. Give one of the two.")
        address, origin = named["url"], named.get("origin", origin)
    if address.lower() in ("", "parquet:"):
        given = f"url={url!r}" if url is None or url == "" else f"url of type {type(url).__name__}"
        raise InvalidRequest(
            f"{given} names no archive. Give a path, or an address of fsspec such as 's3://bucket/archive'."
        )
    if origin is not None and not isinstance(origin, str):
        raise InvalidRequest(f"origin={origin!r} is not an origin such as 'opend' or 'simulator:7'.")
    if storage_options is not None and not isinstance(storage_options, Mapping):
        raise InvalidRequest("storage_options must be a mapping of what fsspec's file system takes.")
    return Location(address, storage_options), origin


class Location:
    """The folder of an archive, and its manifest beside it.

    Parameters
    ----------
    url : str
        A path, or an address of fsspec such as ``"s3://bucket/archive"``.
    storage_options : mapping, optional
        What fsspec's file system needs to know, such as credentials.
    """

    def __init__(self, url: str, storage_options: Mapping[str, Any] | None = None) -> None:
        self._options = dict(storage_options or {})
        self.shown = redact(url)
        given = [part[:-1] for part in _USERINFO.findall(url)]
        self._secrets = [*given, *(piece for part in given for piece in part.split(":"))]
        self._secrets += [
            value for name, value in self._options.items() if isinstance(value, str) and _SECRET_NAMES.search(name)
        ]
        self._url = url
        if re.match("s3a?://", url) and given:  # s3fs would take them for a part of the bucket's name
            user, _, password = given[0].partition(":")
            self._url = self.shown
            self._options = {"key": unquote(user), "secret": unquote(password)} | self._options

    def __repr__(self) -> str:
        return f"Place({self.shown!r})"

    @cached_property
    def _fs(self) -> tuple[Any, str]:
        try:
            import fsspec
        except ImportError:
            raise InvalidRequest("Archives need pyarrow and fsspec: pip install 'pd-optstat[parquet]'.") from None
        try:
            fs, root = fsspec.core.url_to_fs(self._url, **self._options)
        except ImportError as error:
            raise InvalidRequest(f"{self.shown} needs one more package: {self._clean(error)}") from None
        except (OSError, EOFError) as error:  # file systems such as FTP's and SFTP's connect at once
            raise ConnectionFailed(f"The archive {self.shown} cannot be reached: {self._clean(error)}.") from None
        except Exception as error:
            raise InvalidRequest(f"{self.shown} is no address that fsspec understands: {self._clean(error)}") from None
        root = root.rstrip("/")
        if not root or ("/" not in root and "://" in self._url):
            raise InvalidRequest(f"{self.shown} names no folder. Give one within it: {self.shown.rstrip('/')}/optstat.")
        return fs, root

    @property
    def is_local(self) -> bool:
        """Whether it can be reached without a network."""
        return bool(_protocols(self._fs[0]) & {*_DISK, "memory"})

    def read_manifest(self, limit: int) -> bytes | None:
        """Return the manifest's bytes, at most `limit` + 1 of them; None if there is none."""
        with self._reading():
            fs, root = self._fs
            try:
                data: bytes = fs.cat_file(root + SUFFIX, start=0, end=limit + 1)
            except FileNotFoundError:
                return None
            return data

    def write_manifest(self, data: bytes) -> None:
        """Replace the manifest."""
        with self._writing():
            self._put(self._fs[1] + SUFFIX, data)

    def read_parts(self, wanted: Sequence[tuple[str, int]]) -> list[bytes | None]:
        """Return the bytes of several files, at most the given number + 1 of each; None for one that is not there."""
        with self._reading():
            fs, root = self._fs
            paths = [_join(fs, root, path) for path, _ in wanted]
            found = fs.cat_ranges(paths, [0] * len(wanted), [size + 1 for _, size in wanted], on_error="return")
            for one in found:
                if isinstance(one, Exception) and not isinstance(one, FileNotFoundError):
                    raise one
            return [None if isinstance(one, Exception) else bytes(one) for one in found]

    def write_part(self, path: str, data: bytes) -> None:
        """Replace a file; whoever reads it meanwhile gets the old bytes or the new ones."""
        with self._writing():
            self._put(_join(*self._fs, path), data)

    def is_empty(self) -> bool:
        """Return whether nothing lies there."""
        with self._reading():
            fs, root = self._fs
            try:
                fs.invalidate_cache()
                return not [name for name in fs.ls(root, detail=False) if name.rstrip("/") != root]
            except FileNotFoundError:
                return True

    def _put(self, path: str, data: bytes) -> None:
        fs, root = self._fs
        if not _protocols(fs) & _DISK:
            _with_parent(fs, path, lambda: fs.pipe_file(path, data))
            return
        # Beside the dataset, so that no engine takes it for a part of it, and on the same disk.
        temporary = f"{root}.{uuid.uuid4().hex}.tmp"
        try:
            _with_parent(fs, temporary, lambda: _write_synced(temporary, data))
            _with_parent(fs, path, lambda: os.replace(temporary, path))
        finally:
            if os.path.exists(temporary):
                os.unlink(temporary)

    def _reading(self) -> AbstractContextManager[None]:
        return self._failing_as(ConnectionFailed, "read", "")

    def _writing(self) -> AbstractContextManager[None]:
        return self._failing_as(CacheError, "written", " What was there before can still be read; export again.")

    @contextmanager
    def _failing_as(self, kind: type[OptStatError], done: str, advice: str) -> Iterator[None]:
        """Raise what the file system raises as an error of `kind`, without any secret of this place."""
        try:
            yield
        except OptStatError:
            raise
        except ImportError as error:
            raise InvalidRequest(f"{self.shown} needs one more package: {self._clean(error)}") from None
        except Exception as error:
            raise kind(f"The archive {self.shown} cannot be {done}: {self._clean(error)}.{advice}") from None

    def _clean(self, error: Exception) -> str:
        """Return an error's words without any secret of this place."""
        words = redact(f"{type(error).__name__}: {error}")
        for secret in sorted(filter(None, self._secrets), key=len, reverse=True):
            words = words.replace(secret, "***")
        return words


def _protocols(fs: Any) -> set[str]:
    return {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)


def _join(fs: Any, root: str, path: str) -> str:
    # An HTTP server reads %3A as a colon; the file's name has the three characters.
    return f"{root}/{path.replace('%', '%25') if _protocols(fs) & {'http', 'https'} else path}"


def _with_parent(fs: Any, path: str, write: Callable[[], Any]) -> None:
    try:
        write()
    except FileNotFoundError:
        if _protocols(fs) & _OBJECT_STORES:
            raise
        fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        write()


def _write_synced(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
