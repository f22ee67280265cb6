"""Where an archive lies: the only module that reads and writes its files, and that handles its credentials.

A dataset of the archive ``URL`` consists of three entries: the dataset ``URL/``, which query engines read; the manifest
``URL.optstat.json``; and ``URL.optstat/``, which holds a copy of each file of the dataset, named by its SHA-256, and
a record of each recent export. The other datasets lie beside it, with a suffix after ``URL``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar
from urllib.parse import unquote

from ..._util.files import replace_file
from ..._util.optional import import_optional
from ...core.urls import parse_url
from ...errors import CacheError, ConnectionFailed, InvalidRequest, OptStatError

__all__ = ["COPIES_SUFFIX", "MANIFEST_SUFFIX", "Location", "parse_location", "redact"]

#: Appended to the dataset's own name: inside the dataset, engines that read every file would fail on them.
MANIFEST_SUFFIX = ".optstat.json"
COPIES_SUFFIX = ".optstat"
#: How long to wait for another export on this machine, in seconds.
LOCK_TIMEOUT = 60.0

#: How many files are written at a time, and from how many on.
PARALLEL_WRITES, PARALLEL_FROM = 16, 32

#: What precedes the host. A secret key may contain an unescaped slash, as those of S3 do.
_USER_INFO = re.compile(r"(?<=://)(?:[^/\s]*@|[^/\s:@]*:(?!\d+(?:/|$))\S*?@)")
#: The query of an HTTP address, which often is a token such as ``?sig=...``. Other addresses have no query.
_QUERY = re.compile(r"(?<=\?)[^\s'\")>]+")
_HTTP = re.compile(r"(?:\w+::)*https?://", re.IGNORECASE)
_HTTP_ANYWHERE = re.compile(r"https?://", re.IGNORECASE)  # with the prefix, a search would take quadratic time
_SECRET_NAMES = re.compile(r"key|secret|token|password|passwd|credential|sas|username|auth|signature", re.IGNORECASE)
_LOCAL_DISK = {"file", "local"}
#: These stores have buckets instead of folders. A bucket is never created: its name may be misspelt.
_OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "r2", "http", "https"}


_T = TypeVar("_T")


class _FileSystem(Protocol):
    """What is used of an fsspec file system, which has no types of its own."""

    protocol: str | tuple[str, ...]

    def cat_file(self, path: str, start: int | None = None, end: int | None = None) -> bytes: ...
    def cat_ranges(
        self, paths: list[str], starts: list[int], ends: list[int], *, on_error: str
    ) -> list[bytes | Exception]: ...
    def pipe_file(self, path: str, value: bytes) -> object: ...
    def ls(self, path: str, detail: bool) -> list[str]: ...
    def modified(self, path: str) -> datetime: ...
    def rm_file(self, path: str) -> None: ...
    def makedirs(self, path: str, exist_ok: bool) -> None: ...
    def invalidate_cache(self) -> None: ...


def redact(url: str) -> str:
    """Return `url` without user names, passwords, keys and the query of an HTTP address.

    >>> redact("s3://key:secret@bucket/archive"), redact("https://host/archive?sig=secret")
    ('s3://bucket/archive', 'https://host/archive?***')
    """
    url = _USER_INFO.sub("", url)
    return _QUERY.sub("***", url) if _HTTP_ANYWHERE.search(url) else url


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
        given = f"url={url!r}" if url is None or isinstance(url, str) else f"url of type {type(url).__name__}"
        raise InvalidRequest(
            f"{given} does not name an archive. Give a path, or an fsspec URL such as 's3://bucket/archive'."
        )
    if origin is not None and not isinstance(origin, str):
        raise InvalidRequest(f"origin={origin!r} is not an origin such as 'opend' or 'simulator:7'.")
    if storage_options is not None and not isinstance(storage_options, Mapping):
        raise InvalidRequest("storage_options must be a mapping of options of fsspec's file system.")
    return Location(address, storage_options), origin


class Location:
    """The address of an archive.

    Parameters
    ----------
    url : str
        A path, or an fsspec URL such as ``"s3://bucket/archive"``.
    storage_options : mapping, optional
        Options of fsspec's file system, such as credentials.
    """

    def __init__(self, url: str, storage_options: Mapping[str, object] | None = None) -> None:
        self._options = dict(storage_options or {})
        self._suffix = ""
        self.shown = redact(url)
        user_infos = [part[:-1] for part in _USER_INFO.findall(url)]
        self._secrets = {*user_infos, *(piece for part in user_infos for piece in part.split(":"))}
        self._secrets |= set(_secret_values(self._options))
        self._url, self._query = url, ""
        if _HTTP.match(url):
            self._url, mark, query = url.partition("?")
            self._query = mark + query
            values = [pair.partition("=")[2] for pair in query.split("&")]
            self._secrets |= {query, unquote(query), *values, *map(unquote, values)}
        if re.match("s3a?://", url) and user_infos:  # s3fs would take them for part of the bucket's name
            user, _, password = user_infos[0].partition(":")
            self._url = self.shown
            self._options = {"key": unquote(user), "secret": unquote(password)} | self._options
        # What is shorter is no secret, and would only blot out other words.
        self._secrets = {one for one in self._secrets if len(one) >= 3}

    def __repr__(self) -> str:
        return f"Location({self.shown!r})"

    def __reduce__(self) -> tuple[object, ...]:
        if self._secrets:
            raise TypeError(
                f"The credentials of {self.shown} are not pickled. Create the po.Parquet where it is used, or give "
                "the credentials in the environment."
            )
        return type(self), (self._url + self._query, self._options)

    def of_dataset(self, suffix: str) -> Location:
        """Return the location of the dataset whose name has `suffix` after that of this one."""
        if not suffix:
            return self
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.__dict__.pop("_opened", None)
        other._suffix = self._suffix + suffix
        url, mark, query = self.shown.partition("?")
        other.shown = f"{url.rstrip('/')}{suffix}{mark}{query}"
        return other

    @cached_property
    def _opened(self) -> tuple[_FileSystem, str]:
        """The file system and the path of the dataset on it."""
        fsspec = import_optional("fsspec", "pyarrow and fsspec", "parquet", "archives")
        try:
            fs, root = fsspec.core.url_to_fs(self._url, **self._options)
        except ImportError as error:
            self._raise_missing_package(error)
        except (OSError, EOFError) as error:  # FTP and SFTP connect at once
            raise ConnectionFailed(f"The archive {self.shown} cannot be reached: {self._clean(error)}.") from None
        except Exception as error:
            raise InvalidRequest(f"{self.shown} is not an address that fsspec knows: {self._clean(error)}.") from None
        root = root.rstrip("/")
        if not root or ("/" not in root and "://" in self._url):
            raise InvalidRequest(
                f"{self.shown} does not name a folder. Give one below it, such as {self.shown.rstrip('/')}/optstat."
            )
        return fs, root + self._suffix

    @property
    def is_local(self) -> bool:
        """Whether no network is needed."""
        return bool(_protocols(self._opened[0]) & {*_LOCAL_DISK, "memory"})

    def read_manifest(self, limit: int) -> bytes | None:
        """Return the first `limit` + 1 bytes of the manifest, or None if there is none."""
        return self._read_file(MANIFEST_SUFFIX, limit)

    def write_manifest(self, data: bytes) -> None:
        """Replace the manifest."""
        self._write_file(MANIFEST_SUFFIX, data)

    def read_parts(self, sizes: Sequence[tuple[str, int]]) -> list[bytes | None]:
        """Return the first size + 1 bytes of each of several files of the dataset, None for one that is missing."""
        if not sizes:
            return []
        with self._reading():
            fs = self._opened[0]
            paths = [self._path(f"/{_encoded(fs, path)}") for path, _ in sizes]
            found = fs.cat_ranges(paths, [0] * len(sizes), [size + 1 for _, size in sizes], on_error="return")
            for one in found:
                if isinstance(one, Exception) and not isinstance(one, FileNotFoundError):
                    raise one
            return [None if isinstance(one, Exception) else bytes(one) for one in found]

    def for_each(self, write: Callable[[_T], None], items: Sequence[_T]) -> None:
        """Call `write` for each of `items`, several at a time where there are many and the file system can."""
        # Each write waits for the disk or the network. FTP and SFTP have one connection, which threads cannot share.
        if len(items) < PARALLEL_FROM or not _protocols(self._opened[0]) & (_LOCAL_DISK | _OBJECT_STORES):
            for item in items:
                write(item)
            return
        with ThreadPoolExecutor(PARALLEL_WRITES) as pool:
            pending = [pool.submit(write, item) for item in items]
            try:
                for one in pending:
                    one.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def write_part(self, path: str, data: bytes) -> None:
        """Replace a file of the dataset; readers get either the old bytes or the new ones."""
        self._write_file(f"/{_encoded(self._opened[0], path)}", data)

    def read_copy(self, sha256: str, size: int) -> bytes | None:
        """Return the copy with that checksum and size, or None if it is missing or damaged."""
        data = self._read_file(f"{COPIES_SUFFIX}/{sha256}", size)
        return data if data is not None and hashlib.sha256(data).hexdigest() == sha256 else None

    def has_copy(self, sha256: str) -> bool:
        """Return whether an export wrote a file with that checksum."""
        return self._read_file(f"{COPIES_SUFFIX}/{sha256}", 0) is not None

    def write_copy(self, sha256: str, data: bytes) -> None:
        """Keep `data` under its checksum; for good only when a record was written after it."""
        self._write_file(f"{COPIES_SUFFIX}/{sha256}", data, sync_folder=False)

    def read_record(self, export: str, limit: int) -> bytes | None:
        """Return the first `limit` + 1 bytes of the record of an export, or None if there is none."""
        return self._read_file(f"{COPIES_SUFFIX}/{export}.json", limit)

    def write_record(self, export: str, data: bytes) -> None:
        """Keep `data` as the record of an export."""
        self._write_file(f"{COPIES_SUFFIX}/{export}.json", data)

    def list_records(self) -> set[str]:
        """Return the names of the exports that have a record."""
        with self._reading():
            return {name.removesuffix(".json") for name in self._list_copies() if name.endswith(".json")}

    def remove_copies(self, keep: Collection[str], before: float) -> None:
        """Remove copies and records that were written before a moment and are not in `keep`, where stores allow it."""
        fs, _ = self._opened
        # They are only garbage: whatever goes wrong here, a later export tries again.
        with contextlib.suppress(Exception):
            for name in self._list_copies() - {*keep, "lock"}:
                path = self._path(f"{COPIES_SUFFIX}/{name}")
                if fs.modified(path).timestamp() < before:
                    fs.rm_file(path)

    def _list_copies(self) -> set[str]:
        fs, _ = self._opened
        fs.invalidate_cache()
        try:
            return {path.rpartition("/")[2] for path in fs.ls(self._path(COPIES_SUFFIX), detail=False)}
        except FileNotFoundError:
            return set()

    def is_empty(self) -> bool:
        """Return whether there is nothing at the dataset's own path."""
        with self._reading():
            fs, root = self._opened
            try:
                fs.invalidate_cache()
                return not [name for name in fs.ls(root, detail=False) if name.rstrip("/") != root]
            except FileNotFoundError:
                return True

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other exports to this folder out, on any machine that shares the disk. Other stores have no locks."""
        fs, root = self._opened
        if not _protocols(fs) & _LOCAL_DISK:
            yield
            return
        from filelock import FileLock, Timeout

        copies = Path(root + COPIES_SUFFIX)
        lock = FileLock(copies / "lock")
        with self._writing():
            copies.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=LOCK_TIMEOUT)
            except Timeout:
                raise CacheError(
                    f"Another export has been writing to {self.shown} for {LOCK_TIMEOUT:.0f} s. Export again when it "
                    "is done."
                ) from None
            except NotImplementedError:
                pass  # some network file systems: exports notice each other by the manifest alone, as on S3
        try:
            yield
        finally:
            lock.release()

    def _path(self, suffix: str) -> str:
        return f"{self._opened[1]}{suffix}{self._query}"

    def _read_file(self, suffix: str, limit: int) -> bytes | None:
        with self._reading():
            try:
                return self._opened[0].cat_file(self._path(suffix), start=0, end=limit + 1)
            except FileNotFoundError:
                return None

    def _write_file(self, suffix: str, data: bytes, *, sync_folder: bool = True) -> None:
        with self._writing():
            fs, root = self._opened
            path = self._path(suffix)
            if not _protocols(fs) & _LOCAL_DISK:
                _create_parent_if_missing(fs, path, lambda: fs.pipe_file(path, data))
                return
            copies = Path(root + COPIES_SUFFIX)
            for folder in (copies, Path(path).parent):
                folder.mkdir(parents=True, exist_ok=True)
            # Among the copies, so that engines do not read it, and on the same disk, so that it can be renamed.
            temporary = copies / f"{uuid.uuid4().hex}.tmp"
            replace_file(Path(path), data, temporary, sync_folder=sync_folder)

    def _reading(self) -> AbstractContextManager[None]:
        return self._raising(ConnectionFailed, "read", "")

    def _writing(self) -> AbstractContextManager[None]:
        return self._raising(CacheError, "written", " What it held before can still be read. Export again.")

    @contextmanager
    def _raising(self, kind: type[OptStatError], done: str, advice: str) -> Iterator[None]:
        """Turn the file system's errors into errors of `kind` without credentials."""
        try:
            yield
        except OptStatError:
            raise
        except ImportError as error:
            self._raise_missing_package(error)
        except Exception as error:
            raise kind(f"The archive {self.shown} cannot be {done}: {self._clean(error)}.{advice}") from None

    def _raise_missing_package(self, error: ImportError) -> NoReturn:
        raise InvalidRequest(f"{self.shown} needs another package: {self._clean(error)}.") from None

    def _clean(self, error: Exception) -> str:
        """Return the text of an error without credentials, on one line and of bounded length."""
        text = redact(f"{type(error).__name__}: {error}"[:10_000])
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return "".join(one if one.isprintable() else " " for one in text)[:500].rstrip(". ")


def _secret_values(options: Mapping[str, object]) -> Iterator[str]:
    """Yield the texts in `options`, at any depth, whose names are those of secrets."""
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from _secret_values(value)
        elif isinstance(value, str) and _SECRET_NAMES.search(str(name)):
            yield value


def _protocols(fs: _FileSystem) -> set[str]:
    return {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)


def _encoded(fs: _FileSystem, path: str) -> str:
    # An HTTP server reads %3A as a colon, but the file's name contains these three characters.
    return path.replace("%", "%25") if _protocols(fs) & {"http", "https"} else path


def _create_parent_if_missing(fs: _FileSystem, path: str, write: Callable[[], object]) -> None:
    try:
        write()
    except FileNotFoundError:
        if _protocols(fs) & _OBJECT_STORES:
            raise
        fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        write()
