"""Source URLs: which way in, and under which origin its rows live in the cache. Pure."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ..errors import InvalidRequest
from .origins import DEFAULT_SEED, check_namespace, check_seed

__all__ = [
    "DEFAULT_PORT",
    "DEFAULT_WEBSOCKET_PORT",
    "check_port",
    "parse_url",
]

DEFAULT_PORT = 11111
DEFAULT_WEBSOCKET_PORT = 11112

_SCHEMES = (
    "opend://HOST:PORT or opend://HOST:PORT?rsa_key=FILE, ws://HOST:PORT or ws://:<key>@HOST:PORT, wss://HOST:PORT, "
    "simulator: or simulator:?seed=7, snapshot:PATH, parquet:URL"
)
#: What stands between scheme and host: a key, perhaps, that no message may repeat.
_USER_INFO = re.compile(r"(?<=:).*@", re.DOTALL)
#: Values that a URL gives to names other than those that mean something: a key under a wrong name, perhaps.
_UNKNOWN_VALUE = re.compile(r"(?<=[?&])(?!(?:certificates|namespace|rsa_key|seed)=)([^?&=]*)=[^&]*")
_ORIGIN = re.compile(r"(.+?)\?origin=([A-Za-z0-9:._%-]+)", re.DOTALL)
#: What looks like a query behind an archive's address. Over HTTP it may be a part of the address.
_QUERY = re.compile(r"\?([A-Za-z_]{1,32})=")
_HTTP = re.compile(r"https?://", re.IGNORECASE)


def parse_url(url: str) -> tuple[str, dict[str, Any]]:
    """Return the scheme of a source URL and the arguments it holds.

    Raises
    ------
    InvalidRequest
        If the scheme is unknown, or something in the URL has no meaning.

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
    if url.strip()[:8].lower() == "parquet:":
        return "parquet", _parquet(url)
    if url.strip()[:9].lower() == "snapshot:":
        return "snapshot", _snapshot(url)
    given, url = url, _UNKNOWN_VALUE.sub(r"\1=***", _USER_INFO.sub("//***@", url))  # from here on `url` is for messages
    try:
        parts = urlsplit(given.strip())
        port = parts.port
    except ValueError:
        raise InvalidRequest(f"source={url!r} is no URL with a host and a port. Valid: {_SCHEMES}.") from None
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = dict(pairs)
    if len(pairs) > len(query):
        raise InvalidRequest(f"source={url!r} says something twice. Valid: {_SCHEMES}.")
    if parts.scheme == "opend":
        return "opend", _opend(url, parts, port, query)
    if parts.scheme in ("ws", "wss"):
        return parts.scheme, _websocket(url, parts, port, query)
    if parts.scheme == "simulator":
        return "simulator", _simulator(url, parts, query)
    raise InvalidRequest(f"source={url!r} has no scheme that is known here. Valid: {_SCHEMES}.")


def _opend(url: str, parts: Any, port: int | None, query: dict[str, str]) -> dict[str, Any]:
    if "@" in parts.netloc:
        raise InvalidRequest("The source URL holds a user or a key, which opend:// does not have. Remove it.")
    arguments = _address(url, parts, port, query, DEFAULT_PORT)
    if "rsa_key" in query:
        arguments["rsa_key"] = query.pop("rsa_key")
        if "-----" in arguments["rsa_key"]:
            raise InvalidRequest("rsa_key in a source URL is the path of the key's file, never the key itself.")
    _no_more(url, query, "namespace", "rsa_key")
    return arguments


def _websocket(url: str, parts: Any, port: int | None, query: dict[str, str]) -> dict[str, Any]:
    arguments = _address(url, parts, port, query, DEFAULT_WEBSOCKET_PORT)
    if parts.username:
        raise InvalidRequest(f"source={url!r} names a user. A WebSocket has a key: {parts.scheme}://:<key>@HOST:PORT.")
    if parts.password:
        arguments["key"] = unquote(parts.password)
    certificates = query.pop("certificates", None)
    _no_more(url, query, "namespace", *(["certificates"] if parts.scheme == "wss" else []))
    if parts.scheme == "wss":
        arguments["tls"] = True
        if certificates is not None:
            arguments["certificates"] = certificates
    elif certificates is not None:
        raise InvalidRequest(f"source={url!r}: certificates are for wss://, where there is something to check.")
    return arguments


def _address(url: str, parts: Any, port: int | None, query: dict[str, str], default_port: int) -> dict[str, Any]:
    """Return host, port and namespace."""
    if not parts.hostname:
        raise InvalidRequest(f"source={url!r} names no host. Example: {parts.scheme}://127.0.0.1:{default_port}.")
    if parts.path not in ("", "/") or parts.fragment:
        raise InvalidRequest(f"source={url!r} has a path, which means nothing here. Valid: {_SCHEMES}.")
    arguments: dict[str, Any] = {"host": parts.hostname, "port": default_port if port is None else check_port(port)}
    namespace = query.pop("namespace", None)
    if namespace is not None:
        arguments["namespace"] = check_namespace(namespace)
    return arguments


def _simulator(url: str, parts: Any, query: dict[str, str]) -> dict[str, Any]:
    if parts.netloc or parts.path not in ("", "/") or parts.fragment:
        raise InvalidRequest(
            f"source={url!r}: the simulator: source has no address, it runs in this process. For one that serves "
            "over TCP give the opend:// URL that `pd-optstat simulate` prints."
        )
    seed = query.pop("seed", str(DEFAULT_SEED))
    _no_more(url, query, "seed")
    return {"seed": check_seed(seed)}


def _snapshot(url: str) -> dict[str, Any]:
    path = url.strip()[9:]  # as it stands: a path may hold what means something in a URL
    if not path:
        raise InvalidRequest(f"source={url!r} names no file. Example: snapshot:study.optstat.")
    return {"path": path}


def _parquet(url: str) -> dict[str, Any]:
    address = url.strip()[8:]  # as it stands: it may hold credentials, and is never shown
    if not address or address.startswith("?"):
        raise InvalidRequest("source='parquet:' names no archive. Example: parquet:s3://bucket/archive.")
    match = _ORIGIN.fullmatch(address)
    if match:
        return {"url": match[1], "origin": unquote(match[2])}
    query = _QUERY.search(address.rpartition("@")[2])  # what stands before may be a key
    if query and query[1] == "origin":
        raise InvalidRequest("source='parquet:...?origin=...': what follows is no origin such as opend or simulator:7.")
    if query and not _HTTP.search(address):
        raise InvalidRequest(
            f"source='parquet:...': {query[1]!r} means nothing after the address. Valid: origin. If it is a part of "
            "the archive's name, give the source as po.Parquet(NAME)."
        )
    return {"url": address}


def _no_more(url: str, rest: dict[str, str], *valid: str) -> None:
    """Refuse what is left of a query when all that is `valid` has been taken out of it."""
    if rest:
        raise InvalidRequest(f"source={url!r}: {next(iter(rest))!r} means nothing here. Valid: {', '.join(valid)}.")


def check_port(port: Any) -> int:
    """Return `port` if a TCP port can have that number."""
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
        raise InvalidRequest(f"port={port!r} must be a number from 1 to 65535 (a simulator also takes 0: a free one).")
    return port
