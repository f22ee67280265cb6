"""Source URLs: their schemes, and the arguments that they hold. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypedDict
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ..errors import InvalidRequest
from .hints import source_hint
from .origins import DEFAULT_SEED, check_namespace, check_seed

__all__ = [
    "DEFAULT_PORT",
    "DEFAULT_WEBSOCKET_PORT",
    "check_port",
    "parse_url",
]


class UrlArguments(TypedDict, total=False):
    """What a source URL holds: the arguments of the source class that its scheme stands for."""

    host: str
    port: int
    namespace: str
    rsa_key: str
    key: str
    tls: bool
    certificates: str
    seed: int
    path: str
    url: str
    origin: str


DEFAULT_PORT = 11111
DEFAULT_WEBSOCKET_PORT = 11112

_SCHEMES = (
    "opend://HOST:PORT or opend://HOST:PORT?rsa_key=FILE, ws://HOST:PORT or ws://:<key>@HOST:PORT, wss://HOST:PORT, "
    "simulator: or simulator:?seed=7, snapshot:PATH, parquet:URL"
)
#: The user information before the host. It may be a key, which no message may repeat.
_USER_INFO = re.compile(r"(?<=:).*@", re.DOTALL)
#: Values of unknown names in a query. They may be a key under a wrong name, which no message may repeat.
_UNKNOWN_VALUE = re.compile(r"(?<=[?&])(?!(?:certificates|namespace|rsa_key|seed)=)([^?&=]*)=[^&]*")
_ORIGIN = re.compile(r"(.+?)\?origin=([A-Za-z0-9:._%-]+)", re.DOTALL)
#: What looks like a query after the address of an archive. Over HTTP it may be part of the address.
_QUERY = re.compile(r"\?([A-Za-z_]{1,32})=")
_HTTP = re.compile(r"https?://", re.IGNORECASE)


def parse_url(url: str) -> tuple[str, UrlArguments]:
    """Return the scheme of a source URL, and the arguments that it holds.

    Raises
    ------
    InvalidRequest
        If the scheme is not known, or a part of the URL is not valid for it.

    Examples
    --------
    >>> parse_url("opend://127.0.0.1:11111")
    ('opend', {'host': '127.0.0.1', 'port': 11111})
    >>> parse_url("simulator:?seed=7")
    ('simulator', {'seed': 7})
    >>> parse_url("snapshot:study.optstat")
    ('snapshot', {'path': 'study.optstat'})
    >>> parse_url("ws://:a%20key@localhost:11112")
    ('ws', {'host': 'localhost', 'port': 11112, 'key': 'a key'})
    >>> parse_url("parquet:s3://bucket/archive?origin=simulator:7")
    ('parquet', {'url': 's3://bucket/archive', 'origin': 'simulator:7'})
    """
    # What may hold a key is not kept in memory.
    scheme, arguments = _parse(url) if "@" in url or "?" in url else _parse_once(url)
    return scheme, arguments.copy()


@lru_cache(maxsize=64)
def _parse_once(url: str) -> tuple[str, UrlArguments]:
    return _parse(url)


def _parse(url: str) -> tuple[str, UrlArguments]:
    if url.strip()[:8].lower() == "parquet:":
        return "parquet", _parquet(url)
    if url.strip()[:9].lower() == "snapshot:":
        return "snapshot", _snapshot(url)
    given, url = url, _UNKNOWN_VALUE.sub(r"\1=***", _USER_INFO.sub("//***@", url))  # from here on `url` is for messages
    try:
        parts = urlsplit(given.strip())
        port = parts.port
    except ValueError:
        raise InvalidRequest(f"source={url!r} is not a URL with a host and a port. Valid: {_SCHEMES}.") from None
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = dict(pairs)
    if len(pairs) > len(query):
        raise InvalidRequest(f"source={url!r} gives an argument twice. Valid: {_SCHEMES}.")
    if parts.scheme == "opend":
        return "opend", _opend(url, parts, port, query)
    if parts.scheme in ("ws", "wss"):
        return parts.scheme, _websocket(url, parts, port, query)
    if parts.scheme == "simulator":
        return "simulator", _simulator(url, parts, query)
    raise InvalidRequest(f"source={url!r} does not have a known scheme.{source_hint(url)} Valid: {_SCHEMES}.")


def _opend(url: str, parts: SplitResult, port: int | None, query: dict[str, str]) -> UrlArguments:
    if "@" in parts.netloc:
        raise InvalidRequest("An opend:// URL has no user or key. Remove what is before the '@'.")
    arguments = _address(url, parts, port, query, DEFAULT_PORT)
    if "rsa_key" in query:
        arguments["rsa_key"] = query.pop("rsa_key")
        if "-----" in arguments["rsa_key"]:
            raise InvalidRequest("rsa_key in a source URL must be the path of the key file, not the key itself.")
    _no_more(url, query, "namespace", "rsa_key")
    return arguments


def _websocket(url: str, parts: SplitResult, port: int | None, query: dict[str, str]) -> UrlArguments:
    arguments = _address(url, parts, port, query, DEFAULT_WEBSOCKET_PORT)
    if parts.username:
        raise InvalidRequest(
            f"source={url!r} has a user, but a WebSocket URL has only a key: {parts.scheme}://:<key>@HOST:PORT."
        )
    if parts.password:
        arguments["key"] = unquote(parts.password)
    certificates = query.pop("certificates", None)
    _no_more(url, query, "namespace", *(["certificates"] if parts.scheme == "wss" else []))
    if parts.scheme == "wss":
        arguments["tls"] = True
        if certificates is not None:
            arguments["certificates"] = certificates
    elif certificates is not None:
        raise InvalidRequest(f"source={url!r}: certificates are valid only with wss://.")
    return arguments


def _address(url: str, parts: SplitResult, port: int | None, query: dict[str, str], default_port: int) -> UrlArguments:
    """Return host, port and namespace."""
    if not parts.hostname:
        raise InvalidRequest(f"source={url!r} has no host. Example: {parts.scheme}://127.0.0.1:{default_port}.")
    if parts.path not in ("", "/") or parts.fragment:
        raise InvalidRequest(f"source={url!r} has a path, which is not valid for this scheme. Valid: {_SCHEMES}.")
    arguments: UrlArguments = {"host": parts.hostname, "port": default_port if port is None else check_port(port)}
    namespace = query.pop("namespace", None)
    if namespace is not None:
        check_namespace(namespace)
        arguments["namespace"] = namespace
    return arguments


def _simulator(url: str, parts: SplitResult, query: dict[str, str]) -> UrlArguments:
    if parts.netloc or parts.path not in ("", "/") or parts.fragment:
        raise InvalidRequest(
            f"source={url!r}: simulator: takes no address, as it runs in this process. To use a simulator that serves "
            "over TCP, give the opend:// URL that `pd-optstat simulate` prints."
        )
    seed = query.pop("seed", str(DEFAULT_SEED))
    _no_more(url, query, "seed")
    return {"seed": check_seed(seed)}


def _snapshot(url: str) -> UrlArguments:
    path = url.strip()[9:]  # not parsed: a path may contain characters with a meaning in URLs
    if not path:
        raise InvalidRequest(f"source={url!r} has no file. Example: snapshot:study.optstat.")
    return {"path": path}


def _parquet(url: str) -> UrlArguments:
    address = url.strip()[8:]  # not parsed, and never shown: it may contain credentials
    if not address or address.startswith("?"):
        raise InvalidRequest("source='parquet:' has no archive. Example: parquet:s3://bucket/archive.")
    match = _ORIGIN.fullmatch(address)
    if match:
        return {"url": match[1], "origin": unquote(match[2])}
    query = _QUERY.search(address.rpartition("@")[2])  # what is before it may be a key
    if query and query[1] == "origin":
        raise InvalidRequest("source='parquet:...?origin=...': this is not an origin such as opend or simulator:7.")
    if query and not _HTTP.search(address):
        raise InvalidRequest(
            f"source='parquet:...': {query[1]!r} is not a known argument. Valid: origin. If it is part of the "
            "archive's name, use source=po.Parquet(NAME)."
        )
    return {"url": address}


def _no_more(url: str, rest: dict[str, str], *valid: str) -> None:
    """Raise `InvalidRequest` if arguments are left in a query after the `valid` ones were taken."""
    if rest:
        raise InvalidRequest(
            f"source={url!r}: {next(iter(rest))!r} is not a known argument. Valid: {', '.join(valid)}."
        )


def check_port(port: object) -> int:
    """Return `port` if it is a valid TCP port, else raise `InvalidRequest`."""
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
        raise InvalidRequest(f"port={port!r} must be a number from 1 to 65535 (for a simulator also 0, a free port).")
    return port
