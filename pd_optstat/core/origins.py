"""Origins: the names under which rows of different sources are kept apart in the cache. Pure."""

from __future__ import annotations

import re

from ..errors import InvalidRequest

__all__ = [
    "DEFAULT_SEED",
    "check_namespace",
    "check_seed",
    "is_origin",
    "is_synthetic",
    "simulator_origin",
    "simulator_seed",
    "vendor_brand",
]

#: The simulator's seed where none is given.
DEFAULT_SEED = 3301

#: No colon, so that a namespace can never look like a simulator's origin.
_NAMESPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
#: Whose SDKs have an ``OpenQuoteContext``; each is a source.
BRANDS = ("futu", "moomoo")

_SIMULATOR = re.compile(r"simulator:(\d{1,10})")


def check_namespace(namespace: object) -> str | None:
    """Return `namespace` if it is a valid name for an origin in the cache, else raise `InvalidRequest`."""
    if namespace is not None and (not isinstance(namespace, str) or not _NAMESPACE.fullmatch(namespace)):
        raise InvalidRequest(f"namespace={namespace!r} must be 1 to 64 letters, digits, dots, dashes or underscores.")
    return namespace


def check_seed(seed: object) -> int:
    """Return `seed` as a number if it is a valid seed of the simulator, else raise `InvalidRequest`."""
    if isinstance(seed, bool) or not re.fullmatch(r"\d{1,10}", str(seed)) or int(str(seed)) >= 2**32:
        raise InvalidRequest(f"seed={seed!r} must be a whole number from 0 to {2**32 - 1}.")
    return int(str(seed))


def simulator_origin(seed: int) -> str:
    """Return the origin of the simulator's rows in the cache."""
    return f"simulator:{seed}"


def simulator_seed(origin: str) -> int | None:
    """Return the seed of a simulator's origin, the inverse of `simulator_origin`; None for another origin."""
    match = _SIMULATOR.fullmatch(origin)
    return int(match[1]) if match else None


def is_origin(text: str) -> bool:
    """Return whether `text` can be the origin of rows: a namespace such as ``"opend"``, or that of a simulator.

    Examples
    --------
    >>> is_origin("opend"), is_origin("simulator:7"), is_origin("=HYPERLINK()")
    (True, True, False)
    """
    return bool(_NAMESPACE.fullmatch(text) or _SIMULATOR.fullmatch(text))


def is_synthetic(origin: str) -> bool:
    """Return whether rows of `origin` are made by the simulator.

    Examples
    --------
    >>> is_synthetic("simulator:7"), is_synthetic("opend")
    (True, False)
    """
    return origin.startswith("simulator:")


def vendor_brand(context: object) -> str | None:
    """Return ``"futu"`` or ``"moomoo"`` if `context` is their ``OpenQuoteContext``, else None; imports neither."""
    for kind in type(context).__mro__:
        brand = kind.__module__.partition(".")[0]
        if kind.__name__ == "OpenQuoteContext" and brand in BRANDS:
            return brand
    return None
